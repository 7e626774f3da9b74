// One image on its way through a verb: the photograph, the forward pass, the folder, and how long each part took.

using System.Diagnostics;
using System.Text.Json;
using Translucent.Autodiff.Ops;
using Translucent.Cli.Options;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Runs;

/// <summary>The work on one image.</summary>
sealed class ImageRun : IDisposable
{
    readonly Dictionary<string, double> _seconds = [];

    /// <summary>Runs since the work on the image began.</summary>
    public required Stopwatch Clock { get; init; }

    public required ImageSource Source { get; init; }
    public required ImageFingerprint Fingerprint { get; init; }
    public required ModelInfo Model { get; init; }
    public required Trace Trace { get; init; }
    public required RunFolder Folder { get; init; }

    /// <summary>Runs the model on the same pixels with less context; keeps block boundaries only.</summary>
    public required Func<AttentionMask, Trace> Masked { get; init; }

    /// <summary>The settings, as <see cref="ImageRunRecord.Settings"/> writes them.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>Pixels per row and rows of the photograph, upright.</summary>
    public required (int Width, int Height) Size { get; init; }

    /// <summary>The photograph in colour, as large as pictures are.</summary>
    public required Image Photo { get; init; }

    /// <summary>Where the patch grid lies on the whole photograph.</summary>
    public required InputGeometry FullGeometry { get; init; }

    /// <summary>How maps are drawn.</summary>
    public required MapLook Look { get; init; }

    /// <summary>Progress, and limits of sweeps.</summary>
    public required RunProgress Progress { get; init; }

    /// <summary>How its sweeps went; null where the verb leaves no choice.</summary>
    public SparseRecord? Sparse { get; set; }

    /// <summary>What the user should know of this run, a line each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Where the patch grid lies on <see cref="Photo"/>.</summary>
    public InputGeometry Geometry => FullGeometry.Scaled(Photo.Width, Photo.Height);

    /// <summary>All classes, the most probable first; empty for models without classes.</summary>
    public IReadOnlyList<Prediction> Predictions => field ??= Rank();

    /// <summary>The name of the image without its folder.</summary>
    public string Name => Path.GetFileName(Source.Path);

    /// <summary>Seconds of each part so far, and in all.</summary>
    public IEnumerable<(string Part, double Seconds)> Seconds => _seconds.Select(s => (s.Key, s.Value)).Append(("total", Clock.Elapsed.TotalSeconds));

    /// <summary>Takes the time of a part; parts of the same name add up.</summary>
    public T Time<T>(string part, Func<T> work)
    {
        Stopwatch clock = Stopwatch.StartNew();
        T result = work();
        Spent(part, clock.Elapsed.TotalSeconds);
        return result;
    }

    /// <inheritdoc cref="Time{T}"/>
    public void Time(string part, Action work) => Time(part, () => { work(); return true; });

    public void Spent(string part, double seconds) => _seconds[part] = _seconds.GetValueOrDefault(part) + seconds;

    /// <summary>The patch part of rows [.., N] on the grid, [.., h, w].</summary>
    public Tensor Grid(Tensor rows) => Trace.Map(rows);

    /// <summary>What the model says, in short names.</summary>
    public string Answer => Chance.Answer(Meaning, Predictions, Model.Short);

    /// <summary>Where the patch grid lies on the photograph as masks are made: at the size of pictures, but never larger than it is.</summary>
    public InputGeometry Measured => Photo.Width > Size.Width ? FullGeometry : Geometry;

    /// <summary>What the scores of the classes say.</summary>
    public ScoreMeaning Meaning => Trace.Readout?.Meaning ?? ScoreMeaning.OneOf;

    Prediction[] Rank()
    {
        if (Trace.Readout!.Classes == 0) return [];
        Tensor logits = Trace.Logits, probabilities = Trace.Probabilities();
        return [.. Enumerable.Range(0, Trace.Readout!.Classes)
            .Select(c => new Prediction(c, Model.Label(c), logits.Span[c], probabilities.Span[c]) { Meaning = Meaning })
            .OrderByDescending(p => p.Logit)];
    }

    public void Dispose() => Trace.Dispose();
}
