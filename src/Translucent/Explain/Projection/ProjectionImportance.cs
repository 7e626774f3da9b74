// Which patches put a class into the class token, block by block (Vilas et al. 2023, arXiv:2310.18969, section 5).

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>The loss whose derivative is taken.</summary>
enum ProjectionLoss
{
    /// <summary>Cross-entropy of softmax(p) taken as if it were scores, so softmax twice: what the public code computes.</summary>
    DoubleSoftmax,

    /// <summary>Cross-entropy of the scores p, as the paper's text has it.</summary>
    CrossEntropy,
}

/// <summary>Minus the derivative of a loss of the projected attention output of the class token with respect to its attention to each patch.</summary>
/// <remarks>
/// <code>
/// p = head(LN(a))          a [C]: what the attention of block b adds to the class token
/// importance_b[j] = − Σ_h ∂loss(p, class)/∂A[b][h, 0, j]
/// </code>
/// Each block has a scalar of its own, which reaches A[b] through a alone: one row of one attention per class and block, nothing below
/// it. All classes and images at once. Signed, unitless; the map of an image is the sum over blocks.
/// </remarks>
static class ProjectionImportance
{
    /// <summary>The importance of every patch in every block: [T, L, B, n], T the classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="ArgumentException">Scores are not read at the same token in all items.</exception>
    /// <exception cref="TranslucentException">The model has no classes, or the pass has a mask after the softmax.</exception>
    public static Tensor PerBlock(Trace trace, IReadOnlyList<int> classes, ProjectionLoss loss = ProjectionLoss.DoubleSoftmax)
    {
        new ClassTargets(classes).Bind(trace);
        if (Enumerable.Range(0, trace.Batch).Any(item => trace.Summary(item) != trace.Summary(0)))
            throw new ArgumentException("the items of this pass are read at different tokens; explain them one by one.", nameof(trace));
        int depth = trace.Blocks.Count, part = trace.Batch * trace.Grid.Count;
        Tensor all = new(classes.Count, depth, trace.Batch, trace.Grid.Count);
        for (int block = 0; block < depth; block++)
        {
            ClassTokenAttention observer = new(trace.Grid.Prefix);
            TokenBlock at = trace.Blocks[block];
            trace.Tape.Within(at.AttentionOut, tape =>
            {
                Var output = tape[at.AttentionOut];
                tape.Sweep(output, Seed(trace, output.Value, classes, loss), new Watch().Attention(at.Step.Site, observer));
            });
            for (int t = 0; t < classes.Count; t++)
                observer.Patches.Span.Slice(t * part, part).CopyTo(all.Span[((t * depth + block) * part)..]);
        }
        return all;
    }

    /// <summary>The importance of every patch, summed over blocks: [T, B, n].</summary>
    /// <inheritdoc cref="PerBlock"/>
    public static Tensor Map(Trace trace, IReadOnlyList<int> classes, ProjectionLoss loss = ProjectionLoss.DoubleSoftmax) =>
        Sum(PerBlock(trace, classes, loss));

    /// <summary>The sum over blocks: [T, L, B, n] to [T, B, n].</summary>
    public static Tensor Sum(Tensor perBlock)
    {
        int targets = perBlock.Shape[0], depth = perBlock.Shape[1], part = perBlock.Shape[2] * perBlock.Shape[3];
        Tensor map = new(targets, perBlock.Shape[2], perBlock.Shape[3]);
        for (int i = 0; i < targets * depth; i++)
        {
            Span<float> sum = map.Span.Slice(i / depth * part, part);
            TensorPrimitives.Add(sum, perBlock.Span.Slice(i * part, part), sum);
        }
        return map;
    }

    /// <summary>− ∂loss/∂a for the class token of every image, every class a target.</summary>
    static Cotangent Seed(Trace trace, Tensor attention, IReadOnlyList<int> classes, ProjectionLoss loss)
    {
        int images = trace.Batch, width = attention.Width, tokens = attention.Shape[1], summary = trace.Summary(0);
        Tensor token = new(images, 1, width), seed = trace.Tape.Arena.Rent(classes.Count, images, 1, width);
        for (int b = 0; b < images; b++) attention.Row(b * tokens + summary).CopyTo(token.Row(b));

        using Tape tape = new();
        Var x = tape.Leaf(token).At("token"), scores = ClassProjection.Apply(trace.Scored, x, normalize: true, patches: false); // [B, 1, Classes]
        Tensor slope = new(classes.Count, images, 1, scores.Value.Width);
        for (int row = 0; row < slope.Rows; row++) Slope(scores.Value.Row(row % images), classes[row / images], loss, slope.Row(row));
        tape.Sweep(scores, new Cotangent(slope), new Watch().Value("token", g => g.Values.Span.CopyTo(seed.Span)));
        return new Cotangent(seed, [.. Enumerable.Repeat(summary, classes.Count)]); // the row of the class token for every target
    }

    /// <summary>− ∂loss/∂p.</summary>
    static void Slope(ReadOnlySpan<float> scores, int cls, ProjectionLoss loss, Span<float> slope)
    {
        double[] p = Softmax(Array.ConvertAll(scores.ToArray(), v => (double)v)); // in double: 1 − p_c is small where the model is sure
        if (loss == ProjectionLoss.CrossEntropy)
        {
            for (int c = 0; c < p.Length; c++) slope[c] = (float)((c == cls ? 1 : 0) - p[c]);
            return;
        }
        double[] q = Softmax(p);
        double mean = 0;
        for (int c = 0; c < p.Length; c++) mean += p[c] * ((c == cls ? 1 : 0) - q[c]);
        for (int c = 0; c < p.Length; c++) slope[c] = (float)(p[c] * ((c == cls ? 1 : 0) - q[c] - mean));
    }

    static double[] Softmax(double[] x)
    {
        double largest = x.Max();
        double[] e = Array.ConvertAll(x, v => Math.Exp(v - largest));
        double sum = e.Sum();
        return Array.ConvertAll(e, v => v / sum);
    }

    /// <summary>Sums G over heads for the class token's row and the patches.</summary>
    sealed class ClassTokenAttention(int prefix) : AttentionObserver
    {
        AttentionShape _shape;
        Tensor _heads = new(0); // [T, B, H, n]: heads run on several threads

        /// <summary>[T, B, n].</summary>
        public Tensor Patches { get; private set; } = new(0);

        public override void Begin(in AttentionShape shape)
        {
            _shape = shape;
            _heads = new Tensor(shape.Targets, shape.Images, shape.Heads, shape.Keys - prefix);
            Patches = new Tensor(shape.Targets, shape.Images, shape.Keys - prefix);
        }

        public override void Tile(in AttentionTile tile) =>
            tile.Gradient[prefix..].CopyTo(_heads.Row((tile.Target * _shape.Images + tile.Image) * _shape.Heads + tile.Head));

        public override void End()
        {
            for (int row = 0; row < _heads.Rows; row++)
            {
                Span<float> sum = Patches.Row(row / _shape.Heads);
                TensorPrimitives.Add(sum, _heads.Row(row), sum);
            }
        }
    }
}
