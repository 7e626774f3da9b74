// benchmark language: how fast a language model with random bfloat16 weights reads a text, against the FMA peak, and writes one, against memory.

using System.Globalization;
using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>language</c>.</summary>
static class BenchmarkLanguage
{
    const int StreamNumbers = 1 << 27, StreamQuick = 1 << 25; // 512 and 128 MiB, more than the caches hold

    /// <summary>Shapes by the names of models that have them.</summary>
    public static IReadOnlyList<(string Name, LanguageConfig Config)> Shapes { get; } =
    [
        ("stories260k", new("Llama", 512, 64, 5, 8, 4, 8, 172, 512)),
        ("stories15m", new("Llama", 32_000, 288, 6, 6, 6, 48, 768, 1024)),
        ("stories110m", new("Llama", 32_000, 768, 12, 12, 12, 64, 2048, 1024)),
        ("tinyllama", new("Llama", 32_000, 2048, 22, 32, 4, 64, 5632, 2048)),
        ("llama3.2-1b", new("Llama", 128_256, 2048, 16, 32, 8, 64, 8192, 8192)),
        ("llama2-7b", new("Llama", 32_000, 4096, 32, 32, 32, 128, 11_008, 4096)),
    ];

    /// <summary>Measures some of them.</summary>
    public static void Run(BenchmarkRun run, IReadOnlyList<string> names)
    {
        int tokens = run.Settings.Tokens ?? (run.Settings.Quick ? 64 : 256), writes = run.Settings.Quick ? 8 : 32;
        Warm(run.Stop);
        foreach ((string name, LanguageConfig config) in Shapes.Where(s => names.Contains(s.Name)))
        {
            double weights = 2.0 * Read(config) + 2.0 * config.Vocabulary * config.Width, flops = 2 * Read(config) * tokens;
            run.Announce($"language {name}, {tokens} tokens read, {writes} written", run.Estimate(3 * flops) + weights / 5e8 + (writes + 4) * weights / 1e10,
                90e6 + weights + 4.0 * (run.Settings.Quick ? StreamQuick : StreamNumbers));
            BenchmarkRow row = run.Measure($"language {name}", done => Measure(run, name, config, tokens, writes, done));
            run.Terminal.Table(["model", ">weights", ">tokens", ">read: GFLOP/s", ">% of FMA peak", ">tokens/s", ">written: ms", ">tokens/s ", ">GB/s",
                ">memory's GB/s", ">% of memory's", ">in processor time"], [Cells(row)]);
        }
    }

    /// <summary>Lets the runtime compile everything on a model that takes no time.</summary>
    static void Warm(CancellationToken stop)
    {
        using LanguageModel model = RandomLlama.Create(new("Llama", 100, 64, 2, 4, 2, 16, 64, 256));
        for (int round = 0; round < 4; round++)
        {
            Continuation text = new(model);
            for (int i = 0; i < 100; i++) text.Return(text.Read([i], stop));
        }
    }

    /// <summary>Weights that are read for a token.</summary>
    public static double Read(LanguageConfig c) =>
        c.Depth * ((double)c.Width * c.HeadWidth * 2 * (c.Heads + c.KeyHeads) + 3.0 * c.Width * c.Hidden) + (double)c.Vocabulary * c.Width;

    static BenchmarkRow Measure(BenchmarkRun run, string name, LanguageConfig config, int tokens, int writes, IProgress<double> done)
    {
        using LanguageModel model = RandomLlama.Create(config);
        Tensor memory = new(run.Settings.Quick ? StreamQuick : StreamNumbers);
        SplitMix random = new(1);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Below(config.Vocabulary))];
        using Trace plan = model.Plan(1, tokens, Keep.Boundaries);
        double flops = Cost.Forward(plan) + 2.0 * config.Vocabulary * config.Width, bytes = 2 * Read(config);
        List<double> shares = [], reading = [], writing = [], streams = [], parts = [];
        double working = 0, streaming = 0, moved = 0, streamed = 0; // processor time, which other programs on the machine do not lengthen
        for (int round = -1; round < 3; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            Continuation text = new(model);
            double peak = BenchmarkPeak.Measure(), seconds = BenchmarkPeak.Seconds(() => text.Return(text.Read(ids, run.Stop)));
            if (round >= 0) (reading, shares) = ([.. reading, seconds], [.. shares, flops / seconds / peak]);
            for (int i = 0; i < writes; i++)
            {
                TimeSpan start = Environment.CpuUsage.TotalTime;
                double stream = sizeof(float) * (double)memory.Length / BenchmarkPeak.Seconds(() => ReadStream.Run(Compute.Default, memory));
                TimeSpan middle = Environment.CpuUsage.TotalTime;
                double time = BenchmarkPeak.Seconds(() => text.Return(text.Read([ids[i % tokens]], run.Stop)));
                TimeSpan end = Environment.CpuUsage.TotalTime;
                if (round < 0) continue; // compiles and warms
                double all = bytes + 8.0 * config.KeyHeads * config.HeadWidth * config.Depth * text.Count; // keys and values too
                (working, streaming) = (working + (end - middle).TotalSeconds, streaming + (middle - start).TotalSeconds);
                (moved, streamed) = (moved + all, streamed + sizeof(float) * (double)memory.Length);
                (writing, streams, parts) = ([.. writing, time], [.. streams, stream], [.. parts, all / time / stream]);
            }
            done.Report((round + 2) / 4.0);
        }
        double read = BenchmarkPeak.Median(reading), write = BenchmarkPeak.Median(writing);
        return new BenchmarkRow("language", name,
        [
            ("cores", Compute.Default.Threads), ("weight_bytes", bytes), ("tokens", tokens), ("gflops", flops / read / 1e9),
            ("share_of_peak", BenchmarkPeak.Median(shares)), ("tokens_read_per_second", tokens / read), ("milliseconds_per_token", 1e3 * write),
            ("least_milliseconds_per_token", 1e3 * writing.Min()), ("tokens_written_per_second", 1 / write),
            ("stream_gigabytes_per_second", BenchmarkPeak.Median(streams) / 1e9), ("gigabytes_per_second", bytes / write / 1e9),
            ("share_of_memory", BenchmarkPeak.Median(parts)), ("share_of_memory_by_processor_time", moved / working / (streamed / streaming)),
        ]);
    }

    static string[] Cells(BenchmarkRow row)
    {
        string Number(string key, double factor = 1) => (factor * row[key]).ToString("F1", CultureInfo.InvariantCulture);
        return
        [
            row.Name, ByteSize.Text(row["weight_bytes"]), $"{row["tokens"]}", Number("gflops"), Number("share_of_peak", 100), Number("tokens_read_per_second"),
            Number("milliseconds_per_token"), Number("tokens_written_per_second"), Number("gigabytes_per_second"), Number("stream_gigabytes_per_second"),
            Number("share_of_memory", 100), Number("share_of_memory_by_processor_time", 100),
        ];
    }
}
