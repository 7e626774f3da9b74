// The preset chefer-perturbation: the perturbation test of Chefer, Gur and Wolf (CVPR 2021, arXiv:2012.09838) for any class methods, as Tables 1 of that
// paper and 2 to 7 of TokenTM have it: positive and negative, of the predicted and of the true class.

using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Perturb;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>What happened to one image in the order of one map.</summary>
/// <param name="Right">For every step, whether the answer was still the label: 1 or 0.</param>
/// <param name="P">For every step, the probability of the class that is explained.</param>
sealed record RemovalCurve(string Right, IReadOnlyList<float> P);

/// <summary>The curves of one method.</summary>
/// <param name="Method">Its name, or "random" for a random order of patches.</param>
/// <param name="Positive">Of the predicted class, the most relevant pixels first.</param>
/// <param name="Negative">Of the predicted class, the least relevant pixels first.</param>
/// <param name="TruePositive">Of the true class; null where it is the predicted one, or not known.</param>
/// <param name="TrueNegative">Likewise.</param>
sealed record RemovalCurves(string Method, RemovalCurve Positive, RemovalCurve Negative, RemovalCurve? TruePositive = null, RemovalCurve? TrueNegative = null);

/// <summary>What one image said.</summary>
/// <param name="Answer">The class that the model gives the untouched image.</param>
/// <param name="AnswerP">Its probability.</param>
/// <param name="Methods">The methods in their order.</param>
/// <param name="Label">The true class; null where it is not known, and then the answer takes its place.</param>
/// <param name="LabelP">The probability of the true class.</param>
sealed record RemovalItem(int Answer, float AnswerP, IReadOnlyList<RemovalCurves> Methods, int? Label = null, float? LabelP = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RemovalItem))]
sealed partial class RemovalJson : JsonSerializerContext;

/// <summary>Measures images.</summary>
/// <param name="passes">Of a model with classes.</param>
/// <param name="methods">They fit it.</param>
/// <param name="scalar">Logit or probability, for methods that know both.</param>
sealed class ClassRemoval(ItemPasses passes, IReadOnlyList<ClassMethod> methods, ClassScalar scalar = ClassScalar.Logit)
{
    /// <summary>The name of the row of random orders.</summary>
    public const string Random = "random";

    /// <summary>What an image takes.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options)
    {
        double forward = Explain.Cost.Forward(trace);
        double passes = 4.0 * PixelRemoval.Steps.Count * (methods.Count + 1);
        long image = DrawnImages.BytesPerImage(trace);
        return new ItemCost(forward * (1 + passes) + methods.Sum(m => m.Operations(trace, 2)),
            Explain.Cost.ForwardBytes(trace, trace.Tape.Keep)
                + Math.Max(image * DrawnImages.Batch(trace.Grid.Count, image, options), Sweep.BytesPerTarget(trace)));
    }

    /// <summary>One image as a line of JSON.</summary>
    public string Measure(LabelledImage image, SweepOptions options) => JsonSerializer.Serialize(Of(image, options), RemovalJson.Default.RemovalItem);

    /// <summary>One image.</summary>
    /// <exception cref="TranslucentException">The image cannot be read, or a method does not fit the model.</exception>
    public RemovalItem Of(LabelledImage image, SweepOptions options)
    {
        using Trace trace = passes.Of(image, options);
        float[] p = trace.Probabilities().ToArray();
        int answer = TensorPrimitives.IndexOfMax<float>(p);
        int[] classes = image.Label(answer) == answer ? [answer] : [answer, image.Label(answer)];
        (int height, int width) = (trace.Grid.Rows * trace.Grid.Patch, trace.Grid.Columns * trace.Grid.Patch);

        List<(int Method, bool OfLabel, bool Positive)> places = [];
        List<PixelOrder> orders = [];
        for (int m = 0; m <= methods.Count; m++)
        {
            Tensor[] maps = m < methods.Count ? Maps(trace, methods[m], classes, options) : [Chance(image.Key, trace.Grid)];
            for (int t = 0; t < maps.Length; t++)
                foreach (bool positive in (ReadOnlySpan<bool>)[true, false])
                {
                    places.Add((m, t == 1, positive));
                    orders.Add(PixelOrder.Of(maps[t], height, width, positive));
                }
        }
        Tensor scores = PixelRemoval.Probabilities(trace, orders, options);
        RemovalCurve? Curve(int method, bool ofLabel, bool positive, int cls)
        {
            int order = places.IndexOf((method, ofLabel, positive));
            if (order < 0) return null;
            float[][] rows = [.. Enumerable.Range(0, PixelRemoval.Steps.Count).Select(s => scores.Row(order * PixelRemoval.Steps.Count + s).ToArray())];
            return new RemovalCurve(string.Concat(rows.Select(row => TensorPrimitives.IndexOfMax<float>(row) == image.Label(answer) ? '1' : '0')),
                [.. rows.Select(row => row[cls])]);
        }
        List<RemovalCurves> all = [];
        for (int m = 0; m <= methods.Count; m++)
        {
            // a map that is the same for all classes has the same order, but another probability is followed
            bool apart = m < methods.Count && methods[m].TellsClassesApart;
            RemovalCurve? True(bool positive) => classes.Length == 1 ? null : Curve(m, apart, positive, classes[1]);
            all.Add(new RemovalCurves(m < methods.Count ? methods[m].Name : Random, Curve(m, false, true, answer)!, Curve(m, false, false, answer)!,
                True(true), True(false)));
        }
        return new RemovalItem(answer, p[answer], all, image.Class, image.Class is { } c ? p[c] : null);
    }

    /// <summary>[h, w] for every class, or one for all.</summary>
    Tensor[] Maps(Trace trace, ClassMethod method, int[] classes, SweepOptions options)
    {
        Tensor maps = method.Explain(trace, new ClassTargets(classes, method.TakesProbabilities ? scalar : ClassScalar.Logit), options).Maps;
        int h = maps.Shape[^2], w = maps.Shape[^1];
        return [.. Enumerable.Range(0, maps.Length / (h * w)).Select(t => new Tensor([h, w], maps.Span.Slice(t * h * w, h * w)))];
    }

    /// <summary>Random numbers on the grid, the same for the same image.</summary>
    static Tensor Chance(string key, PatchGrid grid)
    {
        Tensor map = new(grid.Rows, grid.Columns);
        SplitMix random = new(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key)));
        foreach (ref float v in map.Span) v = (float)random.Unit();
        return map;
    }
}

file static class Labels
{
    /// <summary>The class that an answer should be: the true one, or where it is not known the answer to the untouched image.</summary>
    public static int Label(this LabelledImage image, int answer) => image.Class ?? answer;
}
