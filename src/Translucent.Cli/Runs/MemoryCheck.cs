// Whether a forward pass fits in --memory: said before the photograph is resized.

using Translucent.Autodiff;
using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Cli.Runs;

/// <summary>Holds forecasts against the memory that a user allows.</summary>
static class MemoryCheck
{
    /// <summary>Refuses a pass that does not fit.</summary>
    /// <param name="forecast">What it takes.</param>
    /// <param name="memoryBytes">What it may take.</param>
    /// <param name="image">The photograph, for the message.</param>
    /// <exception cref="TranslucentException">It does not fit; the message says what would.</exception>
    public static void Fits(ForwardForecast forecast, long memoryBytes, string image)
    {
        if (forecast.Fits(memoryBytes)) return;
        int side = ForwardForecast.LargestSide(forecast.Config, memoryBytes);
        string fits = side == 0 ? "no input fits in that"
            : FormattableString.Invariant($"an input of {side} x {side} pixels would fit (the size in preprocessor_config.json)");
        throw new TranslucentException(FormattableString.Invariant(
            $"{image}: the model's input is {forecast.InputWidth} x {forecast.InputHeight} pixels, {forecast.Tokens} tokens; a forward pass takes {ByteSize.Text(forecast.Peak(Keep.Boundaries))}, and --memory allows {ByteSize.Text(memoryBytes)}. Give more with --memory; {fits}."));
    }
}
