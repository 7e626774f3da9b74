// What a picture of a data set says about segments: how many pixels of each segment have each class, and what the segment looks like to the model. Both
// ways of giving segments classes are made of that (docs/segmentation-evaluation.md).

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>What one picture said.</summary>
/// <param name="Width">Pixels per row, as scored.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">Of every segment.</param>
/// <param name="Unseen">Pixels outside what the model sees, which are in no segment.</param>
/// <param name="Features">[segments, C] float32, little-endian, in base64: the mean over a segment's tokens behind the final normalisation.</param>
/// <param name="Counts">[segments + 1, classes]: pixels of each segment, and of none, that have each class; null where there are no classes.</param>
/// <param name="Covering">Against people, where their regions have no classes: average and best covering, average and best adjusted Rand index.</param>
/// <param name="Check">Where sweeps were checked: rows kept beside a target's own, -1 for all of them, then the median error and the median rank correlation of
/// some targets.</param>
/// <param name="Sketch">Segments and truth, to look at; of people the first.</param>
sealed record SegmentedItem(int Width, int Height, IReadOnlyList<int> Pixels, int Unseen, string Features, IReadOnlyList<long>? Counts = null,
    IReadOnlyList<double>? Covering = null, IReadOnlyList<double>? Check = null, SegmentSketch? Sketch = null)
{
    /// <summary>[segments, C].</summary>
    public Tensor FeatureRows()
    {
        float[] values = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(Features)).ToArray();
        return new Tensor([Pixels.Count, Pixels.Count == 0 ? 0 : values.Length / Pixels.Count], values);
    }

    /// <summary>The table of segments and classes.</summary>
    public Confusion Table(int classes) => Confusion.Of(Pixels.Count, classes, Counts!);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Dictionary<string, SegmentedItem>))]
sealed partial class SegmentedJson : JsonSerializerContext;

/// <summary>How sweeps go; it decides image by image from the image alone, so that every shard decides alike.</summary>
/// <param name="Rows">K of sparse sweeps, or null.</param>
/// <param name="Auto">Without K: exact up to <see cref="FewTokens"/> tokens; above, a target's own row only, where a check finds that good enough, else 16 rows
/// beside it, else exact.</param>
/// <param name="Check">How many tokens are explained exactly too where sweeps are sparse.</param>
sealed record SweepChoice(int? Rows, bool Auto, int Check)
{
    /// <summary>So many tokens are swept exactly without a question.</summary>
    public const int FewTokens = 128;

    /// <summary>The median rank correlation below which more rows are kept.</summary>
    public const double Good = 0.95;

    static readonly int[] s_ladder = [0, 16];

    /// <summary>As settings have it.</summary>
    public string Words => Rows is { } k ? $"own row and {k} others, {Check} checked" : !Auto ? "exact"
        : $"exact up to {FewTokens} tokens, above own row, or with 16 others, or exact, by a check of {Check}";

    /// <summary>Rows for one image, null for exact, and what the check said.</summary>
    public (int? Rows, double[]? Check) For(Trace trace, int layer, TokenFunction function, Tensor? w, SweepOptions options)
    {
        if (Rows is null && (!Auto || trace.Tokens <= FewTokens)) return (null, null);
        SplitMix random = new((ulong)trace.Grid.Count);
        int[] patches = [.. Enumerable.Range(trace.Grid.Prefix, trace.Grid.Count)];
        random.Shuffle<int>(patches);
        TokenTargets some = new(layer, [.. patches.Take(Check).Order()], function, w);
        IReadOnlyList<SparseCheck> checks = SparseCheck.Of(trace, some, Rows is { } k ? [k] : s_ladder, options);
        SparseCheck? found = Rows is not null ? checks[0] : checks.FirstOrDefault(c => c.MedianRank >= Good);
        return found is null ? (null, [-1, 0, 1]) : (found.Rows, [found.Rows, found.MedianError, found.MedianRank]);
    }
}

