using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Translucent.Shapes.Drawing;
using Translucent.Shapes.Files;
using Translucent.Tensors;

namespace Translucent.Tests.Shapes;

/// <summary>The compressor against the framework's decompressor, and the parts that give the same numbers everywhere.</summary>
public class ShapesDeflateTests
{
    static byte[] Inflate(byte[] stream)
    {
        using ZLibStream zlib = new(new MemoryStream(stream), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        zlib.CopyTo(bytes);
        return bytes.ToArray();
    }

    [Fact]
    public void Anything_comes_back()
    {
        var data = from seed in Gen.Choose(0, int.MaxValue - 1)
                   from length in Gen.Frequency((4, Gen.Choose(0, 400)), (2, Gen.Choose(0, 100_000)))
                   from letters in Gen.Elements(1, 2, 5, 40, 256)
                   from skew in Gen.Choose(1, 4)
                   select Make(seed, length, letters, skew);
        Prop.ForAll(data.ToArbitrary(), bytes => Inflate(Deflate.Compress(bytes)).AsSpan().SequenceEqual(bytes)).QuickCheckThrowOnFailure();
    }

    static byte[] Make(int seed, int length, int letters, int skew)
    {
        Random random = new(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = i > 50 && random.Next(10) == 0 ? bytes[i - random.Next(1, 50)] : (byte)(letters * Math.Pow(random.NextDouble(), skew));
        return bytes;
    }

    [Fact]
    public void Long_runs_and_very_uneven_letters_come_back()
    {
        List<byte> uneven = [];
        for (int letter = 0, count = 1, before = 1; letter < 24; letter++, (count, before) = (count + before, count)) // Fibonacci: the longest codes there are
            uneven.AddRange(Enumerable.Repeat((byte)letter, count));
        byte[] mixed = [.. uneven.Select((b, i) => (b, Key: (uint)i * 2654435761u)).OrderBy(x => x.Key).Select(x => x.b)];
        foreach (byte[] bytes in (byte[][])[new byte[300_000], [.. uneven], mixed]) Assert.Equal(bytes, Inflate(Deflate.Compress(bytes)));
        Assert.True(Deflate.Compress(new byte[300_000]).Length < 1000);
    }

    [Fact]
    public void Noise_is_stored_and_costs_next_to_nothing()
    {
        byte[] noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        byte[] packed = Deflate.Compress(noise);
        Assert.Equal(noise, Inflate(packed));
        Assert.InRange(packed.Length, 200_000, 200_100);
    }

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
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], (ulong[])[random.Next(), random.Next(), random.Next(), random.Next(), random.Next()]);
    }
}
