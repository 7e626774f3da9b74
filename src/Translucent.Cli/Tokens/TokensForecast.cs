// What explaining many tokens of a stream will take, said before it begins where it takes long.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Tokens;

/// <summary>What a pass showed of the speed of this machine.</summary>
/// <param name="Seconds">What the pass took.</param>
/// <param name="Again">Makes it again and says what that took; asked only where much is to be done.</param>
sealed record TokensForecast(double Seconds, Func<double> Again)
{
    const double Short = 5; // seconds of work that are not announced

    /// <summary>A line about the work; null where it is short.</summary>
    /// <param name="trace">The pass.</param>
    /// <param name="stream">Whose tokens.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="layers">In which layers, ascending.</param>
    public string? Of(Trace trace, TokenStream stream, int tokens, IReadOnlyList<int> layers)
    {
        double forward = Cost.Forward(trace), flops = layers.Sum(layer => Cost.Tokens(trace, layer, tokens, stream));
        if (flops / forward * Seconds < Short) return null;
        double seconds = flops / Forecast.Measured(forward, Seconds, Again).FlopsPerSecond;
        string where = layers.Count == 1 ? $"layer {layers[0]}" : $"layers {layers[0]} to {layers[^1]}";
        return $"{tokens} token{(tokens == 1 ? "" : "s")} of {stream.Name}, {where}: {Terminal.About(seconds)}";
    }
}
