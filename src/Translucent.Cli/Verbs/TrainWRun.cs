// The work of `translucent train-w`: what every picture says is kept in a folder beside the file until that is written, so that a run that was ended goes on.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Cli.Jobs;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Segment;
using Translucent.Shapes;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Verbs;

/// <summary>One training with its settings.</summary>
sealed class TrainWRun(IReadOnlyList<string> data, string model, string output, int limit, Perturbation kind, double strength, WTrainingSettings training,
    long memoryBytes)
{
    const string Name = "w";

    public int Run(Func<ModelInfo, SegmentSettings> cutting, Terminal terminal, CancellationToken stop)
    {
        using ModelInfo info = ModelInfo.Open(ModelFolders.Find(model), stop);
        terminal.Unread(info.Name, info.Checkpoint.UnreadSettings);
        SegmentSettings settings = cutting(info);
        (string Key, Func<Image> Read)[] pictures = [.. Pictures().Take(limit)];
        string described = Described(info, settings);
        string work = $"{output}.parts-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(described)))[..12]}";
        Directory.CreateDirectory(work);
        terminal.Line($"{info.Name}: W of layer {settings.Layer} from {pictures.Length} pictures; {described}");

        List<string> parts = [];
        int failed = 0, before = 0;
        terminal.Work("train-w", progress =>
        {
            for (int i = 0; i < pictures.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                info.Checkpoint.CheckUnchanged();
                string part = Path.Combine(work, PartName(pictures[i].Key));
                try
                {
                    if (File.Exists(part)) before++;
                    else Write(part, Differences(info, settings, pictures[i].Key, pictures[i].Read(), stop));
                    parts.Add(part);
                }
                catch (TranslucentException e)
                {
                    failed++;
                    terminal.Warn($"{pictures[i].Key}: {e.Message}");
                }
                progress.Report((i + 1.0) / pictures.Length);
            }
        });
        if (before > 0) terminal.Line($"{before} pictures were done before.");
        if (parts.Count == 0) throw new TranslucentException($"--data: none of {pictures.Length} pictures could be used.");
        WTraining learned = WTraining.Of(parts.Count, i => Read(parts[i], parts[0]), training, stop);
        Write(output, learned.W, new Dictionary<string, string>
        {
            ["model"] = info.Name,
            ["model_sha256"] = info.Hash,
            ["layer"] = settings.Layer.ToString(CultureInfo.InvariantCulture),
            ["settings"] = described,
            ["training"] = Words(),
            ["pictures"] = parts.Count.ToString(CultureInfo.InvariantCulture),
            ["loss_of_s"] = learned.Before.ToString("g6", CultureInfo.InvariantCulture),
            ["loss_of_w"] = learned.After.ToString("g6", CultureInfo.InvariantCulture),
            ["losses_of_steps"] = string.Join(' ', learned.Losses.Select(l => l.ToString("g6", CultureInfo.InvariantCulture))),
        });
        Directory.Delete(work, recursive: true);
        string steps = learned.Losses.Count == 1 ? "1 step" : $"{learned.Losses.Count} steps";
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{steps}; mean loss {learned.Before:g4} by function s, {learned.After:g4} by w, turned by ")
            + string.Create(CultureInfo.InvariantCulture, $"{Turned(learned.W):0} degrees at the median of tokens"));
        terminal.Line($"written: {output}; use it: translucent segment IMAGE --model {model} --function w --w {output}");
        if (failed > 0) terminal.Warn($"{failed} of {pictures.Length} pictures could not be used.");
        return failed > 0 ? CommandLine.Failure : CommandLine.Success;
    }

    string Words() => string.Create(CultureInfo.InvariantCulture,
        $"Adam, rate {training.Rate}, batches of {training.Batch}, {training.Epochs} epochs, seed {training.Seed}");

    /// <summary>Everything that decides about what pictures say.</summary>
    string Described(ModelInfo info, SegmentSettings s) => string.Create(CultureInfo.InvariantCulture,
        $"model {info.Hash[..12]}, layer {s.Layer}, segments {(s.Threshold is { } z ? $"below {z}" : $"{s.Clusters}")} ")
        + string.Create(CultureInfo.InvariantCulture, $"({CuttingOptions.Word(s.Linkage)}, {CuttingOptions.Word(s.Metric)}), outside them ")
        + string.Create(CultureInfo.InvariantCulture, $"{CuttingOptions.Word(kind)} {strength}{(kind == Perturbation.Noise ? $", seed {training.Seed}" : "")}");

    Tensor Differences(ModelInfo info, SegmentSettings settings, string key, Image photo, CancellationToken stop)
    {
        ForwardForecast forecast = ForwardForecast.Of(info.Config, info.Transformer.Preprocessor, photo.Width, photo.Height);
        ComputeOptions.Allowed(memoryBytes).Check(forecast, key);
        Keep keep = forecast.Choose(memoryBytes);
        using Trace trace = info.Transformer.Forward(photo, keep, cancellationToken: stop);
        SweepOptions options = new() { MemoryBytes = Math.Max(1, memoryBytes - (long)forecast.Kept(keep)), Stop = stop };
        ulong noise = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{training.Seed} {key}"))));
        return WDifferences.Of(trace, trace.Geometry!.Covered(trace.Grid.Patch), settings, kind, strength, noise, options);
    }

    /// <summary>Keys tell pictures apart by what they hold, so that a folder that has grown goes on from what is there, and noise is the same
    /// anywhere.</summary>
    IEnumerable<(string Key, Func<Image> Read)> Pictures()
    {
        if (data is [var only] && ShapesSource.Is(only))
        {
            ShapesSource source = ShapesSource.Parse(only, (1, 3));
            return Enumerable.Range(0, source.Count).Select(i => (
                FormattableString.Invariant($"{source.Name}, {source.Options.MinObjects} to {source.Options.MaxObjects} objects, {i}"),
                (Func<Image>)(() => Scenes.Draw(SplitMix.At(source.Seed, (ulong)i), source.Options).Image)));
        }
        return ImageList.Of(data, null).Select(i => ($"{Path.GetFileName(i.Path)} {FileHash.Of(i.Path)}", (Func<Image>)(() => ImageFile.Read(i.Path))));
    }

    static string PartName(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24] + ".safetensors";

    static void Write(string path, Tensor values, IReadOnlyDictionary<string, string>? about = null) =>
        Safetensors.Write(path, [StoredTensor.From(Name, values)], about);

    static Tensor Read(string path, string first)
    {
        using Safetensors file = Safetensors.Open(path), other = Safetensors.Open(first);
        (Tensor values, Tensor expected) = (file[Name].ToTensor(), other[Name].ToTensor());
        return values.Shape.SequenceEqual(expected.Shape) ? values : throw new TranslucentException(
            $"--data: pictures become {expected.Rows} and {values.Rows} tokens; W is learned for one number of tokens, so pictures must have one shape for "
            + "this model.");
    }

    static double Turned(Tensor w)
    {
        double[] angles = [.. Enumerable.Range(0, w.Rows).Select(t =>
            Math.Acos(Math.Clamp(w.Row(t).ToArray().Sum(v => (double)v) / Math.Sqrt(w.Width), -1, 1)) * 180 / Math.PI).Order()];
        return angles[angles.Length / 2];
    }
}
