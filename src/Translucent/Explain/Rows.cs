// Relevance rows on their way down, one per token stream: the row of a product of matrices needs no matrix.
// Chefer, Gur and Wolf 2021 (arXiv:2103.15679) eqs. 5, 6; Hosseini et al. 2024 (arXiv:2411.12589) eqs. 4, 5; streams: DESIGN.md.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Carries S rows per target and item through the attentions of a sweep: r·C(L)·…·C(1) from left to right, in the order in which a sweep meets the
/// steps.</summary>
/// <remarks>Steps of one stage read the rows as they were before it, so what they add is kept until all of them are done.</remarks>
sealed class Rows
{
    readonly Propagation _propagation;
    readonly IReadOnlyList<TokenStream> _streams;
    readonly Arena _arena;
    readonly ILookup<int, AttentionStep> _stages;
    readonly List<(AttentionStep Step, Tensor Added)> _pending = [];
    readonly HashSet<(int Stage, TokenStream Stream)> _entered = []; // whose rows were scaled for a stage

    /// <param name="trace">A forward pass.</param>
    /// <param name="rows">[T, B, S, N] for every stream, in the order of the trace: the rows at the top, changed in place.</param>
    /// <param name="propagation">How they pass.</param>
    /// <param name="through">The attention by which rows enter the streams, from the one token of its queries; null where they start in them.</param>
    public Rows(Trace trace, IReadOnlyList<Tensor> rows, Propagation propagation, AttentionStep? through = null)
    {
        (_propagation, _arena, _streams) = (propagation, trace.Tape.Arena, trace.Streams);
        IEnumerable<AttentionStep> steps = through is null ? trace.Steps : trace.Steps.Append(through);
        _stages = steps.Where(propagation.Passes).ToLookup(step => step.Stage);
        Dictionary<TokenStream, Tensor> of = trace.Streams.Zip(rows).ToDictionary(pair => pair.First, pair => pair.Second);
        if (through is not null)
        {
            Tensor own = of[through.Queries] = new Tensor(rows[0].Shape[0], rows[0].Shape[1], 1, 1);
            own.Span.Fill(1);
        }
        Of = of;
    }

    /// <summary>[T, B, S, N] of every stream.</summary>
    public IReadOnlyDictionary<TokenStream, Tensor> Of { get; }

    /// <summary>Everything that the rows take up on the way.</summary>
    public Watch Watch()
    {
        Watch watch = new();
        foreach (AttentionStep step in _stages.SelectMany(stage => stage)) watch.Attention(step.Site, new Passage(this, step));
        return watch;
    }

    /// <summary>Ends the descent: the rows are those of the input tokens.</summary>
    public void Finish()
    {
        Commit();
        foreach (TokenStream stream in _streams)
            if (_propagation.Below(stream) is { } scale) Scale(Of[stream], scale);
    }

    /// <summary>Rows [T, B, S, N] times a factor per item and token [B, N].</summary>
    static void Scale(Tensor rows, Tensor factor)
    {
        for (int r = 0; r < rows.Rows; r++) TensorPrimitives.Multiply(rows.Row(r), factor.Row(r / rows.Shape[2] % rows.Shape[1]), rows.Row(r));
    }

    /// <summary>The steps of a stage are done: what they added enters the rows.</summary>
    void Commit()
    {
        foreach (TokenStream stream in _pending.Select(p => p.Step.Queries).Distinct())
            if (_propagation.Identity != 1) TensorPrimitives.Multiply(Of[stream].Span, _propagation.Identity, Of[stream].Span);
        foreach ((AttentionStep step, Tensor added) in _pending)
        {
            Tensor rows = Of[step.Values];
            for (int r = 0; r < rows.Rows; r++) TensorPrimitives.MultiplyAdd(added.Row(r)[..rows.Width], 1f / step.Heads, rows.Row(r), rows.Row(r));
            _arena.Return(added);
        }
        _pending.Clear();
    }

    /// <summary>What one step adds: Σ over heads of r·(φ(G) ⊙ A·W).</summary>
    sealed unsafe class Passage(Rows owner, AttentionStep step) : AttentionObserver
    {
        readonly int _count = owner.Of[step.Queries].Shape[2];
        Tensor? _rows; // of the queries
        Tensor? _partial; // [T, B, H, S, K]: what each head adds; rows are as long as whole vectors
        AttentionShape _shape;

        public override void Begin(in AttentionShape shape)
        {
            if (owner._pending.Count > 0 && owner._pending[0].Step.Stage != step.Stage) owner.Commit();
            _shape = shape;
            _rows = owner.Of[step.Queries];
            if (owner._propagation.Entering(step) is { } entering && owner._entered.Add((step.Stage, step.Queries))) Scale(_rows, entering);
            if (owner._propagation.Queries(step) is { } queries)
            {
                _rows = new Tensor(_rows.Shape, _rows.Span); // those that go on as they are keep their numbers
                Scale(_rows, queries);
            }
            _partial = owner._arena.RentZeroed(shape.Targets, shape.Images, shape.Heads, _count, Kernels.WholeVectors(shape.Keys));
        }

        public override void Tile(in AttentionTile tile)
        {
            switch (owner._propagation.Part)
            {
                case GradientPart.Positive: Add<PositivePart>(tile); break;
                case GradientPart.Absolute: Add<AbsoluteValue>(tile); break;
                case GradientPart.Full: Add<WholeGradient>(tile); break;
                default: Add<NoGradient>(tile); break;
            }
        }

        void Add<T>(in AttentionTile tile) where T : struct, IGradientPart
        {
            int pair = tile.Target * _shape.Images + tile.Image, n = tile.Keys;
            fixed (float* g = tile.Gradient, a = tile.Probabilities)
                for (int s = 0; s < _count; s++)
                {
                    ReadOnlySpan<float> entering = _rows!.Row(pair * _count + s).Slice(tile.FirstQuery, tile.Rows);
                    float* into = _partial!.Pointer + ((long)(pair * _shape.Heads + tile.Head) * _count + s) * _partial.Width;
                    for (int q = 0; q < tile.Rows; q++)
                        if (entering[q] != 0) Kernels.AddProduct<T>(g + q * n, a + q * n, entering[q], into, n);
                }
        }

        public override void End()
        {
            int heads = _shape.Heads, keys = _shape.Keys;
            Tensor added = owner._arena.Rent(_shape.Targets, _shape.Images, _count, keys), partial = _partial!;
            Tensor? columns = owner._propagation.Columns(step);
            for (int i = 0; i < added.Rows; i++)
            {
                Span<float> sum = added.Row(i);
                for (int h = 0; h < heads; h++)
                {
                    Span<float> part = partial.Row((i / _count * heads + h) * _count + i % _count)[..keys];
                    if (columns is not null) TensorPrimitives.Multiply(part, columns.Row(i / _count % _shape.Images * heads + h), part);
                    if (h == 0) part.CopyTo(sum);
                    else TensorPrimitives.Add(sum, part, sum);
                }
            }
            owner._arena.Return(partial);
            owner._pending.Add((step, added));
            if (owner._stages[step.Stage].Count() == 1) owner.Commit();
        }
    }
}
