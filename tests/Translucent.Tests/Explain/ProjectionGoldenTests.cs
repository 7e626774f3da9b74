using Translucent.Explain.Projection;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>Class-embedding projection on every vision family against float64 goldens.</summary>
public class ProjectionGoldenTests
{
    public static TheoryData<string> Names => Fixture.Names;

    [Theory, MemberData(nameof(Names))]
    public void Scores_of_tokens_equal_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        f.Check("class_projection/hidden", ClassProjection.Scores(f.Trace));
        f.Check("class_projection/attn", ClassProjection.Scores(f.Trace, TokenState.Attention));
        f.Check("class_projection/mlp", ClassProjection.Scores(f.Trace, TokenState.Mlp));
        f.Check("class_projection/hidden_pre_norm", ClassProjection.Scores(f.Trace, normalize: false));
    }

    [Theory, MemberData(nameof(Names))]
    public void Identifiability_equals_the_reference_exactly(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tensor scores = ClassProjection.Scores(f.Trace);
        for (int c = 0; c < 2; c++)
        {
            Assert.Equal(f[$"identifiability/c{c}/hidden"].ToArray(), Identifiability.Of(scores, f.Classes[c]).ToArray());
            Assert.Equal(f[$"identifiability_rate/c{c}"].ToArray(), Identifiability.Rate(scores, f.Classes[c], f.Trace.Grid.Prefix).ToArray());
            Assert.Equal(f[$"class_change_rate/c{c}"].ToArray(), Identifiability.ChangeRate(scores, f.Classes[c], f.Trace.Grid.Prefix).ToArray());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_importance_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        foreach ((ProjectionLoss loss, string word) in ((ProjectionLoss, string)[])[(ProjectionLoss.DoubleSoftmax, "double_softmax"),
            (ProjectionLoss.CrossEntropy, "cross_entropy")])
        {
            Tensor blocks = ProjectionImportance.PerBlock(f.Trace, f.Classes, loss), maps = ProjectionImportance.Map(f.Trace, f.Classes, loss);
            for (int c = 0; c < 2; c++)
            {
                f.Check($"projection_importance/c{c}/{word}/per_block", blocks.Span.Slice(c * blocks.Length / 2, blocks.Length / 2));
                f.Check($"projection_importance/c{c}/{word}/map", maps.Span.Slice(c * maps.Length / 2, maps.Length / 2));
            }
        }
    }
}
