using Translucent.Explain;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>Every explanation method on every vision family against float64 goldens.</summary>
public class MethodGoldenTests
{
    public static TheoryData<string> Names => Fixture.Names;

    [Theory, MemberData(nameof(Names))]
    public void Ultra_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        foreach (string golden in f.GoldenNames.Where(n => n.StartsWith("ultra/", StringComparison.Ordinal) && n.EndsWith("/rows", StringComparison.Ordinal)))
        {
            string[] parts = golden.Split('/');
            TokenFunction function = Enum.Parse<TokenFunction>(parts[1], ignoreCase: true);
            UltraMaps maps = Ultra.Explain(f.Trace, int.Parse(parts[2][1..]), function, w: function == TokenFunction.W ? f.Input("ultra_w") : null);
            f.Check(golden, maps.Rows);
            f.Check(golden.Replace("/rows", "/maps"), maps.Maps);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gae_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tensor rows = Gae.Rows(f.Trace, f.Classes), matrices = Gae.Matrices(f.Trace, f.Classes), maps = f.Trace.Map(rows);
        for (int c = 0; c < 2; c++)
        {
            f.Check($"gae/c{c}/matrix", matrices.Span.Slice(c * matrices.Length / 2, matrices.Length / 2));
            f.Check($"gae/c{c}/map", maps.Span.Slice(c * maps.Length / 2, maps.Length / 2));
            Assert.Equal(matrices.Row(c * f.Trace.Tokens), rows.Row(c)); // the row travels; the matrix need not be formed
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Rollout_and_raw_attention_equal_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tensor raw = RawAttention.Matrices(f.Trace);
        f.Check("raw_attention/matrix", raw);
        f.Check("raw_attention/map", f.Trace.Map(RawAttention.Rows(f.Trace)));
        for (int start = 0; start < 2; start++)
        {
            f.Check($"rollout/start{start}/matrix", Rollout.Matrices(f.Trace, start));
            f.Check($"rollout/start{start}/map", f.Trace.Map(Rollout.Rows(f.Trace, start)));
        }
    }
}
