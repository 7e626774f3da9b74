// Grids of pictures of different classes, for the grid pointing game: which pictures stand together is drawn with a seed and depends on no model.

using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Evaluate.DataSets;

/// <summary>A data set of grids.</summary>
/// <param name="Images">The grids as small pictures, for reports; their keys are those of <paramref name="Cells"/>.</param>
/// <param name="Cells">By key: which pictures of the data set, row by row.</param>
sealed record PictureGrids(LabelledImages Images, IReadOnlyDictionary<string, int[]> Cells)
{
    const int Small = 120; // pixels of a picture in a report

    /// <summary>Draws grids: every picture stands in one at most, and the classes of a grid differ.</summary>
    /// <param name="data">Pictures; those without a class are left out.</param>
    /// <param name="seed">Of the choice.</param>
    /// <param name="side">Pictures in a row of a grid.</param>
    /// <exception cref="TranslucentException">There are fewer classes than pictures in a grid.</exception>
    public static PictureGrids Draw(LabelledImages data, ulong seed, int side)
    {
        SplitMix random = new(seed);
        int[] order = [.. Enumerable.Range(0, data.Images.Count)];
        random.Shuffle<int>(order);
        Dictionary<int, Queue<int>> left = [];
        foreach (int i in order)
            if (data.Images[i].Class is { } c)
            {
                if (!left.TryGetValue(c, out Queue<int>? queue)) left[c] = queue = new Queue<int>();
                queue.Enqueue(i);
            }
        int cells = side * side;
        if (left.Count < cells)
            throw new TranslucentException($"{data.Name}: has pictures of {left.Count} classes, expected {cells} or more, for a grid has one of each.");
        List<(string Key, int[] Cells)> grids = [];
        while (true)
        {
            int[] classes = [.. left.Where(c => c.Value.Count > 0).Select(c => c.Key).Order()];
            if (classes.Length < cells) break;
            random.Shuffle<int>(classes);
            // the fullest classes first, so that as many grids as possible come out; of equals, the first of the shuffled
            int[] chosen = [.. classes.OrderByDescending(c => left[c].Count).Take(cells)];
            random.Shuffle<int>(chosen);
            int[] pictures = [.. chosen.Select(c => left[c].Dequeue())];
            grids.Add((FormattableString.Invariant($"grid-{grids.Count:000000}: {string.Join(" + ", pictures.Select(p => data.Images[p].Key))}"), pictures));
        }
        LabelledImage Shown((string Key, int[] Cells) grid) => new(grid.Key, () => Joined([.. grid.Cells.Select(c => data.Images[c].Read())], side));
        LabelledImages images = new($"{data.Name}, grids of {side} x {side}", data.Classes, [.. grids.Select(Shown)]) { Origin = data.Origin };
        return new PictureGrids(images, grids.ToDictionary(g => g.Key, g => g.Cells));
    }

    static Image Joined(Image[] pictures, int side)
    {
        byte[] pixels = new byte[3 * Small * Small * pictures.Length];
        for (int c = 0; c < pictures.Length; c++)
        {
            byte[] small = Resize.To(pictures[c].ToRgb(), Small, Small).Pixels;
            for (int y = 0; y < Small; y++)
                small.AsSpan(3 * y * Small, 3 * Small).CopyTo(pixels.AsSpan(3 * (((c / side * Small) + y) * side * Small + c % side * Small)));
        }
        return new Image(side * Small, side * Small, 3, pixels);
    }
}
