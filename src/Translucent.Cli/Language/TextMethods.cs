// Which methods explain a summary: ULTra's token contribution scores with its own settings, or the table for language models, token by token.

using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>What is computed of a summary.</summary>
/// <param name="Rows">[S, N]: for every token of the summary the relevance of every token.</param>
/// <param name="Lambda">[X]: the mean over the summary at the text's tokens.</param>
sealed record SummaryRelevance(Tensor Rows, float[] Lambda)
{
    /// <summary>Of rows at some columns.</summary>
    public static SummaryRelevance Of(Tensor rows, IReadOnlyList<int> context)
    {
        Tensor flat = rows.Reshape(rows.Rows, rows.Width);
        return new SummaryRelevance(flat, [.. context.Select(i => (float)Enumerable.Range(0, flat.Rows).Average(s => (double)flat.Row(s)[i]))]);
    }
}

/// <summary>How a summary is explained.</summary>
/// <param name="Method">One of the table.</param>
/// <param name="Layer">For ultra: l; null for L+1.</param>
/// <param name="Function">For ultra.</param>
/// <param name="WFile">For function w: the file of its vectors.</param>
/// <param name="Order">For ultra.</param>
/// <param name="Rows">For ultra: exact or sparse sweeps.</param>
sealed record TextMethod(StreamMethod Method, int? Layer, TokenFunction Function, string? WFile, UltraOrder Order, RowsChoice Rows)
{
    /// <summary>Names of the methods that explain texts.</summary>
    public static IReadOnlyList<StreamMethod> All => StreamMethods.OfTexts;

    /// <summary>Whether it is ULTra, whose targets are the tokens of the summary themselves and not what predicts them.</summary>
    public bool IsUltra => Method.Name == "ultra";

    /// <summary>The method of a name.</summary>
    /// <exception cref="UsageException">There is none that explains texts.</exception>
    public static StreamMethod Named(string name)
    {
        bool Same(string other) => other.Equals(name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase);
        return All.FirstOrDefault(m => Same(m.Name) || m.Aliases.Any(Same))
            ?? throw new UsageException(
                $"--method {name}{DidYouMean.Of(name, All.SelectMany(m => m.Aliases.Prepend(m.Name)))}: expected one of "
                    + $"{string.Join(", ", All.Select(m => m.Name))}.");
    }

    /// <summary>Explains a summary.</summary>
    /// <param name="trace">A forward pass over text and summary.</param>
    /// <param name="layout">Which tokens are which.</param>
    /// <param name="options">Memory, rows, progress, cancelling.</param>
    /// <exception cref="TranslucentException">The method does not fit.</exception>
    public SummaryRelevance Explain(Trace trace, SummaryLayout layout, SweepOptions options)
    {
        if (IsUltra)
        {
            Tensor? w = WFile is null ? null : WVectors.Read(WFile, trace.Blocks[0].Width, trace.Tokens);
            return SummaryRelevance.Of(TokenContributions.Of(trace, layout.Summary, layout.Context, Layer, Function, Order, w, options).Rows, layout.Context);
        }
        NextTokenTargets targets = Targets(layout);
        if (Method.Fits(trace, targets) is { } reason) throw TranslucentException.OfRequest($"--method {Method.Name}: {reason}.");
        return SummaryRelevance.Of(Method.Explain(trace, targets, options)["text"], layout.Context);
    }

    /// <summary>The log-probability of every token of a summary, each read from the token before it.</summary>
    static NextTokenTargets Targets(SummaryLayout layout) =>
        new([.. layout.Summary.Select(s => new NextToken(layout.Ids[s], s - 1))], TokenScalar.LogProbability);

    /// <summary>Exact or sparse sweeps, by what was asked for and by a check.</summary>
    /// <param name="seconds">What exact ones would take.</param>
    /// <param name="trace">The forward pass over context and summary.</param>
    /// <param name="layout">Which tokens are which.</param>
    /// <param name="options">Memory, progress and cancellation of the sweeps.</param>
    public SparseDecision Decide(Trace trace, SummaryLayout layout, double seconds, SweepOptions options)
    {
        if (!IsUltra || Order == UltraOrder.Literal)
            return Rows.Rows is null ? SparseDecision.Of(Rows with { Exact = true }, 0, _ => [], (_, _) => throw new InvalidOperationException())
                : throw new UsageException("--rows: keeps rows of ULTra in the order of flow only; leave it out.");
        int layer = Layer ?? trace.Blocks.Count + 1;
        Tensor? w = WFile is null ? null : WVectors.Read(WFile, trace.Blocks[0].Width, trace.Tokens);
        return SparseDecision.Of(Rows, seconds, random => [("tokens of the summary", new TokenTargets(layer,
            [.. SparseDecision.Pick(random, layout.Summary.Count, Rows.Check).Select(i => layout.Summary[i])], Function, w))],
            (targets, k) => Evaluate.Trust.SparseCheck.Of(trace, targets, k, options));
    }

    /// <summary>Operations of exact sweeps, roughly.</summary>
    public double Flops(Trace trace, SummaryLayout layout) => IsUltra ? Cost.Tokens(trace, Layer ?? trace.Blocks.Count + 1, layout.Summary.Count)
        : Cost.Classes(trace, layout.Summary.Count) * Method.Sweeps;
}
