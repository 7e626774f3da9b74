// Whether a forward pass fits in the memory that is allowed: said before the photograph is resized.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Runs;

/// <summary>The memory that a user allows.</summary>
/// <param name="Bytes">How much.</param>
/// <param name="Option">How the user says it, as in --memory.</param>
sealed record MemoryCheck(long Bytes, string Option)
{
    /// <summary>Refuses a pass that does not fit.</summary>
    /// <param name="forecast">What it takes.</param>
    /// <param name="image">The photograph, for the message.</param>
    /// <exception cref="TranslucentException">It does not fit; the message says what would.</exception>
    public void Check(ForwardForecast forecast, string image)
    {
        if (forecast.Fits(Bytes)) return;
        int side = ForwardForecast.LargestSide(forecast.Config, Bytes);
        string fits = side == 0 ? "no input fits in that"
            : FormattableString.Invariant($"an input of {side} x {side} pixels would fit (the size in preprocessor_config.json)");
        throw Refused(image, $"{forecast.InputWidth} x {forecast.InputHeight} pixels, {forecast.Tokens} tokens", forecast.Peak(Keep.Boundaries), $"; {fits}");
    }

    /// <summary>What a detector's pass over a picture takes, in bytes.</summary>
    /// <exception cref="TranslucentException">It does not fit.</exception>
    public double Check(Detr model, Image picture, string image)
    {
        (int Width, int Height) input = model.Preprocessor.Resize?.For(picture.Width, picture.Height) ?? (picture.Width, picture.Height);
        double bytes = DetrForecast.Bytes(model, input.Height, input.Width);
        return bytes <= Bytes ? bytes : throw Refused(image, $"{input.Width} x {input.Height} pixels", bytes, "");
    }

    TranslucentException Refused(string image, string input, double bytes, string hint) => new(
        $"{image}: the model's input is {input}; a forward pass takes {ByteSize.Text(bytes)}, and {Option} allows {ByteSize.Text(Bytes)}. "
            + $"Give more with {Option}{hint}.");
}
