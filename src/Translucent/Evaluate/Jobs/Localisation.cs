// The preset localisation: do class maps lie on the object? (Definitions: Metrics/MaskAgreement.)

using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>A method's map of one class against the mask. Counts are pixels: object, background.</summary>
sealed record FoundMask(string Method, long[] Object, long[] Said, long[] Both, double Precision, bool Hit, double Rank, double? Mass = null);

/// <summary>What one image said.</summary>
/// <param name="Answer">The class that the model gives it.</param>
/// <param name="Predicted">Maps of that class.</param>
/// <param name="True">Maps of the true class; none where it is the same or not known.</param>
/// <param name="Label">The true class.</param>
sealed record LocalisationItem(int Answer, IReadOnlyList<FoundMask> Predicted, IReadOnlyList<FoundMask> True, int? Label = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LocalisationItem))]
sealed partial class LocalisationJson : JsonSerializerContext;

/// <summary>Measures images whose masks are known.</summary>
/// <param name="passes">Of a model with classes.</param>
/// <param name="methods">They fit it.</param>
sealed class Localisation(ItemPasses passes, IReadOnlyList<ClassMethod> methods)
{
    static readonly string[] s_columns =
        ["pixel accuracy, %", "mAP, %", "mIoU, %", "IoU of the object, %", "pointing, %", "mass on the object, %", "rank accuracy, %"];

