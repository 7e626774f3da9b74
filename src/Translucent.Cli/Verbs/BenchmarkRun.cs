// What all suites of a benchmark share: settings, the machine's speed for estimates, and the results.

using Translucent.Explain;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>One measured thing: its name and numbers, units in their names.</summary>
sealed record BenchmarkRow(string Suite, string Name, (string Key, double Value)[] Numbers)
{
    public double this[string key] => Numbers.First(n => n.Key == key).Value;
}

/// <summary>What was asked for.</summary>
/// <param name="Models">Shapes of forward passes and sweeps.</param>
/// <param name="Products">Shapes of products.</param>
/// <param name="Methods">What explains classes.</param>
/// <param name="Tokens">At most so many tokens are explained; null for all.</param>
/// <param name="Layer">l of the tokens z^(l); null for L+1.</param>
/// <param name="Quick">Fewer repetitions and tokens.</param>
/// <param name="MemoryBytes">For sweeps.</param>
/// <param name="Tokenizers">Folders or files of tokenizers.</param>
/// <param name="TextFile">What they read; null for words made up.</param>
/// <param name="Profile">Whether forward passes are taken apart by operation.</param>
sealed record BenchmarkSettings(
    ModelShape[] Models, ProductShape[] Products, IReadOnlyList<ClassMethod> Methods, int? Tokens, int? Layer, bool Quick, long MemoryBytes,
    string[] Tokenizers, string? TextFile, bool Profile);

/// <summary>A run of one or several suites.</summary>
sealed class BenchmarkRun
{
    const double Share = 0.6; // of the peak, for estimates

    public BenchmarkRun(BenchmarkSettings settings, Terminal terminal, CancellationToken stop)
    {
        (Settings, Terminal, Stop) = (settings, terminal, stop);
        BenchmarkPeak.Median(); // starts the threads
        Peak = BenchmarkPeak.Median();
    }

    public BenchmarkSettings Settings { get; }

    public Terminal Terminal { get; }

    public CancellationToken Stop { get; }

    /// <summary>The FMA peak of all threads at the start.</summary>
    public double Peak { get; }

    public List<BenchmarkRow> Rows { get; } = [];

    /// <summary>Seconds that so many operations will take.</summary>
    public double Estimate(double flops) => flops / (Share * Peak);

    /// <summary>Says what is about to be done, for how long, and in how much memory.</summary>
    public void Announce(string what, double seconds, double bytes) =>
        Terminal.Line(
            $"{what}: {Terminal.About(seconds)}, {ByteSize.Text(bytes)} of memory, {Compute.Default.Threads} of {Environment.ProcessorCount} processors.");

    /// <summary>Shows progress, and keeps the row that the work makes.</summary>
    public BenchmarkRow Measure(string what, Func<IProgress<double>, BenchmarkRow> work)
    {
        Stop.ThrowIfCancellationRequested();
        BenchmarkRow? row = null;
        Terminal.Work(what, progress => row = work(progress));
        Rows.Add(row!);
        return row!;
    }
}
