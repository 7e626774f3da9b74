using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>The sparse sweep: its definition by goldens, its exact end, and that nothing about how it runs changes it.</summary>
public sealed class SparseSweepTests : IDisposable
{
    readonly Fixture _fixture = Fixture.Open("trained/cifar10-vit-chelsea");
    readonly Safetensors _golden = Safetensors.Open(Golden.File("sparse/chelsea.safetensors"));

    public void Dispose()
    {
        _golden.Dispose();
        _fixture.Dispose();
    }

    Trace Trace => _fixture.Trace;

    Targets Tokens => new TokenTargets(Trace.Blocks.Count + 1, [.. Enumerable.Range(0, Trace.Tokens)], TokenFunction.S);

    Targets Classes => new ClassTargets([.. Enumerable.Range(0, 10)]);

    Tensor Rows(Targets targets, int? k) => Sweep.Rows(Trace, targets, new SweepOptions { Rows = k });

    /// <summary>Of targets whose K-th and next relevance are equal to rounding another row may be kept: few are.</summary>
    [Theory]
    [InlineData("k0.rows", 0)]
    [InlineData("k4.rows", 4)]
    [InlineData("k16.rows", 16)]
    [InlineData("gae.k0.rows", 0)]
    [InlineData("gae.k4.rows", 4)]
    [InlineData("gae.k16.rows", 16)]
    [InlineData("exact.rows", 64)]
    [InlineData("gae.exact.rows", 64)]
    public void Goldens_of_the_definition_are_met(string name, int k)
    {
        Tensor golden = _golden[name].ToTensor(), found = Rows(name.StartsWith("gae", StringComparison.Ordinal) ? Classes : Tokens, k);
        Assert.Equal(golden.Length, found.Length);
        int off = 0;
        for (int t = 0; t < golden.Rows; t++)
        {
            float scale = golden.Row(t).ToArray().Max(), worst = golden.Row(t).ToArray().Zip(found.Row(t).ToArray(), (a, b) => Math.Abs(a - b)).Max();
            if (worst > 1e-4f * scale) off++;
        }
        Assert.InRange(off, 0, k is 0 or 64 ? 0 : 1);
    }

    [Fact]
    public void All_other_rows_kept_are_the_exact_sweep_bit_for_bit()
    {
        float[] exact = Rows(Tokens, null).ToArray();
        Assert.Equal(exact, Rows(Tokens, Trace.Tokens - 1).ToArray());
        Assert.Equal(exact, Rows(Tokens, 1000).ToArray());
        Assert.NotEqual(exact, Rows(Tokens, Trace.Tokens - 2).ToArray());
    }

