// The work of `translucent evaluate reproduce`: runs what a table of a paper rests on, by the verbs that a user could type, and holds the numbers together.

using System.Security.Cryptography;
using System.Text;
using Translucent.Hub;
using Translucent.Runs;

namespace Translucent.Cli.Jobs;

/// <summary>What is at hand.</summary>
/// <param name="data">Where data are, by name.</param>
/// <param name="models">Where models are, by name.</param>
/// <param name="typed">Numbers of papers that the user knows.</param>
/// <param name="common">Options of every run.</param>
/// <param name="folder">Where everything is written.</param>
/// <param name="output">For what the runs say.</param>
/// <param name="error">For their warnings.</param>
sealed class ReproduceRun(IReadOnlyDictionary<string, string> data, IReadOnlyDictionary<string, string> models,
    IReadOnlyDictionary<(string Table, string Row, string Column), double> typed, IReadOnlyList<string> common, string folder, TextWriter output,
    TextWriter error)
{
    /// <summary>One table: its runs, TABLE.md, TABLE.json, and both on the terminal.</summary>
    /// <returns>The exit code: a failure where no row could be run, or a run failed.</returns>
    public async Task<int> Of(PaperFile paper, PaperTable table, Terminal terminal, CancellationToken stop)
    {
        RunFolder.Make(folder);
        List<ReproducedNumber> numbers = [];
        List<NotRun> left = [];
        bool failed = false;
        foreach (PaperRun run in table.Runs)
        {
            string[] why = [.. Missing(paper, run)];
            if (why.Length > 0)
            {
                left.Add(new NotRun(run.About, run.Command is null ? null : $"translucent evaluate {run.Command}", why));
                continue;
            }
            string[] words = Words(run);
            string place = Place(words);
            FoundTables.Clear(place);
            terminal.Line($"{table.Name}, {run.About}: translucent evaluate {string.Join(' ', words)}");
            using StringWriter said = new();
            int code = await CommandLine.Run(Program.Root(), ["evaluate", .. words, "--out", place, .. common], output, said, stop);
            error.Write(said);
            if (code == CommandLine.Cancelled) return code;
            failed |= code != CommandLine.Success;
            if (FoundTables.In(place) is { } found)
                numbers.AddRange(ReproducedTable.Compare(run, found, Expected(paper, run), (row, column) => Said(table, run, row, column)));
            else
                left.Add(new NotRun(run.About, $"translucent evaluate {string.Join(' ', words)}", [Reason(said.ToString())]));
        }
        ReproducedTable result = new(table.Name, table.Title, paper.Source, table.Known, ThisProgram.Version, numbers, left);
        result.Write(folder);
        result.Show(terminal);
        terminal.Line($"written: {Path.Combine(folder, $"{table.Name}.md")}, {Path.Combine(folder, $"{table.Name}.json")}");
        return failed || numbers.Count == 0 ? CommandLine.Failure : CommandLine.Success;
    }

    /// <summary>Why a run cannot be done.</summary>
    IEnumerable<string> Missing(PaperFile paper, PaperRun run)
    {
        if (run.Command is null) yield return run.Missing!;
        foreach (PaperNeed need in paper.NeedsOf(run))
            if (Found(need) is null)
                yield return need.IsModel ? $"the model '{need.Name}' is not given ({need.What}): {need.Get}, then --model {need.Name}=FOLDER"
                    : $"the data '{need.Name}' are not given ({need.What}): {need.Get}, then --data {need.Name}=FOLDER";
    }

    string? Found(PaperNeed need)
    {
        if (!need.IsModel) return data.GetValueOrDefault(need.Name);
        if (models.TryGetValue(need.Name, out string? folder)) return folder;
        return need.Hub is { } hub && RepositoryId.TryParse(hub, out RepositoryId? id) && new HubCache(HubSettings.FromEnvironment().Cache).Find(id) is not null
            ? hub : null;
    }

    /// <summary>The words of a run, with places for names.</summary>
    string[] Words(PaperRun run)
    {
        List<string> words = [];
        foreach (string word in run.Command!.Split(' '))
        {
            if (!word.StartsWith('{')) words.Add(word);
            else if (word.EndsWith("?}", StringComparison.Ordinal))
            {
                if (data.TryGetValue(word[1..^2], out string? place)) words.Add(place);
                else words.RemoveAt(words.Count - 1); // the option
            }
            else words.Add(Found(PaperFile.All.SelectMany(p => p.Needs).First(n => n.Name == word[1..^1]))!);
        }
        return [.. words];
    }

    /// <summary>The folder of a run: the same run of two tables is done once; another limit, other data or another model have another.</summary>
    string Place(string[] words)
    {
        IEnumerable<string> deciding = words.Concat(common.SkipWhile(w => w != "--limit").Take(2));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', deciding))))[..8];
        return Path.Combine(folder, "runs", $"{words[0]}-{hash}");
    }

    /// <summary>How many images the paper has.</summary>
    static int? Expected(PaperFile paper, PaperRun run) => paper.NeedsOf(run).FirstOrDefault(n => n.Images is not null)?.Images;

    double? Said(PaperTable table, PaperRun run, string row, string column) =>
        typed.TryGetValue((table.Name, $"{run.About}: {row}", column), out double value) ? value
            : run.Paper?.FirstOrDefault(p => p.Row == row && p.Column == column)?.Value;

    static string Reason(string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line
        ? line["translucent: ".Length..] : "the run has written no results";
}
