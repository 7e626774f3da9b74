using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Tests.Images;

public class InterpolateTests
{
    [Fact]
    public void Maps_and_position_embeddings_are_those_of_pytorch()
    {
        using Safetensors golden = Safetensors.Open(Golden.File("clustering/upsampling.safetensors"));
        int compared = 0;
        foreach (StoredTensor stored in golden.Tensors.Where(t => !t.Name.EndsWith("/x")))
        {
            string[] name = stored.Name.Split('/'), mode = name[1].Split('_');
            int[] size = [.. name[2].Split('x').Select(int.Parse)];
            Tensor x = golden[name[0] + "/x"].ToTensor(), want = stored.ToTensor();
            bool antialias = mode.Length > 1;
            Resampling filter = Enum.Parse<Resampling>(mode[0], ignoreCase: true);
            Tensor got = name[0] == "position"
                ? WithClass(x, Interpolate.Grid(WithoutClass(x), (4, 4), (size[0], size[1]), filter, antialias))
                : Interpolate.Maps(x, size[0], size[1], filter, antialias);
            Assert.Equal(want.ToString(), got.ToString());
            for (int i = 0; i < want.Length; i++) Assert.Equal(want.Span[i], got.Span[i], 1e-6);
            compared++;
        }
        Assert.True(compared >= 15);
    }

    [Fact]
    public void A_constant_map_stays_constant()
    {
        Tensor map = new([2, 3, 5], [.. Enumerable.Repeat(0.7f, 30)]);
        foreach (Resampling filter in (Resampling[])[Resampling.Nearest, Resampling.Bilinear, Resampling.Bicubic])
            foreach (bool antialias in (bool[])[false, true])
                foreach (float v in Interpolate.Maps(map, 7, 2, filter, antialias).Span) Assert.Equal(0.7f, v, 1e-6f);
    }

    [Fact]
    public void A_stack_gives_the_same_bits_as_its_maps_one_by_one_and_as_a_grid()
    {
        Random random = new(1);
        Tensor maps = new([4, 6, 7], [.. Enumerable.Range(0, 168).Select(_ => random.NextSingle())]);
        Tensor together = Interpolate.Maps(maps, 20, 15, Resampling.Bicubic);
        Tensor rows = new(42, 4);
        for (int k = 0; k < 4; k++)
        {
            Tensor one = Interpolate.Maps(new Tensor([6, 7], maps.Span.Slice(k * 42, 42)), 20, 15, Resampling.Bicubic);
            Assert.Equal(one.ToArray(), together.Span.Slice(k * 300, 300).ToArray());
            for (int i = 0; i < 42; i++) rows.Row(i)[k] = maps.Span[k * 42 + i];
        }
        Tensor grid = Interpolate.Grid(rows, (6, 7), (20, 15), Resampling.Bicubic);
        for (int k = 0; k < 4; k++)
            for (int i = 0; i < 300; i++) Assert.Equal(together.Span[k * 300 + i], grid.Row(i)[k], 1e-6f);
    }

    [Fact]
    public void Labels_take_the_cell_they_lie_in() =>
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4], Interpolate.Labels([1, 2, 3, 4], (2, 2), (3, 4)));

    [Fact]
    public void Wrong_shapes_are_named()
    {
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => Interpolate.Maps(new Tensor(3), 2, 2)).Message);
        Assert.Contains("[5, 2]", Assert.Throws<ArgumentException>(() => Interpolate.Grid(new Tensor(5, 2), (2, 2), (3, 3))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Interpolate.Maps(new Tensor(3, 3), 0, 2));
    }

    static Tensor WithoutClass(Tensor x) => new([x.Rows - 1, x.Width], x.Span[x.Width..]);

    static Tensor WithClass(Tensor x, Tensor grid) => new([1 + grid.Rows, x.Width], [.. x.Row(0), .. grid.Span]);
}
