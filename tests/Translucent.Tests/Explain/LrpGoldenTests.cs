using Translucent.Explain;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>The LRP family on every vision family against float64 goldens, which float32 arithmetic would miss by up to a fifth.</summary>
public class LrpGoldenTests
{
    const double OfFloat64 = 1e-6; // of the largest value: a float64 port, goldens rounded to float32

    public static TheoryData<string> Names => [.. Fixture.Names.Select(name => name.Data), "resized/clip_vision", "resized/dinov2_reg"];

    [Theory, MemberData(nameof(Names))]
    public void Lrp_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        foreach (LrpVariant variant in Enum.GetValues<LrpVariant>())
        {
            LrpMaps maps = Lrp.Explain(f.Trace, f.Classes, variant);
            for (int c = 0; c < 2; c++)
            {
                string golden = $"lrp_{variant}/c{c}".ToLowerInvariant();
                f.Check($"{golden}/tokens", Half(maps.Tokens, c), OfFloat64);
                f.Check($"{golden}/pixels", Half(maps.Pixels, c), OfFloat64);
            }
        }
        Tensor attention = Lrp.Attention(f.Trace, f.Classes);
        for (int c = 0; c < 2; c++) f.Check($"lrp_ours/c{c}/attn", Half(attention, c), OfFloat64);
    }

    [Theory, MemberData(nameof(Names))]
    public void Transformer_attribution_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        for (int start = 0; start < 2; start++)
        {
            Tensor rows = TransformerAttribution.Rows(f.Trace, f.Classes, start), matrices = TransformerAttribution.Matrices(f.Trace, f.Classes, start),
                maps = f.Trace.Map(rows);
            for (int c = 0; c < 2; c++)
            {
                f.Check($"transformer_attribution/c{c}/start{start}/matrix", Half(matrices, c), OfFloat64);
                f.Check($"transformer_attribution/c{c}/start{start}/map", Half(maps, c), OfFloat64);
            }
        }
    }

    static ReadOnlySpan<float> Half(Tensor t, int half) => t.Span.Slice(half * t.Length / 2, t.Length / 2);
}
