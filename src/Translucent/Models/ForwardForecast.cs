// What a forward pass over one photograph will take, told from sizes alone, before a byte of it is allocated.
// The pass keeps per block 10 arrays of N·C numbers and 2 of N·M (docs/autodiff.md); with boundaries only, one of N·C per block and one block whole.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Input, tokens and memory of a forward pass over one photograph.</summary>
/// <param name="Config">The sizes of the model.</param>
/// <param name="InputWidth">Pixels per row of the model's input.</param>
/// <param name="InputHeight">Rows of the model's input.</param>
/// <param name="Prepared">Bytes of the input and of the pictures on the way to it.</param>
sealed record ForwardForecast(VisionConfig Config, int InputWidth, int InputHeight, double Prepared)
{
    /// <summary>The forecast for a photograph.</summary>
    /// <param name="config">The sizes of the model.</param>
    /// <param name="preprocessor">How the photograph becomes the model's input.</param>
    /// <param name="photoWidth">Pixels per row of the photograph.</param>
    /// <param name="photoHeight">Rows of the photograph.</param>
    /// <exception cref="TranslucentException">The photograph is so narrow that it would be enlarged beyond all measure.</exception>
    public static ForwardForecast Of(VisionConfig config, Preprocessor preprocessor, int photoWidth, int photoHeight)
    {
        (int Width, int Height) resized = preprocessor.Resize?.For(photoWidth, photoHeight) ?? (photoWidth, photoHeight);
        (int Width, int Height) input = preprocessor.Crop ?? resized;
        // and between the two directions
        double resize = preprocessor.Resize is null ? 0 : (double)resized.Width * resized.Height + (double)resized.Width * photoHeight;
        double crop = input == resized ? 0 : Area(input.Width, input.Height);
        return new ForwardForecast(config, input.Width, input.Height, config.Channels * (resize + crop + sizeof(float) * Area(input.Width, input.Height)));
    }

    /// <summary>The forecast for an input that is prepared already.</summary>
    public static ForwardForecast OfInput(VisionConfig config, int width, int height) =>
        new(config, width, height, config.Channels * sizeof(float) * Area(width, height));

    /// <summary>N, tokens of one image: those before the patches, and the patches.</summary>
    public long Tokens => Config.Prefix + (long)(InputHeight / Config.Patch) * (InputWidth / Config.Patch);

    /// <summary>Bytes that the pass keeps for sweeps.</summary>
    public double Kept(Keep keep) => Kept(Config, Tokens, keep);

    /// <summary>Bytes at the highest point of the pass: the input, what it keeps, and the scratch of the attention on every thread.</summary>
    public double Peak(Keep keep) => Prepared + Kept(keep) + 4.0 * Compute.Default.Threads * Math.Min(Attention.QueryBlock, Tokens) * Tokens;

    /// <summary>What to keep so that half of the memory is left for sweeps, or as much as may be.</summary>
    public Keep Choose(long memoryBytes) => Kept(Keep.All) > memoryBytes / 2 || Peak(Keep.All) > memoryBytes ? Keep.Boundaries : Keep.All;

    /// <summary>Whether the pass fits in so much memory, however little it keeps.</summary>
    public bool Fits(long memoryBytes) => Peak(Keep.Boundaries) <= memoryBytes;

    /// <summary>The side of the largest square input that fits in so much memory, in whole patches; 0 when not even one patch does.</summary>
    public static int LargestSide(VisionConfig config, long memoryBytes)
    {
        int low = 0, high = (1 << 20) / config.Patch; // patches
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (OfInput(config, middle * config.Patch, middle * config.Patch).Fits(memoryBytes)) low = middle;
            else high = middle - 1;
        }
        return low * config.Patch;
    }

    internal static double Kept(VisionConfig c, long tokens, Keep keep)
    {
        (double whole, double boundary) = Block(tokens, c.Width, c.Hidden);
        return keep == Keep.All ? c.Depth * whole : c.Depth * boundary + whole;
    }

    /// <summary>Bytes that one block keeps when it is kept whole, and of its boundary alone.</summary>
    internal static (double Whole, double Boundary) Block(long tokens, int width, int hidden) =>
        (sizeof(float) * tokens * (10.0 * width + 2.0 * hidden), sizeof(float) * (double)tokens * width);

    static double Area(int width, int height) => (double)width * height;
}
