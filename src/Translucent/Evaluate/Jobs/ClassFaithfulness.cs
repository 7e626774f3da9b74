// The preset class-faithfulness: what peers measure of maps of the predicted class. Comprehensiveness and sufficiency (DeYoung et al. 2020), ROAD (Rong et al.
// 2022), infidelity and max-sensitivity (Yeh et al. 2019), complexity and coherency (Poppi et al. 2021) and ARCC, their harmonic mean with ROAD.

using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Perturb;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>What one method's map of one image is worth. f is the probability of the predicted class.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Comprehensiveness">f(x) − f(x without the k % most relevant patches), for the k of ERASER.</param>
/// <param name="Sufficiency">f(x) − f(those patches alone).</param>
/// <param name="MostFirst">f when 10 .. 90 % of the pixels, the most relevant first, are imputed.</param>
/// <param name="LeastFirst">f when the least relevant are.</param>
/// <param name="Infidelity">Of the logit, scaled best.</param>
/// <param name="Sensitivity">The largest change of the map under small noise, as a share of its length; null for a map of zeros.</param>
/// <param name="Complexity">The mean of the map scaled to 0 .. 1.</param>
/// <param name="Coherency">(ρ + 1) / 2, ρ Pearson's correlation with the map of the image times the map; null for a constant map.</param>
/// <param name="Unexplained">Infidelity as a share of what happens; null where nothing does.</param>
sealed record FaithfulMethod(string Method, IReadOnlyList<float> Comprehensiveness, IReadOnlyList<float> Sufficiency, IReadOnlyList<float> MostFirst,
    IReadOnlyList<float> LeastFirst, double Infidelity, double Complexity, double? Sensitivity = null, double? Coherency = null, double? Unexplained = null);

/// <summary>What one image said.</summary>
/// <param name="Answer">The predicted class.</param>
/// <param name="P">Its probability.</param>
/// <param name="Methods">In their order.</param>
sealed record FaithfulItem(int Answer, float P, IReadOnlyList<FaithfulMethod> Methods);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(FaithfulItem))]
sealed partial class FaithfulJson : JsonSerializerContext;

/// <summary>Measures images.</summary>
/// <param name="passes">Of a model with classes.</param>
/// <param name="methods">They fit it.</param>
sealed class ClassFaithfulness(ItemPasses passes, IReadOnlyList<ClassMethod> methods)
{
    /// <summary>Subsets of patches for infidelity, noisy copies for sensitivity.</summary>
    public const int Subsets = 50, Copies = 10;

    /// <summary>How far a number of the prepared input moves at most, for sensitivity.</summary>
    public const double Radius = 0.02;

    static IReadOnlyList<double> Shares => PixelRemoval.Steps;

    /// <summary>What an image takes.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options)
    {
        double forward = Explain.Cost.Forward(trace), passesOf = 2 * TextErasure.Percents.Count + 2 * Shares.Count + 1;
        long image = DrawnImages.BytesPerImage(trace);
        return new ItemCost(forward * (1 + methods.Count * passesOf + Subsets + Copies) + methods.Sum(m => m.Operations(trace, 1)) * (2 + Copies),
            2 * Explain.Cost.ForwardBytes(trace, trace.Tape.Keep) + Sweep.BytesPerTarget(trace) + 2.0 * Shares.Count * 4 * trace.Pixels.Length
                + image * DrawnImages.Batch(trace.Grid.Count, image, options));
    }

    /// <summary>One image as a line of JSON.</summary>
    public string Measure(LabelledImage image, SweepOptions options) => JsonSerializer.Serialize(Of(image, options), FaithfulJson.Default.FaithfulItem);

    /// <summary>One image.</summary>
    public FaithfulItem Of(LabelledImage image, SweepOptions options)
    {
        using Trace trace = passes.Of(image, options);
        float[] p = trace.Probabilities().ToArray();
        int answer = TensorPrimitives.IndexOfMax<float>(p);
        ulong seed = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(image.Key));
        DrawnImages images = DrawnImages.Of(trace, (_, pass) => Joined(pass, answer)); // [B, 2]: probability and logit

        Tensor[] maps = [.. methods.Select(m => Map(trace, m, answer, options))];
        Tensor[] patches = [.. maps.Select(map => PatchMaps.Of(trace, map.Reshape([1, .. map.Shape])))];
        bool[][] subsets = RandomSubsets(trace.Grid.Count, seed);
        double[] changes = Changes(trace, images, subsets, trace.Logits.Row(0)[answer], options);
        double?[] sensitivities = Sensitivities(trace, patches, answer, seed, options);

