// Goldens of TokenTM, Grad-CAM, AttCAT, conservative LRP and AttnLRP (docs/methods.md).

using Translucent.Explain;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Methods that explain a class by other means than attention maps alone.</summary>
static class ClassMapGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        .. TokenTMVariant("full", (_, _) => new(), ClassScalar.Logit),
        .. TokenTMVariant("full_prob", (_, _) => new(), ClassScalar.Probability),
        .. TokenTMVariant("af", (_, _) => new(Length: false, Direction: false), ClassScalar.Logit),
        .. TokenTMVariant("af_l", (_, _) => new(Direction: false), ClassScalar.Logit),
        .. TokenTMVariant("depth#", (run, m) => new(Depth: run.Blocks(m.Numbers[1])), ClassScalar.Logit),
        Row("tokentm/c#/baseline/map", (run, c) => run.Trace.Map(TokenTM.BaselineRows(run.Scored, c, options: run.Options))),
        Matrix("tokentm/c#/baseline/matrix", (run, c, _) => TokenTM.BaselineMatrices(run.Scored, c, options: run.Options)),
        Row("grad_cam/c#/raw", (run, c) => GradCam.Maps(run.Scored, c, options: run.Options)),
        Row("grad_cam/c#/map", (run, c) => MinMax.Scale(GradCam.Maps(run.Scored, c, options: run.Options).Reshape(1, run.Trace.Grid.Count))),
        Row("attcat/c#/input", (run, c) => AttCat.Rows(run.Scored, c, AttCatStates.Input, options: run.Options)),
        Row("attcat/c#/output", (run, c) => AttCat.Rows(run.Scored, c, AttCatStates.Output, options: run.Options)),
        Row("conservative_lrp/c#/std", (run, c) => ConservativeLrp.Rows(run.Scored, c, ConservativeVariant.Std, run.Options)),
        Row("conservative_lrp/c#/std_mean", (run, c) => ConservativeLrp.Rows(run.Scored, c, ConservativeVariant.StdMean, run.Options)),
        Row("conservative_lrp/c#/std_identity_act", (run, c) => ConservativeLrp.Rows(run.Scored, c, ConservativeVariant.StdIdentityActivation, run.Options)),
        Row("attn_lrp/c#", (run, c) => AttnLrp.Rows(run.Scored, c, run.Options)),
    ];

    static GoldenEntry[] TokenTMVariant(string name, Func<GoldenRun, GoldenMatch, TokenTMParts> parts, ClassScalar scalar) =>
    [
        Matrix($"tokentm/c#/{name}/matrix", (run, c, m) => TokenTM.Matrices(run.Scored, new(c, scalar), parts(run, m), run.Options)),
        new($"tokentm/c#/{name}/map", (run, m) => Flat(run.Trace.Map(TokenTM.Rows(run.Scored, new([run.Class(m.Number)], scalar), parts(run, m), run.Options))))
        {
            Work = (run, _) => Sweep(run, $"tokentm {name}"),
        },
    ];

    static GoldenEntry Row(string pattern, Func<GoldenRun, int[], Tensor> compute) =>
        new(pattern, (run, m) => Flat(compute(run, [run.Class(m.Number)]))) { Work = (run, _) => Sweep(run, pattern) };

    static GoldenEntry Matrix(string pattern, Func<GoldenRun, int[], GoldenMatch, Tensor> compute) =>
        new(pattern, (run, m) => compute(run, [run.Class(m.Number)], m).Reshape(run.Trace.Tokens, run.Trace.Tokens)) { Work = (run, _) => Sweep(run, pattern) };

    static Tensor Flat(Tensor map) => map.Reshape(map.Length);

    static GoldenWork Sweep(GoldenRun run, string of) => new(of, Cost.Classes(run.Trace, 1));
}
