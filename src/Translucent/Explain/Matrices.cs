// Head-averaged attention of every step, kept: for what needs whole matrices or goes up as well as down. Equations of Cui, Fan and Chen,
// "Generic Interpretation Approach for Transformer Models Incorporating Heterogenous Attention Structures" (docs/multimodal.md).

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Abar = mean over heads of φ(G) ⊙ A of every step, for one target and one item (eqs. 1 to 3).</summary>
sealed class Matrices
{
    readonly Dictionary<AttentionStep, Tensor> _abar;
    readonly Compute _compute;

    Matrices(Trace trace, Dictionary<AttentionStep, Tensor> abar) => (Trace, _abar, _compute) = (trace, abar, trace.Tape.Arena.Compute);

    public Trace Trace { get; }

    /// <summary>[Q, K].</summary>
    public Tensor this[AttentionStep step] => _abar[step];

    /// <summary>The steps, stage after stage.</summary>
    public IEnumerable<IGrouping<int, AttentionStep>> Stages => Trace.Steps.GroupBy(step => step.Stage).OrderBy(stage => stage.Key);

    /// <summary>Computes the matrices of targets in one sweep, and hands them out one target and item at a time: (target, item, matrices).</summary>
    /// <remarks>Chunks are as large as the memory for the matrices allows. What is handed out is valid until the callback returns.</remarks>
    public static void Each(BoundTargets targets, GradientPart part, SweepOptions options, Action<int, int, Matrices> use)
    {
        Trace trace = targets.Trace;
        long bytes = sizeof(float) * trace.Batch * (trace.Steps.Sum(s => Size(s)) + trace.Steps.Max(s => s.Heads * Size(s)));
        int chunk = Math.Max(1, (int)Math.Min(options.MemoryBytes / 2 / bytes, Sweep.ChunkSize(trace, options)));
        Arena arena = trace.Tape.Arena;
        Dictionary<AttentionStep, Tensor> all = [], one = trace.Steps.ToDictionary(step => step, step => arena.Rent(step.Queries.Length, step.Values.Length));
        Matrices matrices = new(trace, one);
        int start = 0, waiting = 0;
        Sweep.Each(targets, options with { Chunk = chunk, MemoryBytes = Math.Max(options.MemoryBytes / 2, Sweep.BytesPerTarget(trace) * chunk) },
            (first, count) =>
        {
            HandOut();
            (start, waiting) = (first, count);
            Watch watch = new();
            foreach (AttentionStep step in trace.Steps)
            {
                Tensor into = all[step] = arena.RentZeroed(count, trace.Batch, step.Queries.Length, step.Values.Length);
                watch.Attention(step.Site, new HeadMean(arena, into, part));
            }
            return watch;
        });
        HandOut();
        foreach (Tensor matrix in one.Values) arena.Return(matrix);

        void HandOut()
        {
            for (int i = 0; i < waiting * trace.Batch; i++)
            {
                foreach ((AttentionStep step, Tensor matrix) in one) all[step].Span.Slice(i * matrix.Length, matrix.Length).CopyTo(matrix.Span);
                use(start + i / trace.Batch, i % trace.Batch, matrices);
            }
            foreach (Tensor matrix in all.Values) arena.Return(matrix);
            all.Clear();
        }

        static long Size(AttentionStep step) => (long)step.Queries.Length * step.Values.Length;
    }

    /// <summary>A·B, of [m, k] and [k, n], or Aᵀ·B of [k, m], added to C if there is one.</summary>
    public unsafe Tensor Product(Tensor a, Tensor b, Tensor? onto = null, bool transposed = false)
    {
        (int m, int k) = transposed ? (a.Shape[1], a.Shape[0]) : (a.Shape[0], a.Shape[1]);
        Tensor c = onto is null ? new Tensor(m, b.Shape[1]) : new Tensor(onto.Shape, onto.Span);
        Operand left = new(a.Pointer, a.Shape[1]);
        Gemm.Multiply(_compute, m, b.Shape[1], k, transposed ? left.Transposed : left, new Operand(b.Pointer, b.Shape[1]), c.Pointer, b.Shape[1],
            accumulate: onto is not null);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return c;
    }

