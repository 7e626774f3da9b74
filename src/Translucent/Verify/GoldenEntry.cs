// One line of the table of golden names.

using System.Globalization;
using System.Text.RegularExpressions;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>A pattern of golden names and how to compute the tensor that such a name stands for.</summary>
/// <param name="Pattern"># stands for a number, (a|b) for one of some words; all else is as in the file.</param>
/// <param name="Compute">The tensor, of the shape that the golden has.</param>
sealed record GoldenEntry(string Pattern, Func<GoldenRun, GoldenMatch, Tensor> Compute)
{
    readonly Regex _regex = new($@"^{Pattern.Replace("#", "([0-9]{1,9})")}\z", RegexOptions.CultureInvariant);

    /// <summary>The sweep behind the tensor, where there is one: what it is called, and its floating-point operations.</summary>
    public Func<GoldenRun, GoldenMatch, GoldenWork>? Work { get; init; }

    /// <summary>The largest share of the largest value that passes, whatever is stated beside the golden file; for results that are computed in
    /// float64.</summary>
    public double Limit { get; init; } = double.PositiveInfinity;

    /// <summary>The smallest share that may be asked for, where a result is a difference of numbers that are nearly equal.</summary>
    public double Least { get; init; }

    /// <summary>What a difference is a share of, where it is not the largest value of the golden; null for that.</summary>
    public Func<GoldenRun, GoldenMatch, double?>? Scale { get; init; }

    /// <summary>By how much whole numbers may be off: 1 where a real number was cut off to make them.</summary>
    public int WholeNumbers { get; init; }

    /// <summary>Whether it is for models with several token streams; else for models with one.</summary>
    public bool OfSeveralStreams { get; init; }

    /// <summary>Why a pass has nothing of this name; null when it may have.</summary>
    public string? Misfit(Trace trace) => OfSeveralStreams == trace.Streams.Count > 1 ? null
        : $"is a name for models with {(OfSeveralStreams ? "several token streams" : "one token stream")}, and {trace.Model.Family} has {trace.Streams.Count}";

    /// <summary>The words and numbers in a name of this pattern, or null for other names.</summary>
    public GoldenMatch? Match(string name)
    {
        Match match = _regex.Match(name);
        if (!match.Success) return null;
        string[] groups = [.. match.Groups.Values.Skip(1).Where(g => g.Success).Select(g => g.Value)];
        return new GoldenMatch(
            [.. groups.Where(g => !char.IsAsciiDigit(g[0]))],
            [.. groups.Where(g => char.IsAsciiDigit(g[0])).Select(g => int.Parse(g, CultureInfo.InvariantCulture))]);
    }
}

/// <summary>What varies in a name: its words and its numbers, in their order.</summary>
sealed record GoldenMatch(string[] Words, int[] Numbers)
{
    public string Word => Words[0];

    public int Number => Numbers[0];
}

/// <summary>A sweep that one or several names need; equal keys are one sweep.</summary>
readonly record struct GoldenWork(string Key, double Flops);
