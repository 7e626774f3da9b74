using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>Recomputed parts of several inputs and outputs, computed again on the way down, against the same model kept whole.</summary>
public class RecomputedTests
{
    const int Images = 2, Words = 5, Regions = 40, Width = 6;

    // Its own numbers: those that all tests draw from depend on which tests ran before.
    static readonly Random s_own = new(1);
    static readonly Linear s_mix = new(new Matrix(OpCase.Random(s_own, Width, Width), Width, Width), OpCase.Random(s_own, Width), Activation.Gelu);
    static readonly LayerNorm s_norm = new(OpCase.Random(s_own, Width), OpCase.Random(s_own, Width), 1e-6f);
    static readonly Tensor s_words = OpCase.Random(s_own, Images, Words, Width), s_regions = OpCase.Random(s_own, Images, Regions, Width);

    /// <summary>Two streams that look at each other twice, then words that look at regions.</summary>
    static Var Record(Tape tape)
    {
        Var[] streams = [tape.Leaf(s_words).At("words"), tape.Leaf(s_regions).At("regions")];
        for (int i = 0; i < 2; i++)
        {
            string name = $"cross.{i}.";
            streams = tape.Recomputed(name, streams, x =>
            {
                Attention words = new(2, $"{name}words.probs"), regions = new(2, $"{name}regions.probs");
                Var other = s_norm.Apply(x[1]);
                return
                [
                    Add.Op.Apply(x[0], words.Apply(x[0], s_mix.Apply(other), other)).At($"{name}words.out"),
                    Add.Op.Apply(x[1], regions.Apply(x[1], s_mix.Apply(x[0]), x[0])).At($"{name}regions.out"),
                ];
            });
        }
        return new Attention(3, "last.probs").Apply(streams[0], streams[1], streams[1]);
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Several_streams_computed_again_give_the_same_bits(int rows)
    {
        Dictionary<string, float[]> kept = Sweep(Keep.All, rows), again = Sweep(Keep.Boundaries, rows);
        Assert.Equal(9, kept.Count);
        foreach ((string site, float[] values) in kept)
        {
            Assert.Contains(values, v => v != 0);
            Assert.Equal(values, again[site]);
        }
    }

    [Fact]
    public void Float64_values_and_cotangents_are_the_same_too()
    {
        double[][] kept = Precisely(Keep.All), again = Precisely(Keep.Boundaries);
        for (int i = 0; i < kept.Length; i++) Assert.Equal(kept[i], again[i]);
    }

    [Fact]
    public void Float64_cotangents_equal_those_of_float32()
    {
        double[] precise = Precisely(Keep.All)[0];
        float[] single = Sweep(Keep.All, 0)["words"];
        double scale = precise.Max(Math.Abs);
        for (int i = 0; i < precise.Length; i++) Assert.Equal(precise[i], single[i], 1e-5 * scale); // of the first target and item
    }

    [Fact]
    public void A_stream_that_nobody_asks_for_is_not_walked_to()
    {
        using Tape tape = new(Keep.Boundaries);
        Var y = Record(tape);
        int seen = 0;
        tape.Sweep(y, new Cotangent(Seed(0)), new Watch().Value("cross.1.words.out", _ => seen++));
        Assert.Equal(1, seen);
    }

    static Tensor Seed(int rows)
    {
        Random random = new(3);
        Tensor seed = new(2, Images, rows == 0 ? Words : rows, Width);
        foreach (ref float v in seed.Span) v = random.NextSingle() - 0.5f;
        return seed;
    }

    static Dictionary<string, float[]> Sweep(Keep keep, int rows)
    {
        using Tape tape = new(keep);
        Var y = Record(tape);
        Dictionary<string, float[]> found = [];
        Watch watch = new();
        foreach (string site in (string[])["words", "regions", "cross.0.words.out", "cross.1.regions.out"])
            watch.Value(site, c =>
            {
                Tensor dense = new(2, Images, site.Contains("words") ? Words : Regions, Width);
                c.AddTo(dense);
                found[site] = dense.ToArray();
            });
        Dictionary<string, AttentionRecorder> recorders = ((string[])["cross.0.words.probs", "cross.0.regions.probs", "cross.1.words.probs",
            "cross.1.regions.probs", "last.probs"]).ToDictionary(s => s, _ => new AttentionRecorder());
        foreach ((string site, AttentionRecorder recorder) in recorders) watch.Attention(site, recorder);
        tape.Sweep(y, new Cotangent(Seed(rows), rows == 0 ? null : [4, 1]), watch);
        foreach ((string site, AttentionRecorder recorder) in recorders) found[site] = recorder.Gradient!.ToArray();
        return found;
    }

    /// <summary>What flows into both streams and one attention of the first item, for the first target.</summary>
    static double[][] Precisely(Keep keep)
    {
        using Tape tape = new(keep);
        Var y = Record(tape);
        PreciseMatrix seed = PreciseMatrix.Widen(Seed(0).Span[..(Words * Width)], Width);
        double[][] found = new double[3][];
        new PreciseValues(tape, item: 0).Sweep(y, seed, new Watch().Precise("words", g => found[0] = g.Span.ToArray())
            .Precise("regions", g => found[1] = g.Span.ToArray()).Precise("cross.0.words.probs", g => found[2] = g.Span.ToArray()), Rulebook.Gradient);
        return found;
    }
}
