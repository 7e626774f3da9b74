// What an evaluation found, as results.json has it: tables, curves, a confusion matrix, and the images that are worth looking at.

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Translucent.Evaluate.Jobs;

/// <summary>A row of a table.</summary>
/// <param name="Name">What it is about, such as a method or a class.</param>
/// <param name="Values">One for every column; null where it is not defined.</param>
sealed record ResultRow(string Name, IReadOnlyList<double?> Values)
{
    /// <summary>A row of numbers; what is no number is not defined.</summary>
    public static ResultRow Of(string name, params IEnumerable<double> values) => new(name, [.. values.Select(v => double.IsFinite(v) ? v : (double?)null)]);
}

/// <summary>A table of numbers.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="About">What the rows are, such as "method".</param>
/// <param name="Columns">The names of the columns, with their units.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Note">How to read it; empty where the names say it.</param>
sealed record ResultTable(string Title, string About, IReadOnlyList<string> Columns, IReadOnlyList<ResultRow> Rows, string Note = "");

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="X">Where.</param>
/// <param name="Y">What; as many as X.</param>
sealed record ResultLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>A chart of lines.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Across">The name of the horizontal axis.</param>
/// <param name="Up">The name of the vertical axis.</param>
/// <param name="Lines">The lines.</param>
sealed record ResultChart(string Title, string Across, string Up, IReadOnlyList<ResultLine> Lines);

/// <summary>How often what was said for what is true.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="True">Names of the rows.</param>
/// <param name="Said">Names of the columns.</param>
/// <param name="Counts">[rows][columns].</param>
sealed record ResultConfusion(string Title, IReadOnlyList<string> True, IReadOnlyList<string> Said, IReadOnlyList<IReadOnlyList<long>> Counts);

/// <summary>An image that is worth looking at.</summary>
/// <param name="Item">Which item of the job.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">The number by which it was chosen.</param>
/// <param name="Caption">What happened there.</param>
sealed record ResultExample(int Item, string Key, double Value, string Caption);

/// <summary>Some of them.</summary>
/// <param name="Title">Which.</param>
/// <param name="Images">The most telling first.</param>
sealed record ResultExamples(string Title, IReadOnlyList<ResultExample> Images)
{
    /// <summary>The best and the worst of items, at most so many each and none twice; of equals the earlier.</summary>
    /// <param name="by">What the number is, in words.</param>
    /// <param name="all">The items.</param>
    /// <param name="largeIsGood">Whether the largest number is the best.</param>
    /// <param name="count">How many at most.</param>
    public static IReadOnlyList<ResultExamples> BestAndWorst(string by, IEnumerable<ResultExample> all, bool largeIsGood = true, int count = 6)
    {
        ResultExample[] sorted = [.. all.Where(e => double.IsFinite(e.Value)).OrderByDescending(e => largeIsGood ? e.Value : -e.Value).ThenBy(e => e.Item)];
        int each = Math.Min(count, (sorted.Length + 1) / 2);
        return [new ResultExamples($"Best by {by}", sorted[..each]), new ResultExamples($"Worst by {by}", [.. sorted[each..].Reverse().Take(each)])];
    }
}

/// <summary>Everything that an evaluation found.</summary>
sealed record EvaluationResults
{
    /// <summary>The tables, the most important first.</summary>
    public required IReadOnlyList<ResultTable> Tables { get; init; }

    /// <summary>Charts.</summary>
    public IReadOnlyList<ResultChart> Charts { get; init; } = [];

    /// <summary>Confusion matrices.</summary>
    public IReadOnlyList<ResultConfusion> Confusions { get; init; } = [];

    /// <summary>Images to look at.</summary>
    public IReadOnlyList<ResultExamples> Examples { get; init; } = [];

    /// <summary>What the reader should know, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What results.json holds; no time and no place, so that shards that were merged leave the bytes of a single run.</summary>
/// <param name="Settings">What decides about the numbers.</param>
/// <param name="Measured">Images with a result.</param>
/// <param name="Failed">Images without.</param>
/// <param name="Failures">Which, and why.</param>
/// <param name="Results">What was found.</param>
sealed record ResultsFile(JobSettings Settings, int Measured, int Failed, IReadOnlyList<JobFailure> Failures, EvaluationResults Results)
{
    /// <summary>Its name in the folder of the job.</summary>
    public const string Name = "results.json";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ResultsFile))]
sealed partial class ResultsJson : JsonSerializerContext
{
    /// <summary>Other scripts as they are.</summary>
    public static ResultsJson Readable => Others.Readable;

    static class Others
    {
        public static readonly ResultsJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
