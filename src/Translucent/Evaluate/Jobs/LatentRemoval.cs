// The preset latent-perturbation: ULTra's test of maps of latent tokens (Hosseini et al. 2024, arXiv:2411.12589, eq. 16): does a token move further when
// the patches change that its map calls relevant than when as many others do? Distances are Euclidean, of z_i^(l) from itself.

using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Perturb;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>What is measured of every image.</summary>
/// <param name="Layers">l, from 2.</param>
/// <param name="Functions">The scalars that stand for a token.</param>
/// <param name="Zetas">Thresholds of maps.</param>
/// <param name="Tokens">How many random patch tokens.</param>
/// <param name="Noise">Deviation of the noise, in the model's prepared input.</param>
/// <param name="Seed">Of tokens, noise and random regions, together with the key of the image.</param>
sealed record LatentSettings(IReadOnlyList<int> Layers, IReadOnlyList<TokenFunction> Functions, IReadOnlyList<double> Zetas, int Tokens = 10,
    double Noise = 0.3, ulong Seed = 0)
{
    /// <summary>For function W: [N, C]; null where it is not among the functions.</summary>
    public Tensor? W { get; init; }
}

/// <summary>Means over the tokens of an image.</summary>
/// <param name="Layer">l.</param>
/// <param name="Function">S, E or W.</param>
/// <param name="Zeta">The threshold.</param>
/// <param name="Change">"mask" or "noise".</param>
/// <param name="Positive">Distance when the positive region changes.</param>
/// <param name="Negative">When the negative does.</param>
/// <param name="Random">When a random one does.</param>
/// <param name="Wins">The share of tokens that move further for the positive than for the negative region; equal counts half.</param>
/// <param name="Area">The share of the patches that change.</param>
sealed record LatentRow(int Layer, string Function, double Zeta, string Change, double Positive, double Negative, double Random, double Wins, double Area);

/// <summary>What one image said.</summary>
sealed record LatentItem(IReadOnlyList<LatentRow> Rows);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LatentItem))]
sealed partial class LatentJson : JsonSerializerContext;

/// <summary>Measures images.</summary>
sealed class LatentRemoval(ItemPasses passes, LatentSettings settings)
{
    /// <summary>What becomes of patches.</summary>
    public static IReadOnlyList<string> Changes { get; } = ["mask", "noise"];

    /// <summary>One changed copy of an image.</summary>
    readonly record struct Copy(int Layer, int Token, bool Noise, int[] Patches);

    int Copies => settings.Layers.Count * settings.Functions.Count * settings.Zetas.Count * Changes.Count * 3 * settings.Tokens;

    /// <summary>What an image takes.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options)
    {
        long image = DrawnImages.BytesPerImage(trace);
        double sweeps = settings.Layers.Sum(l => Explain.Cost.Tokens(trace, l, settings.Tokens)) * settings.Functions.Count;
        return new ItemCost(Explain.Cost.Forward(trace) * (1 + Copies) + sweeps, Explain.Cost.ForwardBytes(trace, trace.Tape.Keep)
            + Math.Max(image * DrawnImages.Batch(trace.Grid.Count, image, options), Sweep.BytesPerTarget(trace)));
    }

    /// <summary>One image as a line of JSON.</summary>
    public string Measure(LabelledImage image, SweepOptions options) => JsonSerializer.Serialize(Of(image, options), LatentJson.Default.LatentItem);

