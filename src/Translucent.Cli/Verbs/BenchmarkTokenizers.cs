// benchmark tokenizers: megabytes of text that one core turns into tokens in a second of its time, and what a very long word costs.

using System.Globalization;
using System.Text;
using Translucent.Text;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>tokenizers</c>: a text in documents, and one word of a million letters.</summary>
static class BenchmarkTokenizers
{
    const int Letters = 1_000_000, MegabytesQuick = 1, Megabytes = 4;
    const double ForetoldSpeed = 3e6; // bytes in a second, for estimates

    public static void Run(BenchmarkRun run)
    {
        string[] folders = run.Settings.Tokenizers;
        int rounds = run.Settings.Quick ? 3 : 9;
        string[] documents = run.Settings.TextFile is { } file ? BenchmarkText.Read(file)
            : BenchmarkText.Generate((run.Settings.Quick ? MegabytesQuick : Megabytes) * 1_000_000);
        double bytes = documents.Sum(Encoding.UTF8.GetByteCount);
        run.Announce($"tokenizers, {rounds + 1} passes over {bytes / 1e6:F1} MB of text",
            folders.Length * ((rounds + 1) * bytes + 3 * Letters) / ForetoldSpeed, 400e6);
        BenchmarkRow[] rows = [.. folders.Select(folder => run.Measure(folder, done => Measure(run, folder, documents, bytes, rounds, done)))];
        run.Terminal.Table(["tokenizer", ">bytes a token", ">MB/s (median)", ">MB/s (most)", ">MB/s (first pass)", ">MB/s (long word)"], rows.Select(Cells));
        run.Terminal.Line();
    }

    static BenchmarkRow Measure(BenchmarkRun run, string folder, string[] documents, double bytes, int rounds, IProgress<double> done)
    {
        Tokenizer.Open(folder).Encode(documents[^1]); // compiles
        Tokenizer tokenizer = Tokenizer.Open(folder);
        long tokens = 0;
        List<double> speeds = [];
        for (int round = 0; round <= rounds; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            tokens = 0;
            speeds.Add(bytes / Seconds(() =>
            {
                foreach (string document in documents) tokens += tokenizer.Encode(document).Count;
            }));
            done.Report((round + 1.0) / (rounds + 2));
        }
        string word = BenchmarkText.Word(Letters);
        double[] long3 = [.. Enumerable.Range(0, 3).Select(_ => Letters / Seconds(() => tokenizer.Encode(word)))];
        return new BenchmarkRow("tokenizers", Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
        [
            ("bytes", bytes), ("tokens", tokens), ("megabytes_per_second", BenchmarkPeak.Median(speeds[1..]) / 1e6),
            ("most_megabytes_per_second", speeds.Max() / 1e6),
            ("first_megabytes_per_second", speeds[0] / 1e6), ("long_word_megabytes_per_second", BenchmarkPeak.Median(long3) / 1e6), ("rounds", rounds),
        ]);
    }

    /// <summary>Processor time, collection of garbage included: what else the machine does matters less.</summary>
    static double Seconds(Action work)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    static string[] Cells(BenchmarkRow row)
    {
        static string Number(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
        return
        [
            row.Name, Number(row["bytes"] / row["tokens"]), Number(row["megabytes_per_second"]), Number(row["most_megabytes_per_second"]),
            Number(row["first_megabytes_per_second"]), Number(row["long_word_megabytes_per_second"]),
        ];
    }
}
