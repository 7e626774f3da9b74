using Translucent.Explain;
using Translucent.Segment;
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

    [Theory, MemberData(nameof(Names))]
    public void TokenTM_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        (string Variant, TokenTMParts Parts, ClassScalar Scalar)[] variants =
        [
            ("full", new(), ClassScalar.Logit),
            ("full_prob", new(), ClassScalar.Probability),
            ("af", new(Length: false, Direction: false), ClassScalar.Logit),
            ("af_l", new(Direction: false), ClassScalar.Logit),
            .. Enumerable.Range(1, f.Model.Config.Depth - 1).Select(k => ($"depth{k}", new TokenTMParts(Depth: k), ClassScalar.Logit)),
        ];
        foreach ((string variant, TokenTMParts parts, ClassScalar scalar) in variants)
            CheckMatrix(f, $"tokentm/{{0}}/{variant}", TokenTM.Rows(f.Trace, new(f.Classes, scalar), parts),
                TokenTM.Matrices(f.Trace, new(f.Classes, scalar), parts));
        CheckMatrix(f, "tokentm/{0}/baseline", TokenTM.BaselineRows(f.Trace, f.Classes), TokenTM.BaselineMatrices(f.Trace, f.Classes));
    }

    [Theory, MemberData(nameof(Names))]
    public void Grad_cam_and_AttCAT_equal_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tensor cam = GradCam.Maps(f.Trace, f.Classes), scaled = MinMax.Scale(cam.Reshape(2, f.Trace.Grid.Count));
        Tensor input = AttCat.Rows(f.Trace, f.Classes), output = AttCat.Rows(f.Trace, f.Classes, AttCatStates.Output);
        for (int c = 0; c < 2; c++)
        {
            f.Check($"grad_cam/c{c}/raw", cam.Row(c));
            f.Check($"grad_cam/c{c}/map", scaled.Row(c));
            f.Check($"attcat/c{c}/input", input.Row(c));
            f.Check($"attcat/c{c}/output", output.Row(c));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Conservative_lrp_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        (string Name, ConservativeVariant Variant)[] variants =
            [("std", ConservativeVariant.Std), ("std_mean", ConservativeVariant.StdMean), ("std_identity_act", ConservativeVariant.StdIdentityActivation)];
        foreach ((string variant, ConservativeVariant v) in variants)
        {
            Tensor rows = ConservativeLrp.Rows(f.Trace, f.Classes, v);
            for (int c = 0; c < 2; c++) f.Check($"conservative_lrp/c{c}/{variant}", rows.Row(c));
        }
    }

    static void CheckMatrix(Fixture f, string name, Tensor rows, Tensor matrices)
    {
        Tensor maps = f.Trace.Map(rows);
        for (int c = 0; c < 2; c++)
        {
            f.Check(string.Format(name, $"c{c}") + "/matrix", matrices.Span.Slice(c * matrices.Length / 2, matrices.Length / 2));
            f.Check(string.Format(name, $"c{c}") + "/map", maps.Span.Slice(c * maps.Length / 2, maps.Length / 2));
        }
    }
}
