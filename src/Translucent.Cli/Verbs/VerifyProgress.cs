// How far a comparison has come: sweeps count by their arithmetic, everything else by little.

using Translucent.Verify;

namespace Translucent.Cli.Verbs;

/// <summary>Runs a comparison and reports how much of it is done, 0 .. 1.</summary>
sealed class VerifyProgress : IProgress<int>
{
    const double Little = 1e7; // operations that stand for a golden without a sweep

    IProgress<double>? _to;
    double _all, _before, _current;
    int _targets = 1;

    /// <summary>All results; <paramref name="done"/> is told while they are made.</summary>
    public List<GoldenResult> Run(GoldenCheck check, IProgress<double> done)
    {
        (_to, _targets) = (done, check.Trace.Streams.Max(s => s.Length));
        _all = check.Flops + Little * check.Covered.Count;
        List<GoldenResult> results = [];
        Next(check, 0);
        foreach (GoldenResult result in check.Results())
        {
            results.Add(result);
            _before += _current;
            _to.Report(_before / _all);
            Next(check, results.Count);
        }
        return results;
    }

    void Next(GoldenCheck check, int index) => _current = index < check.Covered.Count ? Little + check.FlopsOf(check.Covered[index]) : 0;

    /// <summary>Targets that the current sweep has done.</summary>
    public void Report(int value) => _to?.Report((_before + _current * Math.Min(1, value / (double)_targets)) / _all);
}
