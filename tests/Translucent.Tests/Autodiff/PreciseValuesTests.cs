using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;
using Translucent.Tests.Models;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Autodiff;

/// <summary>The forward pass in float64 against slow implementations and goldens.</summary>
public class PreciseValuesTests
{
    public static TheoryData<string> Names => Fixture.Names;

    public static TheoryData<string> Cases => [.. OpCase.Precise];

    [Theory, MemberData(nameof(Cases))]
    public void An_operation_equals_the_slow_implementation_in_float64(string name)
    {
        OpCase c = OpCase.All[name];
        Tensor[] x = c.RandomInputs();
        int images = x[0].Shape[0];
        double[] plain = c.Plain(Array.ConvertAll(x, t => Array.ConvertAll(t.ToArray(), v => (double)v)));
        for (int image = 0; image < images; image++)
        {
            PreciseMatrix[] inputs = Array.ConvertAll(x, t => PreciseMatrix.Widen(t.Span.Slice(image * t.Length / images, t.Length / images), t.Width));
            double[] found = c.Op.PreciseForward(new PreciseCall(inputs, image, Compute.Default)).Span.ToArray(),
                expected = plain[(image * plain.Length / images)..((image + 1) * plain.Length / images)];
            Assert.Equal(expected.Length, found.Length);
            // the slow norm has eps 1e-5, not 1e-5f; the slow Φ is a series that cancels
            double tolerance = name is "layer norm" or "linear, gelu" ? 1e-9 : 1e-12;
            for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], tolerance);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Forward_equals_the_reference_to_the_rounding_of_the_goldens(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tape tape = f.Trace.Tape;
        PreciseValues precise = new(tape, item: 0);
        int depth = f.Model.Config.Depth;
        float[] At(string site) => Array.ConvertAll(precise[tape[site]].Span.ToArray(), v => (float)v);
        f.Check("hidden_states", (float[])[.. At("embed"), .. Enumerable.Range(0, depth).SelectMany(b => At($"blocks.{b}.out"))], 1e-6);
        f.Check("hidden_states_mid", Enumerable.Range(0, depth).SelectMany(b => At($"blocks.{b}.mid")).ToArray(), 1e-6);
        f.Check("attn_out", Enumerable.Range(0, depth).SelectMany(b => At($"blocks.{b}.attn.out")).ToArray(), 1e-6);
        f.Check("mlp_out", Enumerable.Range(0, depth).SelectMany(b => At($"blocks.{b}.mlp.out")).ToArray(), 1e-6);
        f.Check("final_norm", At("norm"), 1e-6);
        f.Check("pooled", At("pooled"), 1e-6);
        f.Check("logits", At("logits"), 1e-6);
    }

    [Fact]
    public void The_complementary_error_function_equals_its_series_and_fraction()
    {
        for (double x = -9; x < 9; x += 0.0173)
        {
            double expected = ErrorFunction.Erfc(x);
            Assert.Equal(expected, PreciseActivation.Erfc(x), 4e-15);
            if (x > 3) Assert.Equal(1, PreciseActivation.Erfc(x) / expected, 1e-12);
        }
        Assert.Equal(1, PreciseActivation.Erfc(0));
        Assert.Equal(0, PreciseActivation.Erfc(40));
        Assert.Equal(2, PreciseActivation.Erfc(-40));
    }
}
