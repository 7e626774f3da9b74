// benchmark sparse: the sparse sweep against a forward pass and the exact sweep, in turns, with its error.

using System.Diagnostics;
using System.Globalization;
using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>sparse</c>. Random weights: times are those of any weights, errors are not those of trained ones and are not shown.</summary>
static class BenchmarkSparse
{
    const int Rounds = 5, QuickRounds = 1, Few = 16;
    const int MostTokens = 1000; // of larger images own rows alone, in the memory of block boundaries

    public static void Run(BenchmarkRun run)
    {
        int rounds = run.Settings.Quick ? QuickRounds : Rounds;
        foreach (ModelShape shape in run.Settings.Models)
        {
            run.Announce($"sparse sweeps, {shape.Title}", run.Estimate((rounds + 1) * shape.PassFlops * 40),
                500e6 + shape.WeightBytes + Cost.ForwardBytes(shape.Config, shape.Tokens, Keep.All));
            run.Measure($"sparse {shape.Title}", done => Measure(run, shape, rounds, done));
        }
        run.Terminal.Table(["model", ">forward ms", ">all tokens, own rows", ">in passes", $">{Few} rows", ">in passes", ">all layers, own rows", ">in passes",
            ">1000 classes GAE", ">in passes", ">TokenTM", ">memory MiB"],
            run.Rows.Where(r => r.Suite == "sparse").Select(Cells));
        run.Terminal.Line();
    }

    static BenchmarkRow Measure(BenchmarkRun run, ModelShape shape, int rounds, IProgress<double> done)
    {
        using VisionTransformer model = shape.Create();
        Tensor pixels = shape.Pixels();
        Arena arena = new();
        bool large = shape.Tokens > MostTokens;
        Keep keep = large ? Keep.Boundaries : Keep.All;
        string[] parts = large ? ["forward", "own"] : ["forward", "own", "few", "layers", "gae", "tokentm"];
        Dictionary<string, List<double>> seconds = parts.ToDictionary(p => p, _ => new List<double>()),
            passes = parts.ToDictionary(p => p, _ => new List<double>());
        for (int round = -1; round < rounds; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            double forward = BenchmarkPeak.Seconds(() => model.Forward(pixels, keep, arena, cancellationToken: run.Stop).Dispose());
            using Trace trace = model.Forward(pixels, keep, arena, cancellationToken: run.Stop);
            SweepOptions own = new() { Rows = 0, MemoryBytes = run.Settings.MemoryBytes, Stop = run.Stop }, few = own with { Rows = Few };
            int[] all = [.. Enumerable.Range(0, trace.Tokens)];
            ClassTargets classes = new([.. Enumerable.Range(0, trace.Readout!.Classes)]);
            (string Part, Action Work)[] works =
            [
                ("own", () => Sweep.Rows(trace, new TokenTargets(shape.Depth + 1, all, TokenFunction.S), own)),
                ("few", () => Sweep.Rows(trace, new TokenTargets(shape.Depth + 1, all, TokenFunction.S), few)),
                ("layers", () => { for (int l = 2; l <= shape.Depth + 1; l++) Sweep.Rows(trace, new TokenTargets(l, all, TokenFunction.S), own); }),
                ("gae", () => Gae.Rows(trace, classes, own)),
                ("tokentm", () => TokenTM.Rows(trace, classes, options: own)),
            ];
            if (round >= 0) seconds["forward"].Add(forward);
            foreach ((string part, Action work) in works.Where(w => parts.Contains(w.Part)))
            {
                double spent = BenchmarkPeak.Seconds(work);
                if (round < 0) continue; // compiles and warms
                seconds[part].Add(spent);
                passes[part].Add(spent / forward);
            }
            if (round >= 0) done.Report((round + 1.0) / rounds);
        }
        return new BenchmarkRow("sparse", shape.Name,
        [
            ("cores", Compute.Default.Threads), ("tokens", shape.Tokens), ("peak_memory_bytes", Process.GetCurrentProcess().PeakWorkingSet64),
            .. parts.Select(p => ($"seconds_{p}", BenchmarkPeak.Median(seconds[p]))),
            .. parts.Skip(1).Select(p => ($"passes_{p}", BenchmarkPeak.Median(passes[p]))),
        ]);
    }

    static string[] Cells(BenchmarkRow row)
    {
        string Number(string key, string format = "F1", double factor = 1) =>
            row.Numbers.Any(n => n.Key == key) ? (factor * row[key]).ToString(format, CultureInfo.InvariantCulture) : "-";
        string[] Pair(string part) => [Number($"seconds_{part}", "F0", 1e3), Number($"passes_{part}")];
        return [row.Name, Number("seconds_forward", "F0", 1e3), .. Pair("own"), .. Pair("few"), .. Pair("layers"), .. Pair("gae"),
            Number("seconds_tokentm", "F0", 1e3), Number("peak_memory_bytes", "F0", 1.0 / 1048576)];
    }
}
