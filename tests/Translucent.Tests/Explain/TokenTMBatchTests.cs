using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>TokenTM of a batch: every image is weighed by what its own tokens become.</summary>
public class TokenTMBatchTests
{
    [Theory]
    [InlineData("vision/vit")]
    [InlineData("vision/dinov2")] // whose blocks scale what they add
    public void Images_of_a_batch_are_weighed_each_on_its_own(string name)
    {
        using Fixture f = Fixture.Open(name);
        int[] shape = f.Trace.Pixels.Shape.ToArray();
        Random random = new(23);
        Tensor pixels = new([3, .. shape[1..]]);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        using Trace all = f.Model.Forward(pixels);
        Tensor together = TokenTM.Rows(all, [0, 1]);
        for (int b = 0; b < 3; b++)
        {
            using Trace one = f.Model.Forward(new Tensor(shape, pixels[b].Span));
            Tensor alone = TokenTM.Rows(one, [0, 1]);
            for (int t = 0; t < 2; t++)
                foreach ((float x, float y) in alone[t, 0].ToArray().Zip(together[t, b].ToArray())) Assert.Equal(x, y, 1e-5f * alone[t, 0].ToArray().Max());
        }
    }
}
