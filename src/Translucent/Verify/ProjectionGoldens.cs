// Goldens of class-embedding projection (docs/projection.md).

using Translucent.Explain.Projection;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Class scores of single tokens and what is read off them.</summary>
static class ProjectionGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        new("class_projection/(hidden|attn|mlp|hidden_pre_norm)", (run, m) => Scores(run, m.Word).Reshape(run.Depth, run.Trace.Tokens, run.Model.Classes)),
        new("identifiability/c#/hidden", (run, m) => Identifiability.Of(Hidden(run), run.Class(m.Number)).Reshape(run.Depth, run.Trace.Tokens)),
        new("identifiability_rate/c#", (run, m) => Identifiability.Rate(Hidden(run), run.Class(m.Number), run.Trace.Grid.Prefix).Reshape(run.Depth)),
        new("class_change_rate/c#", (run, m) => Identifiability.ChangeRate(Hidden(run), run.Class(m.Number), run.Trace.Grid.Prefix).Reshape(run.Depth - 1)),
        new("projection_importance/c#/(double_softmax|cross_entropy)/per_block", (run, m) => PerBlock(run, m).Reshape(run.Depth, run.Trace.Grid.Count)),
        new("projection_importance/c#/(double_softmax|cross_entropy)/map", (run, m) => ProjectionImportance.Sum(PerBlock(run, m))
            .Reshape(run.Trace.Grid.Count)),
    ];

    static Tensor Hidden(GoldenRun run) => run.Once("projection hidden", () => Scores(run, "hidden"));

    static Tensor Scores(GoldenRun run, string word) => ClassProjection.Scores(run.Scored, word switch
    {
        "attn" => TokenState.Attention,
        "mlp" => TokenState.Mlp,
        _ => TokenState.Hidden,
    }, normalize: word != "hidden_pre_norm");

    static Tensor PerBlock(GoldenRun run, GoldenMatch m)
    {
        ProjectionLoss loss = m.Word == "cross_entropy" ? ProjectionLoss.CrossEntropy : ProjectionLoss.DoubleSoftmax;
        return run.Once($"projection importance {m.Number} {m.Word}", () => ProjectionImportance.PerBlock(run.Scored, [run.Class(m.Number)], loss));
    }
}
