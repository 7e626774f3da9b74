using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Evaluate.Jobs;

/// <summary>The grid pointing game, by hand and by a second way.</summary>
public class GridGameTests
{
    static readonly VisionTransformer s_model = RandomViT.Create(new VisionConfig("ViT", 24, 2, 3, 48, 8, 24, 1), classes: 5, seed: 3);

    static LabelledImages Data(params int?[] classes) => new("data", ["a", "b", "c", "d", "e"], [.. classes.Select((c, i) => new LabelledImage($"p{i}",
        () => new Image(24, 24, 3, [.. Enumerable.Range(0, 24 * 24 * 3).Select(k => (byte)(k * (37 + 2 * i) % 251))]), c))]);

    [Fact]
    public void Shares_by_hand()
    {
        // rows 0, 1 lie above, 2, 3 below; what is negative counts nothing
        float[] map =
        [
            1, 0, 2, -9,
            0, 1, 0, 0,
            3, 0, 0, 1,
            0, 0, float.NaN, 0,
        ];
        Assert.Equal([2 / 8.0, 2 / 8.0, 3 / 8.0, 1 / 8.0], GridPointing.Shares(map, 4, 4, 2)!);
        Assert.Equal([0, 0, 1, 0, 0, 0], GridPointing.Shares([0, 0, 5, 0, 0, 0, 0, 0, 0], 3, 3, 3)!.Take(6));
        Assert.Null(GridPointing.Shares([0, -1, 0, 0], 2, 2, 2));
        Assert.Throws<ArgumentException>(() => GridPointing.Shares([1, 1], 1, 2, 2));
        Assert.Throws<ArgumentException>(() => GridPointing.Shares([1, 1, 1], 2, 2, 2));
    }

    [Fact]
    public void A_number_belongs_where_its_centre_lies()
    {
        // 4 rows of 6: columns 0, 1, 2 lie on the left
        Assert.Equal([0, 0, 0, 1, 1, 1], Enumerable.Range(0, 6).Select(i => GridPointing.Cell(i, 4, 6, 2)));
        Assert.Equal([2, 3], (int[])[GridPointing.Cell(12, 4, 6, 2), GridPointing.Cell(23, 4, 6, 2)]);
        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(i => GridPointing.Cell(i, 2, 3, 2))); // one in the middle goes right
    }

    [Fact]
    public void Grids_have_four_classes_and_no_picture_twice_and_depend_on_the_seed_alone()
    {
        LabelledImages data = Data(0, 0, 0, 1, 1, 1, 2, 2, 3, 3, null, 4, 4, 4);
        PictureGrids grids = PictureGrids.Draw(data, 7, 2);
        Assert.Equal(3, grids.Images.Images.Count); // 13 pictures with a class
        int[] all = [.. grids.Cells.Values.SelectMany(c => c)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.DoesNotContain(10, all);
        Assert.All(grids.Cells.Values, cells => Assert.Equal(4, cells.Select(c => data.Images[c].Class).Distinct().Count()));
        Assert.Equal(grids.Images.Hash(), PictureGrids.Draw(data, 7, 2).Images.Hash());
        Assert.NotEqual(grids.Images.Hash(), PictureGrids.Draw(data, 8, 2).Images.Hash());
        Assert.Equal((240, 240), grids.Images.Images[0].Read() is var shown ? (shown.Width, shown.Height) : default);
        Assert.Contains("has pictures of 3 classes, expected 4 or more", Assert.Throws<TranslucentException>(() => PictureGrids.Draw(Data(0, 1, 2, null), 7, 2))
            .Message);
    }

    [Fact]
    public void A_grid_is_four_prepared_inputs_and_each_map_is_held_against_its_own()
    {
        LabelledImages data = Data(0, 1, 2, 3);
        PictureGrids grids = PictureGrids.Draw(data, 1, 2);
        (string key, int[] cells) = grids.Cells.Single();
        ClassMethod[] methods = [ClassMethods.Named("gae"), ClassMethods.Named("raw")];
        GridItem item = new GridGame(s_model, methods, data, grids).Of(key, new SweepOptions());

        // the same, picture by picture and pixel by pixel
        Tensor joined = new(1, 3, 48, 48);
        for (int cell = 0; cell < 4; cell++)
        {
            Tensor input = s_model.Preprocessor.Apply(data.Images[cells[cell]].Read());
            for (int c = 0; c < 3; c++)
                for (int y = 0; y < 24; y++)
                    for (int x = 0; x < 24; x++)
                        joined.Span[(c * 48 + cell / 2 * 24 + y) * 48 + cell % 2 * 24 + x] = input.Span[(c * 24 + y) * 24 + x];
            using Trace alone = s_model.Forward(input.Reshape(1, 3, 24, 24));
            var top = alone.Top(5);
            Assert.Equal((top[0].Index, data.Images[cells[cell]].Class), (item.Cells[cell].Answer, item.Cells[cell].Class));
            Assert.Equal(top.First(t => t.Index == item.Cells[cell].Class).Probability, item.Cells[cell].P, 5);
        }
        using Trace trace = s_model.Forward(joined);
        for (int cell = 0; cell < 4; cell++)
            for (int m = 0; m < 2; m++)
            {
                float[] map = methods[m].Explain(trace, [item.Cells[cell].Class]).Maps.ToArray(); // 6 x 6 patches
                double on = 0;
                for (int i = 0; i < 36; i++)
                    if (i / 6 / 3 * 2 + i % 6 / 3 == cell) on += Math.Max(0, map[i]);
                Assert.Equal(on / map.Sum(v => (double)Math.Max(0, v)), item.Methods[m].Shares[cell]!.Value, 5);
                int largest = Array.IndexOf(map, map.Max());
                Assert.Equal(largest / 6 / 3 * 2 + largest % 6 / 3 == cell, item.Methods[m].Hits[cell]);
            }
        Assert.Equal(1, item.Methods[1].Shares.Sum()!.Value, 6); // raw has one map for all classes
    }
}
