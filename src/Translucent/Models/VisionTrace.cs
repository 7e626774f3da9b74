// One forward pass of a vision transformer: the tape and the layout of its tokens.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>What a vision transformer computed for a batch of images.</summary>
public sealed class VisionTrace : IDisposable
{
    internal VisionTrace(VisionTransformer model, Tape tape, int rows, int columns) => (Model, Tape, GridRows, GridColumns) = (model, tape, rows, columns);

    /// <summary>The model that ran.</summary>
    public VisionTransformer Model { get; }

    /// <summary>The recorded pass.</summary>
    public Tape Tape { get; }

    /// <summary>The keys that queries did not see, or null.</summary>
    internal AttentionMask? Mask { get; init; }

    /// <summary>The pixels that went in, [B, 3, H, W]: prepared, not 0 .. 255.</summary>
    public Tensor Pixels => Tape["pixels"].Value;

    /// <summary>Rows of the patch grid.</summary>
    public int GridRows { get; }

    /// <summary>Columns of the patch grid.</summary>
    public int GridColumns { get; }

    /// <summary>n, how many patches.</summary>
    public int Patches => GridRows * GridColumns;

    /// <summary>P, how many tokens come before the patches.</summary>
    public int Prefix => Model.Config.Prefix;

    /// <summary>N = P + n.</summary>
    public int Tokens => Prefix + Patches;

    /// <summary>B.</summary>
    public int Images => Tape["embed"].Value.Shape[0];

    /// <summary>Class scores [B, Classes].</summary>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    public Tensor Logits => Model.Head is null
        ? throw new InvalidOperationException($"{Model.Config.Family}: this checkpoint has no classifier; give classes as target vectors, or explain latent tokens instead.")
        : Tape["logits"].Value;

    /// <summary>Softmax of the class scores, [B, Classes].</summary>
    public Tensor Probabilities()
    {
        Tensor p = new(Logits.Shape, Logits.Span);
        for (int b = 0; b < p.Rows; b++) Kernels.Softmax(p.Row(b), 1);
        return p;
    }

    /// <summary>The patch part of rows over tokens: [.., N] → [.., GridRows, GridColumns].</summary>
    public Tensor Map(Tensor rows)
    {
        Tensor map = new([.. rows.Shape[..^1], GridRows, GridColumns]);
        for (int r = 0; r < rows.Rows; r++) rows.Row(r)[Prefix..].CopyTo(map.Span.Slice(r * Patches, Patches));
        return map;
    }

    /// <summary>Numbers of pixels added up patch by patch: [.., H, W] → [.., GridRows, GridColumns]; pixels beyond the last whole patch are left out.</summary>
    /// <exception cref="ArgumentException">There are not enough pixels for the grid.</exception>
    public Tensor PatchSums(Tensor pixels)
    {
        int patch = Model.Config.Patch, height = pixels.Shape.Length < 2 ? 0 : pixels.Shape[^2];
        if (height < GridRows * patch || pixels.Width < GridColumns * patch)
            throw new ArgumentException($"pixels: {pixels}, expected [.., H, W] with at least {GridRows * patch} x {GridColumns * patch} pixels, the grid of this image.");
        Tensor sums = new([.. pixels.Shape[..^2], GridRows, GridColumns]);
        for (int r = 0; r < sums.Rows; r++)
            for (int column = 0; column < GridColumns; column++)
            {
                double sum = 0;
                int top = r / GridRows * height + r % GridRows * patch;
                for (int y = 0; y < patch; y++)
                    foreach (float v in pixels.Row(top + y).Slice(column * patch, patch)) sum += v;
                sums.Row(r)[column] = (float)sum;
            }
        return sums;
    }

    /// <summary>Gives the memory of the pass back.</summary>
    public void Dispose() => Tape.Dispose();
}
