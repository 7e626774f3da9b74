// The work of `translucent tokens`.

using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>tokens</c> with its settings.</summary>
sealed class TokensRun(int? layerOption, TokenExplainer explainer, TokenChoice tokens, bool acrossLayers, RowsChoice rows, MapLook look) : ImageVerb
{
    int _layer, _top;

    public override string Name => "tokens";

    public override RowsChoice? Rows => rows;

    public override MapLook Look => look;

    public override IEnumerable<(string, Targets)> Samples(ImageRun run, Random random, int count) =>
        [("latent tokens", explainer.Sample(run.Trace, _layer, tokens.All ? null : [.. tokens.Chosen.Select(t => t.Index(run.Trace))], random, count))];

    public override void Check(ModelInfo model)
    {
        (_layer, _top) = (Layer(layerOption, model), model.TopLayer);
        explainer.Check(model);
    }

    public override RunSettings Settings => new TokensSettings(_layer, explainer.Letter, explainer.WSha256, tokens.All, tokens.Words, acrossLayers);

    public override Workload Plan(Trace trace)
    {
        tokens.Check(trace);
        explainer.Check(trace);
        double flops = 0;
        List<string> what = [];
        if (tokens.All)
        {
            flops += TokenExplainer.Flops(trace, _layer, trace.Grid.Count);
            what.Add($"all {trace.Grid.Count} patch tokens of layer {_layer}");
        }
        if (tokens.Chosen.Count > 0)
        {
            flops += Layers.Sum(l => TokenExplainer.Flops(trace, l, tokens.Chosen.Count));
            what.Add($"{tokens.Counted} of {LayerChoice.Text(Layers)}");
        }
        return new Workload(string.Join(" and ", what), tokens.All ? trace.Grid.Count : tokens.Chosen.Count, flops,
            3 * tokens.Chosen.Count + (tokens.All ? 2 : 0));
    }

    public override string Run(ImageRun run)
    {
        Tensor? all = tokens.All ? All(run) : null, chosen = tokens.Chosen.Count > 0 ? Chosen(run) : null;
        run.Time("page", () => run.Folder.Text("tokens.html", TokensPage.Render(run, explainer, _layer, all, tokens.Chosen, Layers, chosen),
            "all of it on one page, for a browser"));
        return tokens.All ? $"{run.Trace.Grid.Count} tokens" : tokens.Counted;
    }

    /// <summary>The layers in which chosen tokens are shown.</summary>
    int[] Layers => acrossLayers ? [.. Enumerable.Range(2, _top - 1)] : [_layer];

    string Title => $"{explainer.Name}, layer {_layer}";

    /// <returns>[n, h, w].</returns>
    Tensor All(ImageRun run)
    {
        (Tensor rows, Tensor maps) = explainer.Explain(run, _layer, [.. Enumerable.Range(run.Trace.Grid.Prefix, run.Trace.Grid.Count)]);
        Write(run, "all", "all patch tokens, row by row", rows, maps);
        run.Time("pictures", () => run.Folder.Add(PictureFile.Svg("all.svg", TokenPictures.ContactSheet(run, maps, Title),
            "a contact sheet: the map of every patch token at the place of its patch")));
        return maps;
    }

    /// <returns>[T, layers, h, w].</returns>
    Tensor Chosen(ImageRun run)
    {
        (Tensor rows, Tensor maps) = explainer.Across(run, Layers, [.. tokens.Chosen.Select(t => t.Index(run.Trace))]);
        int layers = Layers.Length, at = Array.IndexOf(Layers, _layer), count = tokens.Chosen.Count;
        Tensor shownRows = new(count, rows.Width), shown = new([count, .. maps.Shape[2..]]);
        for (int t = 0; t < count; t++)
        {
            rows.Row(t * layers + at).CopyTo(shownRows.Row(t));
            MapPictures.At(maps, t * layers + at).Span.CopyTo(shown.Span[(t * run.Trace.Grid.Count)..]);
        }
        Write(run, "chosen", $"tokens {string.Join(" ", tokens.Chosen)}", shownRows, shown);
        run.Time("pictures", () =>
        {
            for (int t = 0; t < count; t++)
                Picture(run, tokens.Chosen[t], MapPictures.At(shown, t), [.. Enumerable.Range(t * layers, layers).Select(i => MapPictures.At(maps, i))]);
        });
        return maps;
    }

    /// <summary>The pictures of one token, with its maps in all layers.</summary>
    void Picture(ImageRun run, ChosenToken token, Tensor map, Tensor[] layers)
    {
        run.Folder.Add(PictureFile.Svg($"token-{token.FileName}.svg", TokenPictures.Pair(run, token, map, Title),
            $"token {token}: its patch, and its map over the photograph"));
        if (!acrossLayers) return;
        run.Folder.Add(PictureFile.Svg($"token-{token.FileName}-layers.svg", TokenPictures.Layers(run, token, Layers, layers, explainer.Name),
            $"token {token} in layers 2 to {_top}, each map on its own scale"));
        Tensor stack = new(layers.Length, run.Trace.Grid.Rows, run.Trace.Grid.Columns);
        for (int l = 0; l < layers.Length; l++) layers[l].Span.CopyTo(stack.Span[(l * run.Trace.Grid.Count)..]);
        run.Folder.Numbers($"token-{token.FileName}-layers.npy", stack, $"float32 [L, h, w]: the maps of token {token} in layers 2 to {_top}");
    }

    static void Write(ImageRun run, string name, string whose, Tensor rows, Tensor maps)
    {
        run.Folder.Numbers($"{name}.maps.npy", maps, $"float32 [T, h, w]: the maps of {whose}; a patch's own entry replaced by the largest of the others");
        run.Folder.Numbers($"{name}.rows.npy", rows, $"float32 [T, N]: relevance of all tokens for {whose}, as it comes");
    }
}
