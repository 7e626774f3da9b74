// benchmark summary: how fast the tokens of a summary are explained, exactly and sparsely, by a language model with random bfloat16 weights.

using System.Globalization;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>summary</c>: ULTra_S of z^(L+1) for the last tokens of a text, all in one sweep. Times are those of any weights.</summary>
static class BenchmarkSummary
{
    const int Text = 512, Summary = 32, QuickText = 64, QuickSummary = 4;

    static readonly int[] s_rows = [0, 4, 16]; // K, rows kept beside the tokens' own

    /// <summary>Measures some of the shapes of <see cref="BenchmarkLanguage"/>.</summary>
    public static void Run(BenchmarkRun run, IReadOnlyList<string> names)
    {
        int summary = run.Settings.Quick ? QuickSummary : Summary,
            tokens = Math.Max(summary + 2, run.Settings.Tokens ?? (run.Settings.Quick ? QuickText : Text));
        foreach ((string name, LanguageConfig config) in BenchmarkLanguage.Shapes.Where(s => names.Contains(s.Name)))
        {
            double weights = 2.0 * BenchmarkLanguage.Read(config) + 2.0 * config.Vocabulary * config.Width, pass = 2 * BenchmarkLanguage.Read(config) * tokens;
            run.Announce($"summary {name}, {summary} of {tokens} tokens explained", run.Estimate((summary + 6) * pass) + weights / 5e8,
                90e6 + weights + run.Settings.MemoryBytes);
            BenchmarkRow row = run.Measure($"summary {name}", done => Measure(run, name, config, tokens, summary, done));
            run.Terminal.Table(["model", ">tokens", ">explained", ">forward s", ">exactly s", ">floor s", ">% of FMA peak",
                .. s_rows.Select(k => $">{k} rows s"), ">in passes"], [Cells(row)]);
        }
    }

    static BenchmarkRow Measure(BenchmarkRun run, string name, LanguageConfig config, int tokens, int summary, IProgress<double> done)
    {
        using LanguageModel model = RandomLlama.Create(config);
        SplitMix random = new(1);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Below(config.Vocabulary))];
        int[] last = [.. Enumerable.Range(tokens - summary, summary)];
        TokenTargets targets = new(config.Depth + 1, last, TokenFunction.S);
        model.Forward([ids], cancellationToken: run.Stop).Dispose(); // compiles and warms
        double forward = BenchmarkPeak.Seconds(() => model.Forward([ids], cancellationToken: run.Stop).Dispose());
        using Trace trace = model.Forward([ids], cancellationToken: run.Stop);
        SweepOptions options = new() { MemoryBytes = run.Settings.MemoryBytes, Stop = run.Stop };
        Sweep.Rows(trace, new TokenTargets(2, last[..1], TokenFunction.S), options);
        double[] sparse = [.. s_rows.Select(k => BenchmarkPeak.Median([.. Enumerable.Range(0, 3)
            .Select(_ => BenchmarkPeak.Seconds(() => Sweep.Rows(trace, targets, options with { Rows = k })))]))];
        done.Report(0.1);
        double before = BenchmarkPeak.Median(), exact = BenchmarkPeak.Seconds(() => Sweep.Rows(trace, targets, options)),
            peak = (before + BenchmarkPeak.Median()) / 2, flops = Cost.Tokens(trace, config.Depth + 1, summary);
        return new BenchmarkRow("summary", name,
        [
            ("cores", Compute.Default.Threads), ("tokens", tokens), ("explained", summary), ("seconds_forward", forward), ("seconds_exact", exact),
            ("gflop", flops / 1e9), ("seconds_floor", flops / peak), ("share_of_peak", flops / exact / peak),
            .. s_rows.Select((k, i) => ($"seconds_{k}_rows", sparse[i])), ("passes_own_rows", sparse[0] / forward),
        ]);
    }

    static string[] Cells(BenchmarkRow row)
    {
        string Number(string key, string format = "F2", double factor = 1) => (factor * row[key]).ToString(format, CultureInfo.InvariantCulture);
        return
        [
            row.Name, $"{row["tokens"]}", $"{row["explained"]}", Number("seconds_forward"), Number("seconds_exact"), Number("seconds_floor"),
            Number("share_of_peak", "F1", 100), .. s_rows.Select(k => Number($"seconds_{k}_rows")), Number("passes_own_rows"),
        ];
    }
}