    /// <summary>What an image takes.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options) => new(Explain.Cost.Forward(trace) + methods.Sum(m => m.Operations(trace, 2)),
        Explain.Cost.ForwardBytes(trace, trace.Tape.Keep) + Sweep.BytesPerTarget(trace));

    /// <summary>One image as a line of JSON.</summary>
    public string Measure(LabelledImage image, SweepOptions options) => JsonSerializer.Serialize(Of(image, options), LocalisationJson.Default.LocalisationItem);

    /// <summary>One image.</summary>
    /// <exception cref="TranslucentException">The image has no mask, the model sees nothing of the object, or a method does not fit.</exception>
    public LocalisationItem Of(LabelledImage image, SweepOptions options)
    {
        if (image.Mask is null) throw new TranslucentException("has no mask, so nothing says where the object is.");
        using Trace trace = passes.Of(image, options);
        int answer = TensorPrimitives.IndexOfMax<float>(trace.Logits.Row(0)), patch = trace.Grid.Patch;
        sbyte[] mask = InputMask.Of(image.Mask(), trace.Geometry!.Covered(patch));
        int[] classes = image.Class is { } label && label != answer ? [answer, label] : [answer];
        List<FoundMask>[] found = [[], []];
        foreach (ClassMethod method in methods)
        {
            Tensor maps = method.Explain(trace, classes, options).Maps;
            for (int t = 0; t < classes.Length; t++)
                found[t].Add(Held(method.Name, maps[method.TellsClassesApart ? t : 0, 0], mask, trace.Grid.Rows * patch, trace.Grid.Columns * patch));
        }
        return new LocalisationItem(answer, found[0], found[1], image.Class);
    }

    static FoundMask Held(string method, Tensor map, sbyte[] mask, int height, int width)
    {
        Tensor fine = map.Shape is [int h, int w] && h == height && w == width ? map : Interpolate.Maps(map, height, width);
        MaskAgreement a = MaskAgreement.Of(fine.Span, mask) ?? throw new TranslucentException("nothing of the object is on the part that the model sees.");
        return new FoundMask(method, [a.Object.Object, a.Object.Other], [a.Said.Object, a.Said.Other], [a.Both.Object, a.Both.Other], a.Precision, a.Hit,
            a.Rank, double.IsNaN(a.Mass) ? null : a.Mass);
    }

    /// <summary>Adds items up.</summary>
    public static EvaluationResults Reduce(JobSettings settings, JobItems items, string? against)
    {
        Dictionary<string, Sums> predicted = [], all = [], right = [];
        List<ResultExample> examples = [];
        bool labelled = false;
        foreach ((int item, string key, LocalisationItem result) in items.Results(LocalisationJson.Default.LocalisationItem))
        {
            IReadOnlyList<FoundMask> ofTruth = result.True.Count > 0 ? result.True : result.Predicted;
            labelled |= result.Label is not null;
            foreach (FoundMask mask in result.Predicted) Of(predicted, mask.Method).Add(mask);
            foreach (FoundMask mask in ofTruth) Of(all, mask.Method).Add(mask);
            foreach (FoundMask mask in result.Label == result.Answer ? result.Predicted : []) Of(right, mask.Method).Add(mask);
            FoundMask first = result.Predicted[0];
            double iou = (double)first.Both[0] / (first.Object[0] + first.Said[0] - first.Both[0]);
            string points = first.Hit ? "points at it" : "points elsewhere";
            examples.Add(new ResultExample(item, key, iou, FormattableString.Invariant(
                $"{first.Method} of {Name(settings, result.Answer)}: intersection over union {iou:0.00}, {points}")));
        }
        List<ResultTable> tables = [Table("Maps of the predicted class", predicted)];
        if (labelled) tables.AddRange([Table("Maps of the true class", all), Table("The same, only images that are right", right)]);
        tables.AddRange(IntervalTables.Of("Maps of the predicted class", "method", s_columns,
            [.. predicted.Select(s => new IntervalRow(s.Key, s.Value.Numbers))], predicted.Values.FirstOrDefault()?.Images ?? 0, against));
        return new EvaluationResults
        {
            Tables = tables,
            Examples = ResultExamples.BestAndWorst("intersection over union of the first method", examples),
        };

        static Sums Of(Dictionary<string, Sums> sums, string method)
        {
            if (!sums.TryGetValue(method, out Sums? known)) sums[method] = known = new Sums();
            return known;
        }

        static string Name(JobSettings settings, int c) => c < settings.Classes.Count ? settings.Classes[c] : $"class {c}";

        static ResultTable Table(string title, Dictionary<string, Sums> sums) => new(title, "method",
            [.. s_columns, "images"], [.. sums.Select(s => ResultRow.Of(s.Key, [.. s.Value.Numbers(), s.Value.Images]))],
            "A pixel is called object where the map is above its mean. Pixel accuracy and the intersections over union are of the pixels of all images "
            + "together, mIoU the mean of object and background; the others are means over images.");
    }

    /// <summary>The masks of one method, image after image.</summary>
    sealed class Sums
    {
        readonly List<FoundMask> _masks = [];

        public int Images => _masks.Count;

        public void Add(FoundMask mask) => _masks.Add(mask);

        /// <summary>The numbers of <see cref="s_columns"/>, every image once.</summary>
        public double[] Numbers() => Numbers([.. Enumerable.Repeat(1, _masks.Count)]);

        /// <summary>The same if images were drawn so often.</summary>
        public double[] Numbers(int[] drawn)
        {
            Span<long> truth = stackalloc long[2], said = stackalloc long[2], both = stackalloc long[2];
            (double precision, double rank, double mass, long images, long hits, long masses) = (0, 0, 0, 0, 0, 0);
            for (int i = 0; i < drawn.Length; i++)
            {
                FoundMask mask = _masks[i];
                int n = drawn[i];
                for (int c = 0; c < 2; c++)
                    (truth[c], said[c], both[c]) = (truth[c] + n * mask.Object[c], said[c] + n * mask.Said[c], both[c] + n * mask.Both[c]);
                (precision, rank, images, hits) = (precision + n * mask.Precision, rank + n * mask.Rank, images + n, hits + (mask.Hit ? n : 0));
                if (mask.Mass is { } share) (mass, masses) = (mass + n * share, masses + n);
            }
            double of = (double)both[0] / (truth[0] + said[0] - both[0]), behind = (double)both[1] / (truth[1] + said[1] - both[1]);
            return [100.0 * (both[0] + both[1]) / (truth[0] + truth[1]), 100 * precision / images, 50 * (of + behind), 100 * of, 100.0 * hits / images,
                100 * mass / masses, 100 * rank / images];
        }
    }
}
