// The preset projection: what class do the tokens of every layer stand for, by the model's own class embeddings and by linear probes?
// (Vilas et al. 2023, arXiv:2310.18969, sections 4 and 6.)

using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>How far the true class is read off the tokens of one layer.</summary>
/// <param name="Layer">l, 1 the embedding.</param>
/// <param name="Probe">Whether a probe reads them, not the class embeddings.</param>
/// <param name="ClassToken">Identifiability in the class token, 1 where the class is on top; null for models without one.</param>
/// <param name="Patches">The mean of that of the patches.</param>
/// <param name="Rate">The share of patches where it is on top.</param>
sealed record ReadLayer(int Layer, bool Probe, double? ClassToken, double Patches, double Rate);

/// <summary>What one picture said.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Answer">What the model says.</param>
/// <param name="Layers">By projection, then by probes where there are some, from the embedding.</param>
sealed record ReadItem(int Class, int Answer, IReadOnlyList<ReadLayer> Layers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ReadItem))]
sealed partial class ReadJson : JsonSerializerContext;

/// <summary>Measures pictures.</summary>
/// <param name="passes">Of a model with classes.</param>
/// <param name="probes">One for every layer, or none.</param>
sealed class ProjectionReading(ItemPasses passes, IReadOnlyList<LayerProbes> probes)
{
    /// <summary>What a picture takes.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options) => new(
        Explain.Cost.Forward(trace) + (probes.Count > 0 ? 4.0 : 2.0) * (trace.Blocks.Count + 1) * trace.Tokens * trace.Blocks[0].Width * trace.Scored.Classes,
        Explain.Cost.ForwardBytes(trace, trace.Tape.Keep) + 4.0 * (trace.Blocks.Count + 2) * trace.Tokens * trace.Scored.Classes);

    /// <summary>One picture as a line of JSON.</summary>
    public string Measure(LabelledImage image, SweepOptions options) => JsonSerializer.Serialize(Of(image, options), ReadJson.Default.ReadItem);

    /// <summary>One picture.</summary>
    /// <exception cref="TranslucentException">Its class is not known.</exception>
    public ReadItem Of(LabelledImage image, SweepOptions options)
    {
        int of = image.Class ?? throw new TranslucentException("its class is not known, expected pictures in folders named by classes, or a labelled set.");
        using Trace trace = passes.Of(image, options);
        bool classToken = HasClassToken(trace);
        Tensor scores = ClassProjection.Layers(trace); // [L + 1, 1, N, Classes]
        int layers = scores.Shape[0], size = scores.Length / layers;
        List<ReadLayer> found = [.. Enumerable.Range(0, layers).Select(l =>
            Read(l, probe: false, new Tensor([trace.Tokens, scores.Width], scores.Span.Slice(l * size, size))))];
        if (probes.Count > 0)
            EachLayer(trace, (layer, tokens) =>
            {
                Tensor read = probes[layer].Patches.Scores(tokens);
                if (probes[layer].ClassToken is { } own) own.Scores(new Tensor([1, tokens.Width], tokens.Row(0))).Span.CopyTo(read.Row(0));
                found.Add(Read(layer, probe: true, read));
            });
        return new ReadItem(of, TensorPrimitives.IndexOfMax<float>(trace.Logits.Row(0)), found);

        ReadLayer Read(int layer, bool probe, Tensor rows)
        {
            ReadOnlySpan<float> read = Identifiability.Of(rows, of).Span, patches = read[trace.Grid.Prefix..];
            double sum = 0;
            int first = 0;
            foreach (float v in patches)
            {
                sum += v;
                if (v == 1) first++;
            }
            return new ReadLayer(layer + 1, probe, classToken ? read[0] : null, sum / patches.Length, (double)first / patches.Length);
        }
    }

    /// <summary>Whether scores are read from a token in every block.</summary>
    public static bool HasClassToken(Trace trace) => trace.Grid.Prefix > 0 && trace.Readout is { Averaged: null, Pooling: null };

    /// <summary>Hands out the tokens [1, N, C] of every layer from the embedding, to be used up before the next come.</summary>
    public static void EachLayer(Trace trace, Action<int, Tensor> use)
    {
        use(0, trace.Tape[trace.Stream.Embed].Value);
        for (int block = 0; block < trace.Blocks.Count; block++)
        {
            int layer = block + 1;
            ClassProjection.WithTokens(trace, TokenState.Hidden, block, tokens => use(layer, tokens));
        }
    }

    /// <summary>Adds pictures up.</summary>
    public static EvaluationResults Reduce(JobItems items)
    {
        List<ReadItem> all = [];
        List<ResultExample> examples = [];
        foreach ((int item, string key, ReadItem result) in items.Results(ReadJson.Default.ReadItem))
        {
            all.Add(result);
            ReadLayer last = result.Layers.Last(l => !l.Probe);
            examples.Add(new ResultExample(item, key, last.Rate, FormattableString.Invariant($"{100 * last.Rate:0} % of the patches stand for its class")));
        }
        IReadOnlyList<ReadLayer> rows = all[0].Layers;
        bool classToken = rows[0].ClassToken is not null;
        string[] columns = [.. classToken ? (string[])["class token: identifiability", "class token: right, %"] : [], "patches: identifiability",
            "patches: right, %"];
        double[] Numbers(ReadLayer l) => [.. l.ClassToken is { } own ? (double[])[own, own == 1 ? 100 : 0] : [], l.Patches, 100 * l.Rate];
        IntervalRow[] read = [.. rows.Select((row, i) => IntervalRow.OfMeans(Name(row), [.. all.Select(a => Numbers(a.Layers[i]))]))];
        int layers = rows.Count(l => !l.Probe);
        IEnumerable<IntervalRow> Less(Func<int, int> from, int first, Func<int, string> name) => Enumerable.Range(first, layers - first).Select(l =>
            IntervalRow.OfMeans(name(l), [.. all.Select(a => Numbers(a.Layers[l]).Zip(Numbers(a.Layers[from(l)]), (x, y) => x - y).ToArray())]));
        IEnumerable<ResultTable> Own(string what, IReadOnlyList<IntervalRow> of) => IntervalTables.Of(what, "layer", columns, of, all.Count, null).Take(1);
        return new EvaluationResults
        {
            Tables =
            [
                .. Own("How far the true class is read off tokens", read),
                .. Own("Projection, less that of the layer before", [.. Less(l => l - 1, 1, l => $"layer {l + 1}")]),
                .. rows.Count > layers ? Own("Projection, less the probe of the same layer", [.. Less(l => layers + l, 0, l => $"layer {l + 1}")]) : [],
            ],
            Charts = [.. columns.Select((column, c) => new ResultChart(column, "layer", column, [.. rows.GroupBy(l => l.Probe).Select(g => new ResultLine(
                g.Key ? "probe" : "projection", [.. g.Select(l => (double)l.Layer)],
                [.. g.Select(l => all.Average(a => Numbers(a.Layers.First(x => x.Probe == g.Key && x.Layer == l.Layer))[c]))]))]))],
            Examples = ResultExamples.BestAndWorst("patches that stand for the class, last layer, projection", examples),
        };
    }

    static string Name(ReadLayer row) => FormattableString.Invariant($"layer {row.Layer}, {(row.Probe ? "probe" : "projection")}");
}
