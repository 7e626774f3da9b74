// Whether a detector's pass over a picture stays within --memory, asked before it begins.

using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Cli.Objects;

/// <summary>The memory of a detector's passes.</summary>
static class DetectorMemory
{
    /// <summary>What a pass over a picture takes, in bytes.</summary>
    /// <exception cref="TranslucentException">It takes more than <paramref name="most"/>.</exception>
    public static double Check(Detr model, string path, Image picture, long most)
    {
        (int Width, int Height) input = model.Preprocessor.Resize?.For(picture.Width, picture.Height) ?? (picture.Width, picture.Height);
        double bytes = DetrForecast.Bytes(model, input.Height, input.Width);
        return bytes <= most ? bytes : throw new TranslucentException($"{path}: the model's input is {input.Width} x {input.Height} pixels; a forward pass "
            + $"takes {ByteSize.Text(bytes)}, and --memory allows {ByteSize.Text(most)}. Give more with --memory.");
    }
}
