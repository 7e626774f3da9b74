// LeGrad (Bousselham, Boggust, Chaybouti, Strobelt and Kuehne, ICCV 2025, arXiv:2404.03214, section 3; github.com/WalBouss/LeGrad).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which tokens of a block LeGrad scores.</summary>
enum LeGradPooling
{
    /// <summary>The mean of all of them, prefix tokens included: it stands wherever the head reads a token or a mean of tokens. As published.</summary>
    Mean,

    /// <summary>Those that the model's own head reads: class token, distillation token, mean of patches.</summary>
    Own,
}

/// <summary>Which patches form the class in the features of each block? The mean over blocks, heads and queries of (∂s_b/∂A(b))⁺.</summary>
/// <remarks>
/// <code>
/// s_b = head(LN(z̄_b))          z̄_b = mean of the tokens that block b hands on; LN and head are the model's own
/// </code>
/// The head reads z̄ in every place: DeiT's two classifiers both read it, DINOv2's classifier reads [z̄ | z̄], CLIP's projection and
/// cosine follow it; the factor of the cosine only scales the map. A block's score knows nothing of later blocks, so its gradient
/// descends half a block only: the cost of all blocks is less than that of one sweep, and one forward pass serves all. Where attention
/// pools the patches (SigLIP), it pools the tokens of each block, s_b = head(pool(LN(z_b))), and A(b) is the attention of the pooling, as
/// the public code has it. Any number of classes and images at once. ≥ 0, in units of the class scalar; attention itself is not a factor.
/// </remarks>
static class LeGrad
{
    /// <summary>The mean over the blocks from <paramref name="start"/> on: [T, B, N].</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="classes">Class indices, from 0.</param>
    /// <param name="pooling">What is scored.</param>
    /// <param name="start">The first block that counts, from 0 (all blocks, as in the paper's definition). The public code takes the last two, L − 2.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or block.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, LeGradPooling pooling = LeGradPooling.Mean, int start = 0, SweepOptions? options = null)
    {
        Tensor blocks = Blocks(trace, classes, pooling, start, options), rows = new(blocks.Shape[1..]);
        for (int b = 0; b < blocks.Shape[0]; b++) TensorPrimitives.Add(rows.Span, blocks.Span.Slice(b * rows.Length, rows.Length), rows.Span);
        TensorPrimitives.Divide(rows.Span, blocks.Shape[0], rows.Span);
        return rows;
    }

    /// <summary>Each block by itself: [L − start, T, B, N].</summary>
    /// <inheritdoc cref="Rows"/>
    public static Tensor Blocks(Trace trace, ClassTargets classes, LeGradPooling pooling = LeGradPooling.Mean, int start = 0, SweepOptions? options = null)
    {
        int depth = trace.Blocks.Count;
        if (start < 0 || start >= depth) throw new ArgumentOutOfRangeException(nameof(start), $"start block {start}: the model has blocks 0 to {depth - 1}.");
        BoundTargets targets = classes.Bind(trace);
        options ??= new SweepOptions();
        Tensor all = new(depth - start, targets.Count, trace.Batch, trace.Tokens);
        int chunk = Sweep.ChunkSize(trace, options), size = trace.Batch * trace.Tokens;
        for (int first = 0; first < targets.Count; first += chunk)
        {
            int count = Math.Min(chunk, targets.Count - first);
            for (int block = start; block < depth; block++)
            {
                options.Stop.ThrowIfCancellationRequested();
                Span<float> rows = all.Span.Slice(((block - start) * targets.Count + first) * size, count * size);
                PositiveSum sum = new(trace);
                TokenBlock at = trace.Blocks[block];
                Watch watch = new Watch { Stop = options.Stop }.Attention((trace.Scored.Pooling?.Step ?? at.Step).Site, sum);
                if (trace.Scored.Pooling is not null) Pool(trace, classes, at, first, count, watch);
                else trace.Tape.Sweep(trace.Tape[at.Out], Score(trace, classes, at, pooling, first, count), watch);
                sum.Mean(rows);
            }
            options.Progress?.Report(first + count);
        }
        return all;
    }

    /// <summary>The derivatives of a block's own scores with respect to the tokens that it hands on.</summary>
    static Cotangent Score(Trace trace, ClassTargets classes, TokenBlock block, LeGradPooling pooling, int first, int count)
    {
        using Tape own = new(trace.Tape.Arena, Keep.All);
        Var tokens = own.Leaf(trace.Tape[block.Out].Value);
        Var scores = trace.Scored.Score(pooling == LeGradPooling.Own ? tokens : new MeanToken(trace.Scored.Reads).Apply(tokens));
        return new Walk(own, new Watch()).Run([(scores, classes.Seed(scores.Value, trace.Scored.Meaning, own.Arena, first, count))], tokens)[0]!;
    }

    /// <summary>Sweeps a block's own scores down to the attention that pools its tokens.</summary>
    static void Pool(Trace trace, ClassTargets classes, TokenBlock block, int first, int count, Watch watch)
    {
        using Tape own = new(trace.Tape.Arena, Keep.All);
        Var scores = trace.Scored.Score(own.Leaf(trace.Tape[block.Out].Value));
        own.Sweep(scores, classes.Seed(scores.Value, trace.Scored.Meaning, own.Arena, first, count), watch);
    }

    /// <summary>Sums G⁺ over the queries of every target, image and head.</summary>
    sealed class PositiveSum(Trace trace) : AttentionObserver
    {
        Tensor? _perHead; // [T, B, H, N]
        AttentionShape _shape;

        public override void Begin(in AttentionShape shape)
        {
            _shape = shape;
            _perHead = trace.Tape.Arena.RentZeroed(shape.Targets, shape.Images, shape.Heads, shape.Keys);
        }

        public override void Tile(in AttentionTile tile)
        {
            Span<float> sum = _perHead!.Row((tile.Target * _shape.Images + tile.Image) * _shape.Heads + tile.Head);
            Span<float> positive = tile.Keys <= 1024 ? stackalloc float[tile.Keys] : new float[tile.Keys];
            for (int q = 0; q < tile.Rows; q++)
            {
                TensorPrimitives.Max(tile.Gradient.Slice(q * tile.Keys, tile.Keys), 0f, positive);
                TensorPrimitives.Add(sum, positive, sum);
            }
        }

        /// <summary>The mean over heads and queries, [T, B, N].</summary>
        public void Mean(Span<float> rows)
        {
            for (int r = 0; r < _perHead!.Rows; r++)
            {
                Span<float> into = rows.Slice(r / _shape.Heads * _shape.Keys, _shape.Keys);
                TensorPrimitives.Add(into, _perHead.Row(r), into);
            }
            TensorPrimitives.Divide(rows, _shape.Heads * _shape.Queries, rows);
            trace.Tape.Arena.Return(_perHead);
        }
    }
}