        List<FaithfulMethod> found = [];
        for (int m = 0; m < methods.Count; m++)
        {
            (float[] comprehensiveness, float[] sufficiency) = Erased(trace, images, patches[m], p[answer], options);
            float[] road = Imputed(trace, images, maps[m], seed, options);
            double[] promised = [.. subsets.Select(s => s.Select((gone, i) => gone ? (double)patches[m].Span[i] : 0).Sum())];
            Infidelity infidelity = Infidelity.Of(promised, changes);
            Tensor scaled = Scaled(trace, maps[m]);
            found.Add(new FaithfulMethod(methods[m].Name, comprehensiveness, sufficiency, road[..Shares.Count], road[Shares.Count..], infidelity.Value,
                scaled.Span.ToArray().Average(v => (double)v), sensitivities[m], Coherent(trace, methods[m], scaled, answer, options),
                double.IsFinite(infidelity.Unexplained) ? infidelity.Unexplained : null));
        }
        return new FaithfulItem(answer, p[answer], found);
    }

    static Tensor Joined(Trace pass, int answer)
    {
        Tensor both = new(pass.Batch, 2), p = pass.Probabilities();
        for (int b = 0; b < pass.Batch; b++) (both.Row(b)[0], both.Row(b)[1]) = (p.Row(b)[answer], pass.Logits.Row(b)[answer]);
        return both;
    }

    /// <summary>[h, w] of patches or pixels.</summary>
    static Tensor Map(Trace trace, ClassMethod method, int answer, SweepOptions options)
    {
        Tensor maps = method.Explain(trace, [answer], options).Maps;
        return maps.Reshape(maps.Shape[^2], maps.Shape[^1]);
    }

    /// <summary>Scaled to 0 .. 1 on the pixels that patches cover.</summary>
    static Tensor Scaled(Trace trace, Tensor map)
    {
        (int height, int width) = (trace.Grid.Rows * trace.Grid.Patch, trace.Grid.Columns * trace.Grid.Patch);
        Tensor fine = map.Shape is [int h, int w] && h == height && w == width ? map : Interpolate.Maps(map, height, width);
        return MinMax.Scale(fine.Reshape(1, height, width)).Reshape(height, width);
    }

    /// <summary>f when patches are gone, and when they alone are left; what is gone is zero in the prepared input.</summary>
    static (float[] Comprehensiveness, float[] Sufficiency) Erased(Trace trace, DrawnImages images, Tensor patches, float p, SweepOptions options)
    {
        int[] order = PatchOrder.Of(patches.Span), counts = [.. TextErasure.Percents.Select(k => TextErasure.Count(k, order.Length))];
        bool[][] gone = [.. counts.Select(c => Chosen(order[..c])), .. counts.Select(c => Chosen(order[c..]))];
        Tensor f = images.Run(gone.Length, (i, into) => Without(trace, gone[i], into), options);
        float[] lost = [.. Enumerable.Range(0, gone.Length).Select(i => p - f.Row(i)[0])];
        return (lost[..counts.Length], lost[counts.Length..]);

        bool[] Chosen(int[] some)
        {
            bool[] set = new bool[order.Length];
            foreach (int i in some) set[i] = true;
            return set;
        }
    }

    /// <summary>The image whose chosen patches are zero.</summary>
    static void Without(Trace trace, bool[] gone, Span<float> into)
    {
        trace.Pixels.Span.CopyTo(into);
        int patch = trace.Grid.Patch, columns = trace.Grid.Columns, height = trace.Pixels.Shape[2], width = trace.Pixels.Shape[3];
        for (int p = 0; p < gone.Length; p++)
            for (int row = 0; gone[p] && row < trace.Pixels.Shape[1] * patch; row++)
                into.Slice((row / patch * height + p / columns * patch + row % patch) * width + p % columns * patch, patch).Clear();
    }

    /// <summary>f when pixels are imputed: the most relevant first, then the least relevant first.</summary>
    static float[] Imputed(Trace trace, DrawnImages images, Tensor map, ulong seed, SweepOptions options)
    {
        int patch = trace.Grid.Patch, rows = trace.Grid.Rows * patch, columns = trace.Grid.Columns * patch;
        (int height, int width) = (trace.Pixels.Shape[2], trace.Pixels.Shape[3]);
        int[][] orders = [PixelOrder.Of(map, rows, columns, positive: true).Pixels, PixelOrder.Of(map, rows, columns, positive: false).Pixels];
        float[][] drawn = new float[2 * Shares.Count][];
        Compute.Default.For(drawn.Length, i =>
        {
            bool[] removed = new bool[height * width];
            int[] order = orders[i / Shares.Count];
            foreach (int at in order.AsSpan(0, PixelRemoval.Count(order.Length, Shares[i % Shares.Count])))
                removed[at / columns * width + at % columns] = true;
            drawn[i] = trace.Pixels.ToArray();
            LinearImputation.Fill(drawn[i], height, width, removed, LinearImputation.Noise, SplitMix.At(seed, (ulong)(1000 + i)));
        });
        Tensor f = images.Run(drawn.Length, (i, into) => drawn[i].CopyTo(into), options);
        return [.. Enumerable.Range(0, drawn.Length).Select(i => f.Row(i)[0])];
    }

    /// <summary>Sets of patches, each patch in half of them.</summary>
    static bool[][] RandomSubsets(int patches, ulong seed)
    {
        SplitMix random = new(SplitMix.At(seed, 1));
        bool[][] subsets = [.. Enumerable.Range(0, Subsets).Select(_ => new bool[patches])];
        foreach (bool[] subset in subsets)
            for (int i = 0; i < patches; i++) subset[i] = random.Chance(0.5);
        return subsets;
    }

    /// <summary>What the logit loses when subsets are gone.</summary>
    static double[] Changes(Trace trace, DrawnImages images, bool[][] subsets, float logit, SweepOptions options)
    {
        Tensor f = images.Run(subsets.Length, (i, into) => Without(trace, subsets[i], into), options);
        return [.. Enumerable.Range(0, subsets.Length).Select(i => (double)logit - f.Row(i)[1])];
    }

    /// <summary>The largest |Φ(x) − Φ(y)| / |Φ(x)| over copies y whose numbers move by at most the radius, of patch maps.</summary>
    double?[] Sensitivities(Trace trace, Tensor[] patches, int answer, ulong seed, SweepOptions options)
    {
        double[] largest = new double[methods.Count];
        Arena arena = new();
        for (int copy = 0; copy < Copies; copy++)
        {
            options.Stop.ThrowIfCancellationRequested();
            Tensor moved = new(trace.Pixels.Shape, trace.Pixels.Span);
            SplitMix random = new(SplitMix.At(seed, (ulong)(10 + copy)));
            foreach (ref float v in moved.Span) v += (float)random.Between(-Radius, Radius);
            using Trace pass = trace.Image.Forward(moved, trace.Tape.Keep, arena, options.Stop);
            for (int m = 0; m < methods.Count; m++)
            {
                Tensor map = Map(pass, methods[m], answer, options), other = PatchMaps.Of(pass, map.Reshape([1, .. map.Shape]));
                largest[m] = Math.Max(largest[m], TensorPrimitives.Distance<float>(patches[m].Span, other.Span));
            }
        }
        return [.. largest.Select((d, m) => TensorPrimitives.Norm<float>(patches[m].Span) is > 0 and float length ? d / length : (double?)null)];
    }

    /// <summary>(ρ + 1) / 2 of a map and the map of the image times it.</summary>
    static double? Coherent(Trace trace, ClassMethod method, Tensor scaled, int answer, SweepOptions options)
    {
        Tensor masked = new(trace.Pixels.Shape);
        (int height, int width) = (trace.Pixels.Shape[2], trace.Pixels.Shape[3]);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < scaled.Shape[0]; y++)
            {
                int at = (c * height + y) * width;
                TensorPrimitives.Multiply(trace.Pixels.Span.Slice(at, scaled.Width), scaled.Row(y), masked.Span.Slice(at, scaled.Width));
            }
        using Trace pass = trace.Image.Forward(masked, trace.Tape.Keep, new Arena(), options.Stop);
        double rho = Pearson(scaled.Span, Scaled(pass, Map(pass, method, answer, options)).Span);
        return double.IsFinite(rho) ? (rho + 1) / 2 : null;
    }

    /// <summary>Pearson's correlation; NaN where one is constant.</summary>
    static double Pearson(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        (double ma, double mb, double ab, double aa, double bb) = (0, 0, 0, 0, 0);
        for (int i = 0; i < a.Length; i++) (ma, mb) = (ma + a[i], mb + b[i]);
        (ma, mb) = (ma / a.Length, mb / a.Length);
        for (int i = 0; i < a.Length; i++)
            (ab, aa, bb) = (ab + (a[i] - ma) * (b[i] - mb), aa + (a[i] - ma) * (a[i] - ma), bb + (b[i] - mb) * (b[i] - mb));
        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : double.NaN;
    }
}
