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
    public static EvaluationResults Reduce(JobSettings settings, JobItems items)
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
            ["pixel accuracy, %", "mAP, %", "mIoU, %", "IoU of the object, %", "pointing, %", "mass on the object, %", "rank accuracy, %", "images"],
            [.. sums.Select(s => ResultRow.Of(s.Key, s.Value.Numbers()))],
            "A pixel is called object where the map is above its mean. Pixel accuracy and the intersections over union are of the pixels of all images "
            + "together, mIoU the mean of object and background; the others are means over images.");
    }

    sealed class Sums
    {
        readonly long[] _object = new long[2], _said = new long[2], _both = new long[2];
        double _precision, _rank, _mass;
        int _images, _hits, _masses;

        public void Add(FoundMask mask)
        {
            for (int c = 0; c < 2; c++) (_object[c], _said[c], _both[c]) = (_object[c] + mask.Object[c], _said[c] + mask.Said[c], _both[c] + mask.Both[c]);
            (_precision, _rank, _images) = (_precision + mask.Precision, _rank + mask.Rank, _images + 1);
            if (mask.Hit) _hits++;
            if (mask.Mass is { } mass) (_mass, _masses) = (_mass + mass, _masses + 1);
        }

        public double[] Numbers()
        {
            double[] iou = [.. Enumerable.Range(0, 2).Select(c => (double)_both[c] / (_object[c] + _said[c] - _both[c]))];
            return [100.0 * (_both[0] + _both[1]) / (_object[0] + _object[1]), 100 * _precision / _images, 50 * (iou[0] + iou[1]), 100 * iou[0],
                100.0 * _hits / _images, 100 * _mass / _masses, 100 * _rank / _images, _images];
        }
    }
}
