using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Autodiff;

namespace Translucent.Tests.Explain;

/// <summary>What must hold whatever the numbers are: the laws of the design.</summary>
[Collection(nameof(Alone))]
public sealed class LawTests : IDisposable
{
    readonly VisionTransformer _model = VisionModels.Open(Golden.File("vision/vit"));

    public void Dispose() => _model.Dispose();

    Trace Trace(int images = 1, Keep keep = Keep.All, int height = 40, int width = 32) => _model.Forward(Pixels(images, height, width), keep);

    /// <summary>The same pixels for the same size, image by image.</summary>
    static Tensor Pixels(int images, int height, int width)
    {
        Random random = new(7);
        Tensor pixels = new(images, 3, height, width);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        return pixels;
    }

    [Fact]
    public void Rows_of_attention_sum_to_one()
    {
        using Trace trace = Trace();
        for (int b = 0; b < _model.Config.Depth; b++)
            trace.Tape.WithAttention($"blocks.{b}.attn.probs", call =>
            {
                Tensor a = Attention.Probabilities(call, image: 0);
                for (int r = 0; r < a.Rows; r++) Assert.Equal(1, a.Row(r).ToArray().Sum(), 1e-5f);
            });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Any_chunk_of_targets_gives_the_same_bits(int chunk)
    {
        using Trace trace = Trace();
        float[] expected = Ultra.Explain(trace, 5).Rows.ToArray();
        Assert.Equal(expected, Ultra.Explain(trace, 5, options: new SweepOptions { Chunk = chunk }).Rows.ToArray());
        Assert.Equal(expected, Ultra.Explain(trace, 5, options: new SweepOptions { MemoryBytes = chunk * Sweep.BytesPerTarget(trace) }).Rows.ToArray());
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        int before = Compute.Default.Threads;
        try
        {
            float[]? expected = null;
            foreach (int threads in (int[])[1, 2, 3, 8])
            {
                Compute.Default = Compute.Default.WithThreads(threads);
                using Trace trace = Trace(images: 2);
                float[] found = [.. trace.Logits.Span, .. Ultra.Explain(trace, 5, TokenFunction.E).Rows.Span, .. Gae.Rows(trace, [0, 3]).Span,
                    .. Rollout.Rows(trace).Span];
                Assert.Equal(expected ??= found, found);
            }
        }
        finally
        {
            Compute.Default = Compute.Default.WithThreads(before);
        }
    }

    [Fact]
    public void Computing_blocks_again_instead_of_keeping_them_gives_the_same_bits()
    {
        using Trace all = Trace(), boundaries = Trace(keep: Keep.Boundaries);
        Assert.Equal(all.Logits.ToArray(), boundaries.Logits.ToArray());
        Assert.Equal(Ultra.Explain(all, 4).Rows.ToArray(), Ultra.Explain(boundaries, 4).Rows.ToArray());
        Assert.Equal(Gae.Rows(all, [1, 2]).ToArray(), Gae.Rows(boundaries, [1, 2]).ToArray());
        Assert.Equal(Rollout.Rows(all, 1).ToArray(), Rollout.Rows(boundaries, 1).ToArray());
        Assert.Equal(RawAttention.Rows(all).ToArray(), RawAttention.Rows(boundaries).ToArray());
    }

    [Fact]
    public void Images_together_equal_images_one_by_one()
    {
        Tensor pixels = Pixels(3, 40, 32);
        using Trace together = _model.Forward(pixels);
        Tensor rows = Ultra.Explain(together, 5).Rows, classes = Gae.Rows(together, [0, 4]);
        for (int b = 0; b < 3; b++)
        {
            using Trace alone = _model.Forward(new Tensor([1, 3, 40, 32], pixels.Span.Slice(b * 3 * 40 * 32, 3 * 40 * 32)));
            Assert.Equal(alone.Logits.ToArray(), together.Logits.Row(b).ToArray());
            Tensor row = Ultra.Explain(alone, 5).Rows, c = Gae.Rows(alone, [0, 4]);
            for (int t = 0; t < alone.Tokens; t++) Assert.Equal(row.Row(t).ToArray(), rows.Row(t * 3 + b).ToArray());
            for (int t = 0; t < 2; t++) Assert.Equal(c.Row(t).ToArray(), classes.Row(t * 3 + b).ToArray());
        }
    }

    [Fact]
    public void A_map_is_linear_in_its_target_before_the_positive_part()
    {
        using Trace trace = Trace();
        float[] a = Gradient(trace, [1, 0, 0]), b = Gradient(trace, [0, 0, 1]), both = Gradient(trace, [2, 0, -3]);
        float scale = both.Max(MathF.Abs);
        for (int i = 0; i < both.Length; i++) Assert.Equal(2 * a[i] - 3 * b[i], both[i], 1e-5f * scale);
    }

    /// <summary>The derivative of a weighted sum of the first logits with respect to the attention of the second block.</summary>
    float[] Gradient(Trace trace, float[] weights)
    {
        AttentionRecorder recorder = new();
        Tensor seed = new(1, 1, _model.Classes);
        weights.CopyTo(seed.Span);
        trace.Tape.Sweep(trace.Tape["logits"], new Cotangent(seed), new Watch().Attention("blocks.1.attn.probs", recorder));
        return recorder.Gradient!.ToArray();
    }

    [Fact]
    public void A_sweeps_row_equals_the_row_of_the_product_of_matrices()
    {
        using Trace trace = Trace();
        int n = trace.Tokens, depth = _model.Config.Depth, token = n - 2;
        AttentionRecorder[] recorders = [.. Enumerable.Range(0, depth).Select(_ => new AttentionRecorder())];
        Watch watch = new();
        for (int b = 0; b < depth; b++) watch.Attention($"blocks.{b}.attn.probs", recorders[b]);
        TokenTargets target = new(depth + 1, [token], TokenFunction.S);
        BoundTargets bound = target.Bind(trace);
        trace.Tape.Sweep(bound.From, bound.Seed(0, 1), watch);

        double[,] product = new double[n, n];
        for (int i = 0; i < n; i++) product[i, i] = 1;
        for (int b = 0; b < depth; b++) // later blocks from the left
            trace.Tape.WithAttention($"blocks.{b}.attn.probs",
                call => product = Multiply(Factor(Attention.Probabilities(call, image: 0), recorders[b].Gradient!), product));

        float[] row = Sweep.Rows(trace, target).ToArray();
        for (int j = 0; j < n; j++) Assert.Equal(product[token, j], row[j], 1e-5 * row.Max());
    }

    static double[,] Factor(Tensor a, Tensor g)
    {
        int heads = a.Shape[0], n = a.Width;
        double[,] c = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                c[i, j] = i == j ? 1 : 0;
                for (int h = 0; h < heads; h++) c[i, j] += Math.Max(g.Span[(h * n + i) * n + j], 0f) * (double)a.Span[(h * n + i) * n + j] / heads;
            }
        return c;
    }

