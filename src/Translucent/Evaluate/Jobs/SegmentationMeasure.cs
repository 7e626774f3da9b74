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
/// <param name="Check">Where sweeps are sparse: median error and median rank correlation of some targets.</param>
sealed record SegmentedItem(int Width, int Height, IReadOnlyList<int> Pixels, int Unseen, string Features, IReadOnlyList<long>? Counts = null,
    IReadOnlyList<double>? Covering = null, IReadOnlyList<double>? Check = null)
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

/// <summary>Segments pictures.</summary>
/// <param name="model">The model; it needs no classes.</param>
/// <param name="settings">How a picture is cut.</param>
/// <param name="functions">The numbers that stand for a token, each a way of its own to segment; for W with [N, C] vectors.</param>
/// <param name="rows">K of sparse sweeps; null for exact ones.</param>
/// <param name="check">Where they are sparse: so many tokens are explained exactly too.</param>
sealed class SegmentationMeasure(VisionTransformer model, SegmentSettings settings, IReadOnlyList<(TokenFunction Function, Tensor? W)> functions,
    int? rows, int check)
{
    /// <summary>What a picture takes.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options)
    {
        double exact = Segmentation.Flops(trace, settings.Layer), kept = rows is { } k ? Math.Min(1, (k + 1.0 + check) / trace.Tokens) : 1;
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
            item with { Counts = new Confusion(item.Pixels.Count, classes).Add(segments, labels.Checked(classes, picture.Key).Values).Counts });
    }

    /// <summary>A picture that people have cut into regions.</summary>
    public string Of(HumanSegmentation picture, SweepOptions options)
    {
        (Image photo, IReadOnlyList<LabelMap> people) = picture.Open();
        return Line(photo, options, (item, segments) => Covering.Of(segments, [.. people.Select(p => p.Values)]) is var c
            ? item with { Covering = [c.Average, c.Best, c.AverageRand, c.BestRand] } : item);
    }

    string Line(Image photo, SweepOptions options, Func<SegmentedItem, int[], SegmentedItem> judge)
    {
        using Trace trace = model.Forward(photo, ForwardForecast.Of(model.Config, model.Preprocessor, photo.Width, photo.Height).Choose(options.MemoryBytes),
            cancellationToken: options.Stop);
        InputGeometry geometry = trace.Geometry!.Covered(trace.Grid.Patch);
        Dictionary<string, SegmentedItem> items = [];
        foreach ((TokenFunction function, Tensor? w) in functions)
        {
            UltraMaps tokens = Segmentation.TokenMaps(trace, settings.Layer, function, w, options with { Rows = rows });
            Segmentation found = Segmentation.Of(tokens, trace.Grid, geometry, settings, options.Stop);
            int[] segments = found.LabelsInBands(geometry, options.Stop), pixels = new int[found.Count];
            foreach (int segment in segments)
                if (segment >= 0) pixels[segment]++;
            byte[] features = MemoryMarshal.AsBytes(Features(trace, found).Span).ToArray();
            SegmentedItem item = new(photo.Width, photo.Height, pixels, segments.Length - pixels.Sum(), Convert.ToBase64String(features))
            {
                Check = rows is { } k ? Checked(trace, function, w, k, options) : null,
            };
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

    double[] Checked(Trace trace, TokenFunction function, Tensor? w, int k, SweepOptions options)
    {
        SplitMix random = new((ulong)trace.Grid.Count);
        int[] patches = [.. Enumerable.Range(trace.Grid.Prefix, trace.Grid.Count)];
        random.Shuffle<int>(patches);
        SparseCheck found = SparseCheck.Of(trace, new TokenTargets(settings.Layer, [.. patches.Take(check).Order()], function, w), k, options);
        return [found.MedianError, found.MedianRank];
    }
}
