// Linear probes for every layer of a model, trained on labelled pictures: what class-embedding projection is held against (Vilas et al. 2023,
// arXiv:2310.18969, section 6).

using System.IO.Hashing;
using System.Text;
using Translucent.Evaluate.DataSets;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>The probes of one layer.</summary>
/// <param name="ClassToken">Of the class token; null for models that have none.</param>
/// <param name="Patches">Of patch tokens, one for all places.</param>
sealed record LayerProbes(LinearProbe? ClassToken, LinearProbe Patches);

/// <summary>Trains them: the same pictures, seed and penalties give the same bits.</summary>
static class ProjectionProbes
{
    /// <summary>Patches of every picture that a probe is trained on, drawn by its key.</summary>
    public const int PatchesOfPicture = 4;

    /// <summary>λ of the penalty: the one is taken that is right most often on the last fifth of the pictures, trained on the others; of equals the
    /// larger.</summary>
    public static IReadOnlyList<double> Penalties { get; } = [1, 1e-1, 1e-2, 1e-3, 1e-4];

    /// <summary>How one is trained.</summary>
    public static ProbeOptions Options(double l2) => new() { L2 = l2, Tolerance = 1e-6 };

    /// <summary>Probes for z^(1) .. z^(L+1).</summary>
    /// <param name="passes">Of a model with classes.</param>
    /// <param name="images">Pictures with classes of the model; at least five.</param>
    /// <param name="options">Memory for passes and for the tokens that are kept, progress from 0 to 2 × pictures, cancelling.</param>
    /// <exception cref="TranslucentException">There are too few pictures, one has no class, or their tokens do not fit the memory.</exception>
    public static IReadOnlyList<LayerProbes> Train(ItemPasses passes, LabelledImages images, SweepOptions options)
    {
        int count = images.Images.Count, classes = passes.Model.Classes;
        if (count < 5) throw new TranslucentException($"{images.Name}: {count} pictures to train probes on, expected 5 or more.");
        foreach (LabelledImage image in images.Images)
            if (image.Class is null) throw new TranslucentException($"{images.Name}: {image.Key} has no class, expected pictures whose class is known.");
        List<Tensor>? own = null, patches = null; // of every layer; no own where there is no class token
        for (int i = 0; i < count; i++)
        {
            LabelledImage image = images.Images[i];
            using Trace trace = passes.Of(image, options with { Progress = null });
            int layers = trace.Blocks.Count + 1, width = trace.Blocks[0].Width, each = Math.Min(PatchesOfPicture, trace.Grid.Count);
            if (own is null || patches is null)
            {
                double bytes = 4.0 * count * layers * width * (1 + each), mebibyte = 1 << 20;
                if (bytes > options.MemoryBytes)
                    throw new TranslucentException($"{images.Name}: the tokens of {count} pictures take "
                        + FormattableString.Invariant($"{bytes / mebibyte:0.#} MiB, expected at most {options.MemoryBytes / mebibyte:0.#} MiB; ")
                        + "take fewer with --train-limit, or allow more with --memory.");
                own = [.. Enumerable.Range(0, ProjectionReading.HasClassToken(trace) ? layers : 0).Select(_ => new Tensor(count, width))];
                patches = [.. Enumerable.Range(0, layers).Select(_ => new Tensor(count * each, width))];
            }
            int[] drawn = [.. Enumerable.Range(0, trace.Grid.Count)];
            new SplitMix(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(image.Key))).Shuffle<int>(drawn);
            ProjectionReading.EachLayer(trace, (layer, tokens) =>
            {
                if (own.Count > 0) tokens.Row(0).CopyTo(own[layer].Row(i));
                for (int k = 0; k < each; k++) tokens.Row(trace.Grid.Prefix + drawn[k]).CopyTo(patches[layer].Row(i * each + k));
            });
            options.Progress?.Report(i + 1);
        }
        int[] labels = [.. images.Images.Select(i => i.Class!.Value)];
        int perPicture = patches![0].Rows / count;
        int[] patchLabels = [.. labels.SelectMany(l => Enumerable.Repeat(l, perPicture))];
        return [.. patches.Select((tokens, layer) =>
        {
            LayerProbes found = new(own!.Count == 0 ? null : Best(own[layer], labels, 1), Best(tokens, patchLabels, perPicture));
            options.Progress?.Report(count + count * (layer + 1) / patches.Count);
            return found;
        })];

        LinearProbe Best(Tensor features, int[] of, int rows)
        {
            int first = count * 4 / 5 * rows;
            Tensor seen = Part(features, 0, first), held = Part(features, first, of.Length);
            double penalty = Penalties.MaxBy(l2 => LinearProbe.Fit(seen, of[..first], classes, Options(l2), options.Stop).Accuracy(held, of[first..]));
            return LinearProbe.Fit(features, of, classes, Options(penalty), options.Stop);
        }
    }

    static Tensor Part(Tensor rows, int first, int end) => new([end - first, rows.Width], rows.Span[(first * rows.Width)..(end * rows.Width)]);
}
