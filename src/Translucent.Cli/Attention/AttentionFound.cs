// What some tokens of any stream read of others in one attention, head by head.

using Translucent.Cli.Streams;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Cli.Attention;

/// <summary>What some tokens read of others, head by head.</summary>
/// <param name="Step">The attention.</param>
/// <param name="Site">What it is called.</param>
/// <param name="Layer">The layer that it makes.</param>
/// <param name="Titles">Of every head; the mean of all before them where all were chosen.</param>
/// <param name="Tokens">Places of the tokens that read.</param>
/// <param name="Named">Whether they were named.</param>
/// <param name="Rows">[H', T, K]; a row sums to 1.</param>
sealed record AttentionFound(AttentionStep Step, string Site, int Layer, IReadOnlyList<string> Titles, IReadOnlyList<int> Tokens, bool Named, Tensor Rows)
{
    /// <summary>Reads it from a pass.</summary>
    /// <param name="scene">The pass.</param>
    /// <param name="words">What was asked for.</param>
    /// <param name="usualSite">Which kind when none is named.</param>
    /// <param name="usualTokens">Which tokens of the stream when none is named.</param>
    /// <param name="memoryBytes">What it may take.</param>
    /// <exception cref="UsageException">It asks for what the model does not have.</exception>
    /// <exception cref="TranslucentException">It takes more memory than that.</exception>
    public static AttentionFound Of(StreamScene scene, AttentionWords words, string? usualSite, Func<TokenStream, IReadOnlyList<int>> usualTokens,
        long memoryBytes)
    {
        (AttentionStep step, string site, int layer) = AttentionSites.Find(scene.Trace, words.Site, words.Layer, usualSite);
        int[] heads = words.HeadsOf(step.Heads, $"{site} of this {scene.Trace.Model.Family}");
        IReadOnlyList<int>? named = TokenWords.Places(words.Tokens, scene, step.Queries, allCells: false);
        IReadOnlyList<int> tokens = named ?? usualTokens(step.Queries);
        int n = step.Queries.Length, k = step.Values.Length, first = words.Heads.Length == 0 ? 1 : 0;
        double bytes = 4.0 * step.Heads * n * k + 4.0 * (first + heads.Length) * tokens.Count * k;
        if (bytes > memoryBytes) throw TranslucentException.OfRequest($"--memory: {step.Heads} heads of {n} x {k} tokens take {ByteSize.Text(bytes)}, and "
            + $"{ByteSize.Text(memoryBytes)} are allowed; give more, or a shorter input.");
        Tensor all = scene.Trace.Attention(step), rows = new(first + heads.Length, tokens.Count, k);
        for (int i = 0; i < heads.Length; i++)
            for (int t = 0; t < tokens.Count; t++) all.Row(heads[i] * n + tokens[t]).CopyTo(rows.Row((first + i) * tokens.Count + t));
        for (int t = 0; first > 0 && t < tokens.Count; t++)
        {
            for (int h = 0; h < heads.Length; h++) TensorPrimitives.Add(rows.Row(t), rows.Row((1 + h) * tokens.Count + t), rows.Row(t));
            TensorPrimitives.Divide(rows.Row(t), heads.Length, rows.Row(t));
        }
        return new AttentionFound(step, site, layer, [.. first > 0 ? ["mean"] : (string[])[], .. heads.Select(h => $"head {h}")], tokens,
            named is not null, rows);
    }

    /// <summary>What one token reads in every head, [H', K].</summary>
    public Tensor OfToken(int index)
    {
        Tensor rows = new(Titles.Count, Rows.Width);
        for (int h = 0; h < Titles.Count; h++) Rows.Row(h * Tokens.Count + index).CopyTo(rows.Row(h));
        return rows;
    }

    /// <summary>One head, [T, K].</summary>
    public Tensor OfHead(int index) => new([Tokens.Count, Rows.Width], Rows.Span.Slice(index * Tokens.Count * Rows.Width, Tokens.Count * Rows.Width));
}