    /// <summary>One row less than all of them is nearly exact: what is dropped is the row of least relevance.</summary>
    [Fact]
    public void More_rows_are_nearer_to_the_exact_sweep()
    {
        Tensor exact = Rows(Tokens, null);
        double Error(int k)
        {
            Tensor near = Rows(Tokens, k);
            return Enumerable.Range(0, exact.Rows)
                .Average(t => exact.Row(t).ToArray().Zip(near.Row(t).ToArray(), (a, b) => Math.Abs(a - b)).Max() / (double)exact.Row(t).ToArray().Max());
        }
        double[] errors = [Error(0), Error(8), Error(32), Error(63)];
        Assert.Equal(errors.OrderDescending(), errors);
        Assert.InRange(errors[3], 0, 1e-2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Chunks_threads_and_recomputed_blocks_give_the_same_bits(int k)
    {
        float[] expected = Rows(Tokens, k).ToArray();
        foreach (SweepOptions options in (SweepOptions[])[new() { Chunk = 1 }, new() { Chunk = 7 }, new() { MemoryBytes = 1 << 20 }])
            Assert.Equal(expected, Sweep.Rows(Trace, Tokens, options with { Rows = k }).ToArray());
        foreach ((Keep keep, int threads) in (ReadOnlySpan<(Keep, int)>)[(Keep.Boundaries, 2), (Keep.All, 1), (Keep.All, 5)])
        {
            using Trace other = _fixture.Model.Forward(_fixture.Input("pixel_values"), keep, new Compute(threads));
            Assert.Equal(expected, Sweep.Rows(other, Tokens, new SweepOptions { Rows = k }).ToArray());
        }
    }

    /// <summary>Without other rows a batch of different images is images one by one.</summary>
    [Fact]
    public void Own_rows_of_a_batch_are_own_rows_one_by_one()
    {
        Random random = new(11);
        Tensor pixels = new(3, 3, 32, 32);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        using Trace all = _fixture.Model.Forward(pixels);
        Tensor together = Sweep.Rows(all, Classes, new SweepOptions { Rows = 0 });
        for (int b = 0; b < 3; b++)
        {
            using Trace one = _fixture.Model.Forward(new Tensor([1, 3, 32, 32], pixels[b].Span));
            Tensor alone = Sweep.Rows(one, Classes, new SweepOptions { Rows = 0 });
            for (int t = 0; t < 10; t++)
                foreach ((float x, float y) in alone[t, 0].ToArray().Zip(together[t, b].ToArray())) Assert.Equal(x, y, 1e-5f);
        }
        foreach (int k in (int[])[1, 3])
            Assert.Contains("one at a time", Assert.Throws<TranslucentException>(() => Sweep.Rows(all, Classes, new SweepOptions { Rows = k })).Message,
                StringComparison.Ordinal);
        Assert.Contains("expected 0 or more", Assert.Throws<TranslucentException>(() => Rows(Tokens, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("exact only", Assert.Throws<TranslucentException>(() => Sweep.Matrices(Trace, Classes, new SweepOptions { Rows = 3 })).Message,
            StringComparison.Ordinal);
    }

    /// <summary>DINOv2 classifies the class token and the mean of all patches: a class has no row there, a latent token has.</summary>
    [Fact]
    public void A_class_that_is_read_from_all_tokens_has_no_own_row()
    {
        using Fixture all = Fixture.Open("vision/dinov2"), two = Fixture.Open("vision/deit");
        SweepOptions sparse = new() { Rows = 0 };
        Assert.Contains("reads all tokens", Assert.Throws<TranslucentException>(() => Sweep.Rows(all.Trace, new ClassTargets([0]), sparse)).Message,
            StringComparison.Ordinal);
        Sweep.Rows(all.Trace, new TokenTargets(all.Trace.Blocks.Count + 1, [3], TokenFunction.S), sparse);
        Sweep.Rows(two.Trace, new ClassTargets([0]), sparse); // of two tokens that are picked
    }

    /// <summary>The own token once, whatever its relevance, and of equals the lower index.</summary>
    [Theory]
    [InlineData(0, 2, "2")]
    [InlineData(1, 2, "1 2")]
    [InlineData(2, 2, "1 2 4")]
    [InlineData(3, 2, "0 1 2 4")]
    [InlineData(2, 0, "0 1 2")]
    [InlineData(2, 1, "1 2 4")]
    public void The_rows_of_largest_relevance_are_kept(int k, int own, string kept)
    {
        Tensor rows = new([1, 1, 1, 6], [1, 3, 3, 1, 3, 0]);
        Assert.Equal(kept, string.Join(' ', SparseRows.Choose(rows, k + 1, _ => [own])));
    }

    [Fact]
    public void Checks_of_several_numbers_of_rows_are_those_of_each()
    {
        TokenTargets some = new(Trace.Blocks.Count + 1, [0, 7, 30], TokenFunction.S);
        Assert.Equal([SparseCheck.Of(Trace, some, 0), SparseCheck.Of(Trace, some, 4)], SparseCheck.Of(Trace, some, [0, 4]));
    }

    /// <summary>TokenTM has the same form: columns and rows are weighed, which rows go on is chosen by what it weighs.</summary>
    [Fact]
    public void TokenTM_of_classes_keeps_its_order()
    {
        Tensor exact = TokenTM.Rows(Trace, (ClassTargets)Classes), near = TokenTM.Rows(Trace, (ClassTargets)Classes, options: new SweepOptions { Rows = 0 });
        for (int t = 0; t < 10; t++) Assert.InRange(RankCorrelation.Spearman(exact[t, 0].Span[1..], near[t, 0].Span[1..]), 0.9, 1);
    }
}
