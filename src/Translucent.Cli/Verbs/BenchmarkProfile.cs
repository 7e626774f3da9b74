// benchmark forward --profile: which operations a pass spends its time on, and how near each is to the FMA peak.

using System.Diagnostics;
using System.Globalization;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>Adds up the time of operations, by kind and size.</summary>
sealed class BenchmarkProfile
{
    readonly Dictionary<string, (int Calls, double Seconds, double Flops)> _kinds = [];
    readonly Stopwatch _clock = Stopwatch.StartNew();
    double _begun;

    /// <summary>Memory whose operations are timed.</summary>
    public Arena Arena(Compute compute) => new(compute) { Begins = _ => _begun = _clock.Elapsed.TotalSeconds, Ends = End };

    /// <summary>Forgets what was timed so far.</summary>
    public void Clear() => _kinds.Clear();

    void End(object operation, double flops)
    {
        double spent = _clock.Elapsed.TotalSeconds - _begun;
        string kind = operation is Linear linear
            ? $"{linear.Weight.Columns} -> {linear.Weight.Rows}{(linear.Activation == Activation.None ? "" : " and activation")}"
            : operation.GetType().Name;
        (int calls, double seconds, double work) = _kinds.GetValueOrDefault(kind);
        _kinds[kind] = (calls + 1, seconds + spent, work + flops);
    }

    /// <summary>A line for every kind, the longest first, and what lies between them.</summary>
    /// <param name="passes">How many passes were timed.</param>
    /// <param name="seconds">Of all of them, by the clock.</param>
    /// <param name="peak">Operations a second.</param>
    public IEnumerable<string[]> Lines(int passes, double seconds, double peak)
    {
        foreach ((string kind, (int calls, double spent, double flops)) in _kinds.OrderByDescending(k => k.Value.Seconds))
            yield return [$"  {kind}", Text(calls / (double)passes, "F0"), Text(flops / passes / 1e9, "F2"), Text(1e3 * spent / passes, "F2"),
                Text(100 * spent / seconds, "F1"), flops == 0 ? "" : Text(100 * flops / spent / peak, "F1")];
        double between = seconds - _kinds.Values.Sum(k => k.Seconds);
        yield return ["  between operations", "", "", Text(1e3 * between / passes, "F2"), Text(100 * between / seconds, "F1"), ""];
    }

    static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
