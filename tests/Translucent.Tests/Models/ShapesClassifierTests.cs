using System.Numerics.Tensors;
using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Shapes;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>The small ViT of Shapes knows what its card says, with the preprocessing that is shipped with it.</summary>
public class ShapesClassifierTests
{
    [Fact]
    public void Held_out_scenes_of_one_object_get_the_kind_of_their_object()
    {
        using VisionTransformer model = VisionModels.Open(Samples.Model("shapes-vit"));
        ShapeKind[] kinds = Enum.GetValues<ShapeKind>();
        int right = 0;
        for (int i = 0; i < 80; i++)
        {
            ShapeKind kind = kinds[i % kinds.Length];
            ShapesOptions options = new() { Width = 96, Height = 96, MinObjects = 1, MaxObjects = 1, Kinds = [kind], Questions = 0 };
            using Trace trace = model.Forward(Scenes.Draw(SplitMix.At(90210, (ulong)i), options).Image, Keep.Boundaries);
            if (model.Labels[TensorPrimitives.IndexOfMax<float>(trace.Logits.Span)].Equals($"{kind}", StringComparison.OrdinalIgnoreCase)) right++;
        }
        Assert.True(right >= 48, $"{right} of 80 scenes are right; the card promises more.");
    }
}
