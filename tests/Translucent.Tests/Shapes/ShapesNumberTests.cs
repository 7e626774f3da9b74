using Translucent.Shapes.Drawing;
using Translucent.Tensors;

namespace Translucent.Tests.Shapes;

/// <summary>The parts that give the same numbers everywhere.</summary>
public class ShapesNumberTests
{
    [Fact]
    public void Whole_degrees_have_their_sine_and_cosine()
    {
        for (int degrees = 0; degrees < 360; degrees++)
        {
            (double cos, double sin) = Turn.Of(degrees);
            Assert.Equal(Math.Cos(degrees * Math.PI / 180), cos, 1e-15);
            Assert.Equal(Math.Sin(degrees * Math.PI / 180), sin, 1e-15);
        }
    }

    [Fact]
    public void The_generator_gives_the_published_numbers()
    {
        SplitMix random = new(1234567); // the sequence that comes with the reference code of SplitMix64
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            (ulong[])[random.Next(), random.Next(), random.Next(), random.Next(), random.Next()]);
    }
}