    static double[,] Multiply(double[,] a, double[,] b)
    {
        int n = a.GetLength(0);
        double[,] c = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                for (int k = 0; k < n; k++) c[i, j] += a[i, k] * b[k, j];
        return c;
    }

    /// <summary>Shuffled patches with their position embeddings are the same set of tokens: the map is shuffled, nothing else changes.</summary>
    [Fact]
    public void Permuting_patches_together_with_their_positions_permutes_the_map()
    {
        const int n = 6, width = 8;
        int[] order = [3, 0, 5, 1, 4, 2];
        Tensor x = OpCase.Random(1, n, width), positions = OpCase.Random(n, width), prefix = OpCase.Random(1, width);
        Linear[] layers = [.. Enumerable.Range(0, 4).Select(_ => new Linear(new Matrix(OpCase.Random(width, width), width, width)))];

        float[] Row(Tensor patches, Tensor at)
        {
            using Tape tape = new();
            Var y = new Embed(prefix, new Tensor([1 + n, width], (float[])[.. new float[width], .. at.ToArray()])).Apply(tape.Leaf(patches));
            y = new Attention(2, "blocks.0.attn.probs").Apply(layers[0].Apply(y), layers[1].Apply(y), layers[2].Apply(y));
            AttentionRecorder recorder = new();
            Tensor seed = new(1, 1, 1, width);
            seed.Span.Fill(1);
            tape.Sweep(layers[3].Apply(y), new Cotangent(seed, [0]), new Watch().Attention("blocks.0.attn.probs", recorder));
            return recorder.Gradient!.Row(0)[1..].ToArray();
        }

        Tensor movedPatches = new(1, n, width), movedPositions = new(n, width);
        for (int i = 0; i < n; i++)
        {
            x.Row(order[i]).CopyTo(movedPatches.Row(i));
            positions.Row(order[i]).CopyTo(movedPositions.Row(i));
        }
        float[] plain = Row(x, positions), moved = Row(movedPatches, movedPositions);
        for (int i = 0; i < n; i++) Assert.Equal(plain[order[i]], moved[i], 1e-5f * plain.Max(MathF.Abs));
    }