    /// <summary>Rows on their way down some stages: u[values] += u[queries]·Abar, every step of a stage from the rows before it (section 7 of the
    /// reference).</summary>
    public void Down(Dictionary<TokenStream, Tensor> u, Func<AttentionStep, bool> passes)
    {
        foreach (IGrouping<int, AttentionStep> stage in Stages.Reverse())
        {
            foreach ((TokenStream into, Tensor added) in stage.Where(passes).Select(s => (s.Values, Product(u[s.Queries], this[s]))).ToArray())
            {
                Tensor sum = new(added.Shape);
                TensorPrimitives.Add(u[into].Span, added.Span, sum.Span);
                u[into] = sum;
            }
        }
    }

    /// <summary>(M − I)·x for M the product of I + Abar over some self-attentions of one stream, lowest first, and a column x [n, 1].</summary>
    public Tensor UpAdditions(IEnumerable<AttentionStep> steps, Tensor x)
    {
        Tensor added = new(x.Shape);
        foreach (AttentionStep step in steps)
        {
            Tensor whole = new(x.Shape);
            TensorPrimitives.Add(x.Span, added.Span, whole.Span);
            added = Product(this[step], whole, added);
        }
        return added;
    }

    /// <summary>u·(M − I) for the same M and a row u [1, n].</summary>
    public Tensor DownAdditions(IEnumerable<AttentionStep> steps, Tensor u)
    {
        Tensor added = new(u.Shape);
        foreach (AttentionStep step in steps.Reverse())
        {
            Tensor whole = new(u.Shape);
            TensorPrimitives.Add(u.Span, added.Span, whole.Span);
            added = Product(whole, this[step], added);
        }
        return added;
    }

    /// <summary>Means over heads of φ(G) ⊙ A; heads are added in their order.</summary>
    sealed unsafe class HeadMean(Arena arena, Tensor into, GradientPart part) : AttentionObserver
    {
        AttentionShape _shape;
        Tensor? _heads; // [T, B, H, Q·K]; rows are as long as whole vectors, because each head is another thread's

        public override void Begin(in AttentionShape shape)
        {
            _shape = shape;
            _heads = arena.RentZeroed(shape.Targets, shape.Images, shape.Heads, Kernels.WholeVectors(shape.Queries * shape.Keys));
        }

        public override void Tile(in AttentionTile tile)
        {
            int head = (tile.Target * _shape.Images + tile.Image) * _shape.Heads + tile.Head;
            float* into = _heads!.Pointer + (long)head * _heads.Width + tile.FirstQuery * tile.Keys;
            fixed (float* g = tile.Gradient, a = tile.Probabilities)
                switch (part)
                {
                    case GradientPart.Positive: Kernels.AddProduct<PositivePart>(g, a, 1, into, tile.Gradient.Length); break;
                    case GradientPart.Absolute: Kernels.AddProduct<AbsoluteValue>(g, a, 1, into, tile.Gradient.Length); break;
                    case GradientPart.Full: Kernels.AddProduct<WholeGradient>(g, a, 1, into, tile.Gradient.Length); break;
                    default: Kernels.AddProduct<NoGradient>(g, a, 1, into, tile.Gradient.Length); break;
                }
        }

        public override void End()
        {
            int size = _shape.Queries * _shape.Keys;
            arena.Compute.For(_shape.Targets * _shape.Images, i =>
            {
                Span<float> mean = into.Span.Slice(i * size, size);
                for (int h = 0; h < _shape.Heads; h++) TensorPrimitives.Add(mean, _heads!.Row(i * _shape.Heads + h)[..size], mean);
                TensorPrimitives.Multiply(mean, 1f / _shape.Heads, mean);
            });
            arena.Return(_heads!);
        }
    }
}
