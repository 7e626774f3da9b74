// One number per patch from whatever shape a method explains in: what all checks of trust compare and order by.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>Reads explanations of one image.</summary>
static class PatchMaps
{
    /// <summary>The patch part of T maps, [T, n].</summary>
    /// <param name="trace">The forward pass they explain, of one image.</param>
    /// <param name="maps">
    /// Rows over tokens [.., N], or fewer where a method leaves prefix tokens out, whose last n entries are the patches; maps of patches
    /// [.., h, w]; or maps of pixels [.., h·p, w·p], added up over each patch. All axes before these are targets.
    /// </param>
    /// <exception cref="ArgumentException">The shape is none of these.</exception>
    public static Tensor Of(Trace trace, Tensor maps)
    {
        int n = trace.Grid.Count, patch = trace.Grid.Patch;
        ReadOnlySpan<int> shape = maps.Shape;
        (int rows, int columns) = shape.Length > 1 ? (shape[^2], shape[^1]) : (0, 0);
        if (shape.Length > 1 && rows == trace.Grid.Rows * patch && columns == trace.Grid.Columns * patch) return Added(trace, maps);
        if (shape.Length > 0 && shape[^1] >= n && shape[^1] <= trace.Tokens)
        {
            Tensor patches = new(maps.Rows, n);
            for (int t = 0; t < maps.Rows; t++) maps.Row(t)[^n..].CopyTo(patches.Row(t));
            return patches;
        }
        if (rows == trace.Grid.Rows && columns == trace.Grid.Columns) return maps.Reshape(maps.Length / n, n);
        throw new ArgumentException($"maps: {maps}, expected rows of {n} patches with up to {trace.Grid.Prefix} tokens before them, or maps of "
            + $"{trace.Grid.Rows} x {trace.Grid.Columns} patches or {trace.Grid.Rows * patch} x {trace.Grid.Columns * patch} pixels.");
    }

    /// <summary>The sum of every patch of pixel maps.</summary>
    static Tensor Added(Trace trace, Tensor pixels)
    {
        int patch = trace.Grid.Patch, height = trace.Grid.Rows * patch;
        Tensor sums = new(pixels.Rows / height, trace.Grid.Count);
        for (int row = 0; row < pixels.Rows; row++)
        {
            Span<float> into = sums.Row(row / height).Slice(row % height / patch * trace.Grid.Columns, trace.Grid.Columns);
            for (int x = 0; x < pixels.Width; x++) into[x / patch] += pixels.Row(row)[x];
        }
        return sums;
    }
}