    [Fact]
    public void The_own_entry_of_a_latent_token_is_replaced_by_the_largest_other()
    {
        using Trace trace = Trace();
        UltraMaps maps = Ultra.Explain(trace, 3);
        for (int t = trace.Grid.Prefix; t < trace.Tokens; t++)
        {
            float[] others = [.. maps.Rows.Row(t)[trace.Grid.Prefix..].ToArray().Where((_, i) => i != t - trace.Grid.Prefix)];
            Assert.Equal(others.Max(), maps.Maps.Row(t)[t - trace.Grid.Prefix]);
            Assert.True(maps.Rows.Row(t)[t] >= 1);
        }
        Assert.Equal(maps.Rows.Row(0)[trace.Grid.Prefix..].ToArray(), maps.Maps.Row(0).ToArray()); // the class token has no own entry among the patches
    }

    [Fact]
    public void Memory_stays_flat_over_hundreds_of_sweeps()
    {
        Arena arena = new();
        Tensor pixels = Pixels(1, 32, 32);
        long steady = 0, heap = 0;
        for (int i = 0; i < 300; i++)
        {
            using (Trace trace = _model.Forward(pixels, i % 2 == 0 ? Keep.All : Keep.Boundaries, arena))
            {
                Ultra.Explain(trace, 2 + i % 4, options: new SweepOptions { Chunk = 1 + i % 5 });
                Gae.Rows(trace, [i % 10]);
            }
            if (i == 50) (steady, heap) = (arena.Bytes, GC.GetTotalMemory(forceFullCollection: true));
        }
        Assert.True(arena.Bytes <= steady * 1.1, $"the arena grew from {steady} to {arena.Bytes} bytes");
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.True(after <= heap + (4 << 20), $"the heap grew from {heap} to {after} bytes");
    }

    [Fact]
    public void Wrong_requests_name_what_is_possible()
    {
        using Trace trace = Trace();
        Assert.Contains("layers 2 to 5", Assert.Throws<ArgumentOutOfRangeException>(() => Ultra.Explain(trace, 6)).Message);
        Assert.Contains("tokens 0 to 20", Assert.Throws<ArgumentOutOfRangeException>(() => Ultra.Explain(trace, 5, tokens: [21])).Message);
        Assert.Contains("classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => Gae.Rows(trace, [10])).Message);
        Assert.Contains("needs w", Assert.Throws<ArgumentException>(() => Ultra.Explain(trace, 5, TokenFunction.W)).Message);
        Assert.Contains("expected [21, 32]", Assert.Throws<ArgumentException>(() => Ultra.Explain(trace, 5, TokenFunction.W, w: new Tensor(3, 32))).Message);
        Assert.Contains("blocks 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => Rollout.Rows(trace, 4)).Message);
        using VisionTransformer dino = VisionModels.Open(Golden.File("vision/dino"));
        using Trace headless = dino.Forward(Pixels(1, 32, 32));
        Assert.Contains("no classifier", Assert.Throws<TranslucentException>(() => Gae.Rows(headless, [0])).Message);
        Assert.Contains("classifier of its own", Assert.Throws<TranslucentException>(() => _model.WithClasses(new Tensor(2, 32))).Message);
    }
}
