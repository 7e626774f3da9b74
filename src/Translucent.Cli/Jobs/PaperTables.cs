// The tables of the papers as data: what each measures, with which verb, data and model, and where its numbers stand in what that verb writes. The files are
// Papers/*.json; a number of a paper is in them only where its text was at hand.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Translucent.Cli.Jobs;

/// <summary>A data set or a model that runs need.</summary>
/// <param name="Name">As --data and --model have it, and runs in braces.</param>
/// <param name="What">What it is.</param>
/// <param name="Get">How one gets it.</param>
/// <param name="IsModel">A model, else data.</param>
/// <param name="Images">How many images the paper measures on; null where that does not matter.</param>
/// <param name="Hub">The name of a model on the Hugging Face hub, whose cache is looked into.</param>
sealed record PaperNeed(string Name, string What, string Get, bool IsModel = false, int? Images = null, string? Hub = null);

/// <summary>A number of a paper.</summary>
sealed record PaperNumber(string Row, string Column, double Value);

/// <summary>One evaluation that a table of a paper rests on.</summary>
/// <param name="About">What it is about, such as data and model.</param>
/// <param name="Command">What follows `translucent evaluate`, with names of data and models in braces, or null where nothing here can do it; an option whose
/// name in braces ends with a question mark is left out where that is not given.</param>
/// <param name="Missing">Why there is no command.</param>
/// <param name="Table">How the title of the table begins in which the numbers stand.</param>
/// <param name="Rows">The rows that the paper has; none for all.</param>
/// <param name="Columns">The columns that the paper has; none for all.</param>
/// <param name="Paper">What the paper says.</param>
sealed record PaperRun(string About, string? Command = null, string? Missing = null, string Table = "", IReadOnlyList<string>? Rows = null,
    IReadOnlyList<string>? Columns = null, IReadOnlyList<PaperNumber>? Paper = null);

/// <summary>A table of a paper.</summary>
/// <param name="Name">Such as tokentm-table2.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Known">Where that is known from, and what is not known.</param>
/// <param name="Runs">What it takes.</param>
sealed record PaperTable(string Name, string Title, string Known, IReadOnlyList<PaperRun> Runs);

/// <summary>The tables of a paper.</summary>
sealed record PaperFile(string Source, IReadOnlyList<PaperNeed> Needs, IReadOnlyList<PaperTable> Tables)
{
    static readonly Lazy<IReadOnlyList<PaperFile>> s_all = new(() => [.. ((string[])["ultra", "tokentm", "hetero"]).Select(Read)]);

    /// <summary>All papers.</summary>
    public static IReadOnlyList<PaperFile> All => s_all.Value;

    /// <summary>All tables with their papers.</summary>
    public static IEnumerable<(PaperFile Paper, PaperTable Table)> Every => All.SelectMany(p => p.Tables.Select(t => (p, t)));

    static PaperFile Read(string name)
    {
        using Stream stream = typeof(PaperFile).Assembly.GetManifestResourceStream($"papers/{name}.json")!;
        return JsonSerializer.Deserialize(stream, PaperJson.Default.PaperFile)!;
    }

    /// <summary>The data and models that a command names, in its order, each once; those that may be left out are not among them.</summary>
    public IEnumerable<PaperNeed> NeedsOf(PaperRun run) => (run.Command ?? "").Split(' ')
        .Where(w => w.StartsWith('{') && !w.EndsWith("?}", StringComparison.Ordinal))
        .Select(w => Needs.First(n => n.Name == w[1..^1])).Distinct();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PaperFile))]
sealed partial class PaperJson : JsonSerializerContext;