    /// <summary>One image.</summary>
    public LatentItem Of(LabelledImage image, SweepOptions options)
    {
        using Trace trace = passes.Of(image, options);
        Ultra.CheckVectors(settings.W, trace);
        int n = trace.Grid.Count, prefix = trace.Grid.Prefix;
        ulong seed = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(image.Key), (long)settings.Seed);
        int[] tokens = Tokens(n, seed);
        List<Copy> copies = [];
        foreach (int layer in settings.Layers)
            foreach (TokenFunction function in settings.Functions)
            {
                Tensor? w = function == TokenFunction.W ? settings.W : null;
                Tensor maps = Ultra.Explain(trace, layer, function, [.. tokens.Select(t => prefix + t)], w, options).Maps;
                foreach (double zeta in settings.Zetas)
                    for (int t = 0; t < tokens.Length; t++)
                    {
                        TokenRegions regions = TokenRegions.Of(maps.Row(t), tokens[t], zeta, new SplitMix(SplitMix.At(seed, (ulong)(1 + tokens[t]))));
                        foreach (bool noise in (ReadOnlySpan<bool>)[false, true])
                            foreach (int[] region in (int[][])[regions.Positive, regions.Negative, regions.Random])
                                copies.Add(new Copy(layer, prefix + tokens[t], noise, region));
                    }
            }
        return new LatentItem(Rows(Distances(trace, copies, seed, options), copies, tokens.Length, n));
    }

    /// <summary>k different patches, ascending.</summary>
    int[] Tokens(int patches, ulong seed)
    {
        int[] all = [.. Enumerable.Range(0, patches)];
        new SplitMix(SplitMix.At(seed, 0)).Shuffle<int>(all);
        return [.. all.Take(settings.Tokens).Order()];
    }

    /// <summary>How far the token of every copy moves.</summary>
    float[] Distances(Trace trace, List<Copy> copies, ulong seed, SweepOptions options)
    {
        Dictionary<int, Tensor> untouched = settings.Layers.ToDictionary(l => l, l => trace.Value(trace.Blocks[l - 2].Out));
        DrawnImages images = DrawnImages.Of(trace, (first, pass) =>
        {
            Tensor moved = new(pass.Batch, 1);
            for (int i = 0; i < pass.Batch; i++)
            {
                Copy copy = copies[first + i];
                ReadOnlySpan<float> z = pass.Tape[pass.Blocks[copy.Layer - 2].Out].Value.Row(i * pass.Tokens + copy.Token);
                moved.Span[i] = TensorPrimitives.Distance(z, untouched[copy.Layer].Row(copy.Token));
            }
            return moved;
        });
        Tensor pixels = trace.Pixels, noise = Noise(pixels, seed);
        int patch = trace.Grid.Patch, columns = trace.Grid.Columns, height = pixels.Shape[2], width = pixels.Shape[3];
        return images.Run(copies.Count, (index, into) =>
        {
            pixels.Span.CopyTo(into);
            foreach (int p in copies[index].Patches)
                for (int row = 0; row < pixels.Shape[1] * patch; row++)
                {
                    int at = (row / patch * height + p / columns * patch + row % patch) * width + p % columns * patch;
                    Span<float> line = into.Slice(at, patch);
                    if (copies[index].Noise) TensorPrimitives.Add(line, noise.Span.Slice(at, patch), line);
                    else line.Clear();
                }
        }, options).ToArray();
    }

    /// <summary>Normal noise for every number of the input, the same for all copies of an image.</summary>
    Tensor Noise(Tensor pixels, ulong seed)
    {
        Tensor noise = new(pixels.Shape);
        NormalNoise.Fill(noise, SplitMix.At(seed, ulong.MaxValue - 1), deviation: settings.Noise);
        return noise;
    }

    List<LatentRow> Rows(float[] distances, List<Copy> copies, int tokens, int patches)
    {
        List<LatentRow> rows = [];
        int at = 0;
        foreach (int layer in settings.Layers)
            foreach (TokenFunction function in settings.Functions)
                foreach (double zeta in settings.Zetas)
                {
                    for (int change = 0; change < 2; change++)
                    {
                        (double positive, double negative, double random, double wins, double area) = (0, 0, 0, 0, 0);
                        for (int t = 0; t < tokens; t++)
                        {
                            int first = at + t * 6 + change * 3;
                            (float a, float b, float c) = (distances[first], distances[first + 1], distances[first + 2]);
                            (positive, negative, random) = (positive + a, negative + b, random + c);
                            wins += a > b ? 1 : a == b ? 0.5 : 0;
                            area += (double)copies[first].Patches.Length / patches;
                        }
                        rows.Add(new LatentRow(layer, function.ToString(), zeta, Changes[change], positive / tokens, negative / tokens, random / tokens,
                            wins / tokens, area / tokens));
                    }
                    at += 6 * tokens;
                }
        return rows;
    }
}