/// <summary>Segments pictures.</summary>
/// <param name="model">The model; it needs no classes.</param>
/// <param name="settings">How a picture is cut.</param>
/// <param name="functions">The numbers that stand for a token, each a way of its own to segment; for W with [N, C] vectors.</param>
/// <param name="sweeps">Exact or sparse.</param>
sealed class SegmentationMeasure(VisionTransformer model, SegmentSettings settings, IReadOnlyList<(TokenFunction Function, Tensor? W)> functions,
    SweepChoice sweeps)
{
    /// <summary>What a picture takes.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options)
    {
        double exact = Segmentation.Flops(trace, settings.Layer), kept = sweeps.Rows is null && (!sweeps.Auto || trace.Tokens <= SweepChoice.FewTokens) ? 1
            : Math.Min(1, ((sweeps.Rows ?? 0) + 1.0 + sweeps.Check) / trace.Tokens);
        long working = Math.Min(options.MemoryBytes, Sweep.BytesPerTarget(trace) * Sweep.ChunkSize(trace, options));
        return new ItemCost(Explain.Cost.Forward(trace) + functions.Count * exact * kept, Explain.Cost.ForwardBytes(trace, trace.Tape.Keep) + working);
    }

    /// <summary>A function as results call it.</summary>
    public static string Letter(TokenFunction function) => function.ToString().ToLowerInvariant();

    /// <summary>A picture whose pixels have classes, as a line of JSON: by every function.</summary>
    public string Of(SegmentationPicture picture, ScoredSize size, int classes, SweepOptions options)
    {
        (Image photo, LabelMap labels) = picture.Open();
        (photo, labels) = size.Of(photo, labels);
        return Line(photo, options, (item, segments) =>
            item with
            {
                Counts = new Confusion(item.Pixels.Count, classes).Add(segments, labels.Checked(classes, picture.Key).Values).Counts,
                Sketch = SegmentSketch.Of(segments, labels.Values, item.Width, item.Height),
            });
    }

    /// <summary>A picture that people have cut into regions.</summary>
    public string Of(HumanSegmentation picture, SweepOptions options)
    {
        (Image photo, IReadOnlyList<LabelMap> people) = picture.Open();
        return Line(photo, options, (item, segments) => Covering.Of(segments, [.. people.Select(p => p.Values)]) is var c
            ? item with
            {
                Covering = [c.Average, c.Best, c.AverageRand, c.BestRand],
                Sketch = SegmentSketch.Of(segments, people[0].Values, item.Width, item.Height),
            } : item);
    }

    string Line(Image photo, SweepOptions options, Func<SegmentedItem, int[], SegmentedItem> judge)
    {
        using Trace trace = model.Forward(photo, ForwardForecast.Of(model.Config, model.Preprocessor, photo.Width, photo.Height).Choose(options.MemoryBytes),
            cancellationToken: options.Stop);
        InputGeometry geometry = trace.Geometry!.Covered(trace.Grid.Patch);
        Dictionary<string, SegmentedItem> items = [];
        foreach ((TokenFunction function, Tensor? w) in functions)
        {
            Ultra.CheckVectors(w, trace);
            (int? rows, double[]? check) = sweeps.For(trace, settings.Layer, function, w, options);
            UltraMaps tokens = Segmentation.TokenMaps(trace, settings.Layer, function, w, options with { Rows = rows });
            Segmentation found = Segmentation.Of(tokens, trace.Grid, geometry, settings, options.Stop);
            int[] segments = found.LabelsInBands(geometry, options.Stop), pixels = new int[found.Count];
            foreach (int segment in segments)
                if (segment >= 0) pixels[segment]++;
            byte[] features = MemoryMarshal.AsBytes(Features(trace, found).Span).ToArray();
            SegmentedItem item = new(photo.Width, photo.Height, pixels, segments.Length - pixels.Sum(), Convert.ToBase64String(features)) { Check = check };
            items[Letter(function)] = judge(item, segments);
        }
        return JsonSerializer.Serialize(items, SegmentedJson.Default.DictionaryStringSegmentedItem);
    }

    /// <summary>[segments, C]: the mean over the tokens of every segment, behind the final normalisation.</summary>
    public static Tensor Features(Trace trace, Segmentation found)
    {
        Tensor norm = trace.Value("norm"), features = new(found.Count, norm.Width);
        int[] members = new int[found.Count];
        double[] sums = new double[features.Length];
        for (int p = 0; p < found.TokenLabels.Length; p++)
        {
            int segment = found.TokenLabels[p];
            members[segment]++;
            ReadOnlySpan<float> token = norm.Row(trace.Grid.Prefix + p);
            for (int c = 0; c < norm.Width; c++) sums[segment * norm.Width + c] += token[c];
        }
        for (int i = 0; i < sums.Length; i++) features.Span[i] = (float)(sums[i] / members[i / norm.Width]);
        return features;
    }
}
