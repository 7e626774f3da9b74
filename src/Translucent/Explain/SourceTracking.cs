// How much of every input token is in every token of every stream, as whole matrices: the state of Cui, Fan and Chen (eqs. 4 to 10) and that of
// Chefer, Gur and Wolf, ICCV 2021, arXiv:2103.15679 (eqs. 6 to 11). Identities are left out, so that small additions keep their digits.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What the cross rule of GAE does with the relevance of queries and values.</summary>
enum CrossRule
{
    /// <summary>R̄_qqᵀ·A·R̄_kk (GAE eq. 10).</summary>
    BothSides,

    /// <summary>A·R_kk: what makes GAE the positive form of Cui, Fan and Chen.</summary>
    ValuesOnly,

    /// <summary>A: no self-relevance.</summary>
    Bare,
}

/// <summary>What becomes of a token that has received nothing when rows are divided by their sums (GAE eqs. 8 and 9).</summary>
enum EmptyRows
{
    /// <summary>It keeps its identity row.</summary>
    Keep,

    /// <summary>It makes the whole addition nothing, as 0/0 does in the public code.</summary>
    Discard,
}

/// <summary>Relevance matrices of one target and item.</summary>
/// <remarks>R of a stream over a source is what <see cref="this"/> gives, plus I where both are the same.</remarks>
sealed class SourceTracking
{
    readonly Matrices _matrices;
    readonly Dictionary<(TokenStream Stream, TokenStream Source), Tensor> _added = [];
    readonly List<AttentionStep> _discarded = [];

    SourceTracking(Matrices matrices)
    {
        _matrices = matrices;
        foreach (TokenStream stream in matrices.Trace.Streams)
            foreach (TokenStream source in matrices.Trace.Streams) _added[(stream, source)] = new Tensor(stream.Length, source.Length);
    }

    /// <summary>R − I of a stream over itself, R of it over another: [stream, source].</summary>
    public Tensor this[TokenStream stream, TokenStream source] => _added[(stream, source)];

    /// <summary>Cross attentions whose addition was discarded.</summary>
    public IReadOnlyList<AttentionStep> Discarded => _discarded;

    /// <summary>R with its identity.</summary>
    public Tensor Whole(TokenStream stream, TokenStream source)
    {
        Tensor added = this[stream, source], whole = new(added.Shape, added.Span);
        for (int i = 0; stream == source && i < stream.Length; i++) whole.Row(i)[i] += 1;
        return whole;
    }

    /// <summary>S[q][source] += Abar·S[v][source] for every source, steps of one stage from the state before it (eqs. 4 to 7).</summary>
    /// <param name="matrices">Abar of every step.</param>
    /// <param name="linked">The stream whose matrix is normalised row by row before another stream first reads it (the noise link, eqs. 8 to 10), or
    /// null.</param>
    public static SourceTracking Of(Matrices matrices, TokenStream? linked = null)
    {
        SourceTracking state = new(matrices);
        foreach (IGrouping<int, AttentionStep> stage in matrices.Stages)
        {
            if (linked is not null && stage.Any(s => s.Values == linked && s.Queries != linked))
            {
                state._added[(linked, linked)] = Normalized(state[linked, linked]);
                linked = null;
            }
            state.Commit([.. stage.SelectMany(step => matrices.Trace.Streams.Select(source => (step.Queries, source, state.Read(step, source))))]);
        }
        return state;
    }

    /// <summary>GAE's rules: self-attentions as above, eq. 10 (and 11) at cross-attentions.</summary>
    public static SourceTracking Gae(Matrices matrices, CrossRule rule = CrossRule.BothSides, bool normalizes = true, EmptyRows empty = EmptyRows.Keep)
    {
        SourceTracking state = new(matrices);
        foreach (IGrouping<int, AttentionStep> stage in matrices.Stages)
        {
            List<(TokenStream, TokenStream, Tensor)> added = [];
            foreach (AttentionStep step in stage)
            {
                (TokenStream q, TokenStream k) = (step.Queries, step.Values);
                if (q == k) added.AddRange(matrices.Trace.Streams.Select(source => (q, source, state.Read(step, source))));
                else
                {
                    if (state.Cross(step, rule, normalizes, empty) is { } addition) added.Add((q, k, addition));
                    added.Add((q, q, matrices.Product(matrices[step], state[k, q]))); // eq. 11
                }
            }
            state.Commit(added);
        }
        return state;
    }

    /// <summary>A·(I + E) of the values over one source.</summary>
    Tensor Read(AttentionStep step, TokenStream source) =>
        _matrices.Product(_matrices[step], this[step.Values, source], step.Values == source ? _matrices[step] : null);

    Tensor? Cross(AttentionStep step, CrossRule rule, bool normalizes, EmptyRows empty)
    {
        if (rule == CrossRule.Bare) return _matrices[step];
        if (rule == CrossRule.ValuesOnly) return Read(step, step.Values);
        Tensor queries = this[step.Queries, step.Queries], values = this[step.Values, step.Values];
        if (normalizes && empty == EmptyRows.Discard && (HasEmptyRow(queries) || HasEmptyRow(values)))
        {
            _discarded.Add(step);
            return null;
        }
        if (normalizes) (queries, values) = (Normalized(queries), Normalized(values));
        Tensor read = _matrices.Product(_matrices[step], values, _matrices[step]); // A·(I + E_k)
        return _matrices.Product(queries, read, read, transposed: true);           // (I + E_q)ᵀ·that
    }

    void Commit(IEnumerable<(TokenStream Stream, TokenStream Source, Tensor Addition)> added)
    {
        foreach ((TokenStream stream, TokenStream source, Tensor addition) in added)
        {
            Tensor onto = _added[(stream, source)];
            TensorPrimitives.Add(onto.Span, addition.Span, onto.Span);
        }
    }

    /// <summary>Rows divided by their sums; a row that sums to 0 is left as it is.</summary>
    static Tensor Normalized(Tensor added)
    {
        Tensor normalized = new(added.Shape, added.Span);
        for (int r = 0; r < normalized.Rows; r++)
        {
            float sum = Kernels.Sum(normalized.Row(r));
            if (sum != 0) TensorPrimitives.Divide(normalized.Row(r), sum, normalized.Row(r));
            else normalized.Row(r).Clear();
        }
        return normalized;
    }

    static bool HasEmptyRow(Tensor added)
    {
        for (int r = 0; r < added.Rows; r++)
            if (Kernels.Sum(added.Row(r)) == 0) return true;
        return false;
    }
}
