using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Tests.Images;

public class HeatTableTests
{
    [Fact]
    public void Every_number_stands_on_its_colour()
    {
        ColorScale scale = new(ColorMap.BlueWhiteRed, -1, 1);
        Tensor values = new([2, 2], [1, -0.5f, float.NaN, 0.25f]);
        Image table = HeatTable.Draw(values, ["a", "b"], scale, letters: 1);
        int Count(Rgb color) => Enumerable.Range(0, table.Width * table.Height).Count(p => table.Pixels.AsSpan(3 * p, 3).SequenceEqual([color.R, color.G, color.B]));
        foreach (float v in (float[])[1, -0.5f, 0.25f]) Assert.InRange(Count(scale.At(v)), 200, 31 * 15);
        Assert.InRange(Count(new Rgb(0xE4, 0xE6, 0xEA)), 200, 31 * 15);
    }

    [Fact]
    public void A_matrix_that_is_not_square_is_refused() =>
        Assert.Contains("expected [2, 2]", Assert.Throws<ArgumentException>(() => HeatTable.Draw(new Tensor(2, 3), ["a", "b"], new ColorScale(ColorMap.Turbo, 0, 1))).Message);
}
