// What `translucent project` says in the terminal: where classes come into being, and which memories put the first one there.

using Translucent.Cli.Pages;
using Translucent.Cli.Runs;
using Translucent.Explain.Projection;

namespace Translucent.Cli.Verbs;

/// <summary>Prints a projection.</summary>
static class ProjectSummary
{
    public static void Show(ImageRun run, Projection found, Terminal terminal)
    {
        ClassEvolution first = found.Classes[0];
        string label = run.Model.Short(first.Class.Index);
        terminal.Line();
        terminal.Table(["layer", "class token", "most image tokens", $">{label} in class token", ">in image tokens", $">stand for {label}"],
            Enumerable.Range(1, found.Hidden.Shape[0]).Select(layer => new[]
            {
                $"{layer}",
                Named(run, found.Best(layer, 0)[0].Class, found.Best(layer, 0)[0].Probability),
                Most(run, found, layer),
                Number(first.Hidden.ClassToken[layer - 1]),
                Number(first.Hidden.Patches[layer - 1]),
                Html.Percent(first.Hidden.Rate[layer - 1]),
            }));
        terminal.Line($"In: identifiability of {label}, 1 - rank / classes, of image tokens the mean. Stand for {label}: the share of image tokens whose best "
            + "class it is.");
        terminal.Line();
        terminal.Line($"What pushes the class token to {label}: the strongest memory of attention and MLP in each block, with what it adds and the class that "
            + "it pushes most");
        MemoryRow[] memories = [.. found.Memories.Where(m => m.Class == first.Class && !m.Patches)];
        terminal.Table(["block", "attention", "mlp", ">attention pushes", ">mlp pushes"], memories.Select(m => m.Block).Distinct().Select(block => new[]
        {
            $"{block}",
            Strongest(run, memories.First(m => m.Block == block && m.Part == TokenState.Attention)),
            Strongest(run, memories.First(m => m.Block == block && m.Part == TokenState.Mlp)),
            Html.Percent(first.AttentionPushes[block - 1]),
            Html.Percent(first.MlpPushes[block - 1]),
        }));
        terminal.Line("Pushes: the share of image tokens for which what attention or MLP adds scores higher for the class than the token did before.");
    }

    static string Most(ImageRun run, Projection found, int layer)
    {
        int patches = run.Trace.Grid.Count;
        IGrouping<int, int> most = Enumerable.Range(run.Trace.Grid.Prefix, patches).GroupBy(token => found.Best(layer, token)[0].Class)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First();
        return Named(run, most.Key, (double)most.Count() / patches);
    }

    static string Named(ImageRun run, int cls, double share) => $"{run.Model.Short(cls)} {Html.Percent(share)}";

    static string Number(float value) => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);

    static string Strongest(ImageRun run, MemoryRow row) =>
        $"#{row.Top[0].Index} {FormattableString.Invariant($"{row.Top[0].Contribution:+0.000;-0.000}")} "
            + $"{run.Model.Short(row.Top[0].Class)}";
}
