// Which way relevance goes between the streams of a model, and rows as Matrices carries them: [1, N] for every stream.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

static class StreamPaths
{
    /// <summary>The stream that reads and the one that is read, where all attention between streams goes one way, as in an encoder and its decoder; else
    /// null.</summary>
    public static (TokenStream To, TokenStream From)? OneWay(Trace trace)
    {
        (TokenStream To, TokenStream From)[] ways = [.. trace.Steps.Where(s => s.Queries != s.Values).Select(s => (s.Queries, s.Values)).Distinct()];
        return ways.Length == 1 ? ways[0] : null;
    }

    /// <summary>The self-attentions of a stream, lowest first.</summary>
    public static AttentionStep[] Within(Trace trace, TokenStream stream) =>
        [.. trace.Steps.Where(s => s.Queries == stream && s.Values == stream).OrderBy(s => s.Stage)];

    /// <summary>The unit row of a target, zeros in the other streams.</summary>
    public static Dictionary<TokenStream, Tensor> Start(BoundTargets targets, int target, int item)
    {
        Dictionary<TokenStream, Tensor> u = targets.Trace.Streams.ToDictionary(s => s, s => new Tensor(1, s.Length));
        u[targets.Stream].Span[targets.Token(target, item)] = 1;
        return u;
    }

    /// <summary>u·M for M = I + the additions of some self-attentions, each row divided by its sum; a row without additions stays the identity's.</summary>
    public static Tensor ThroughNormalized(Matrices matrices, AttentionStep[] below, Tensor u)
    {
        Tensor sums = RowSums(matrices, below, u.Width), shared = new(u.Shape), through = new(u.Shape);
        for (int i = 0; i < u.Width; i++) shared.Span[i] = sums.Span[i] == 0 ? 0 : u.Span[i] / sums.Span[i];
        TensorPrimitives.Add(u.Span, matrices.DownAdditions(below, shared).Span, through.Span);
        return through;
    }

    /// <summary>What the rows of M − I add up to, [n, 1]: one sweep of ones upwards.</summary>
    public static Tensor RowSums(Matrices matrices, IEnumerable<AttentionStep> below, int tokens)
    {
        Tensor ones = new(tokens, 1);
        ones.Span.Fill(1);
        return matrices.UpAdditions(below, ones);
    }

    public static void Store(Dictionary<TokenStream, Tensor> u, Tensor[] rows, Trace trace, int target, int item)
    {
        for (int s = 0; s < rows.Length; s++) u[trace.Streams[s]].Span.CopyTo(rows[s].Row(target * trace.Batch + item));
    }
}
