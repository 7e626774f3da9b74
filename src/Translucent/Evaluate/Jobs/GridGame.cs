// The preset grid-pointing: does the map of a class lie on the one picture of a grid that shows it? (Metrics/GridPointing has the score, docs/evaluate.md the
// choices.)

using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Autodiff;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>A picture of a grid.</summary>
/// <param name="Key">Of the picture.</param>
/// <param name="Class">Its class, whose map is made.</param>
/// <param name="Answer">What the model says of the picture alone.</param>
/// <param name="P">The probability of its class then.</param>
sealed record GridCell(string Key, int Class, int Answer, float P);

/// <summary>A method on a grid: of the map of every picture's class.</summary>
/// <param name="Method">The method.</param>
/// <param name="Shares">The share of the positive relevance on that picture; null where no relevance is positive.</param>
/// <param name="Hits">Whether the largest number of the map lies on it.</param>
sealed record GridMaps(string Method, IReadOnlyList<double?> Shares, IReadOnlyList<bool> Hits);

/// <summary>What one grid said.</summary>
sealed record GridItem(IReadOnlyList<GridCell> Cells, IReadOnlyList<GridMaps> Methods);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(GridItem))]
sealed partial class GridJson : JsonSerializerContext;

/// <summary>Measures grids.</summary>
/// <param name="model">A model with classes that takes inputs of other sizes.</param>
/// <param name="methods">They fit it.</param>
/// <param name="data">The pictures, with classes of the model.</param>
/// <param name="grids">Which stand together.</param>
/// <param name="check">Refuses a pass that takes too much memory, given its forecast and the key of the grid; null for no limit.</param>
sealed class GridGame(VisionTransformer model, IReadOnlyList<ClassMethod> methods, LabelledImages data, PictureGrids grids,
    Action<ForwardForecast, string>? check = null)
{
    /// <summary>Pictures in a row of a grid.</summary>
    public const int Side = 2;

    /// <summary>The probability alone from which a picture counts as known for sure, as the paper chooses its pictures.</summary>
    public const float Sure = 0.99f;

    /// <summary>What a grid takes whose pictures have inputs as large as that of this pass.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options) => new(
        2 * Side * Side * (Explain.Cost.Forward(trace) + methods.Sum(m => m.Operations(trace, Side * Side))),
        Side * Side * (Explain.Cost.ForwardBytes(trace, Keep.Boundaries) + Side * Side * (double)Sweep.BytesPerTarget(trace)));

    /// <summary>One grid as a line of JSON.</summary>
    public string Measure(LabelledImage grid, SweepOptions options) => JsonSerializer.Serialize(Of(grid.Key, options), GridJson.Default.GridItem);

    /// <summary>One grid.</summary>
    /// <exception cref="TranslucentException">A picture cannot be read, inputs differ in size, or the pass takes too much memory.</exception>
    public GridItem Of(string key, SweepOptions options)
    {
        LabelledImage[] pictures = [.. grids.Cells[key].Select(i => data.Images[i])];
        Tensor[] inputs = [.. pictures.Select(p => model.Preprocessor.Apply(p.Read()))];
        (int height, int width) = (inputs[0].Shape[1], inputs[0].Width);
        if (inputs.Any(i => i.Shape[1] != height || i.Width != width))
            throw new TranslucentException("the model's inputs of its pictures differ in size, expected a model whose preprocessor resizes to one size.");
        check?.Invoke(ForwardForecast.OfInput(model.Config, Side * width, Side * height), key);
        GridCell[] cells = [.. pictures.Zip(inputs, (picture, input) => Alone(picture, input, options))];
        Tensor joined = Joined(inputs, height, width);
        using Trace trace = model.Forward(joined, Keep.Boundaries, cancellationToken: options.Stop);
        return new GridItem(cells, [.. methods.Select(method => Maps(method, trace, [.. cells.Select(c => c.Class)], options))]);
    }

    GridCell Alone(LabelledImage picture, Tensor input, SweepOptions options)
    {
        using Trace trace = model.Forward(input.Reshape([1, .. input.Shape]), Keep.Boundaries, cancellationToken: options.Stop);
        ReadOnlySpan<float> logits = trace.Logits.Row(0);
        int of = picture.Class!.Value;
        double sum = 0;
        foreach (float other in logits) sum += Math.Exp((double)other - logits[of]);
        return new GridCell(picture.Key, of, TensorPrimitives.IndexOfMax(logits), (float)(1 / sum));
    }

    static Tensor Joined(Tensor[] inputs, int height, int width)
    {
        Tensor joined = new(1, inputs[0].Shape[0], Side * height, Side * width);
        for (int cell = 0; cell < inputs.Length; cell++)
            for (int c = 0; c < joined.Shape[1]; c++)
                for (int y = 0; y < height; y++)
                    inputs[cell].Span.Slice((c * height + y) * width, width)
                        .CopyTo(joined.Span[(((c * Side + cell / Side) * height + y) * Side * width + cell % Side * width)..]);
        return joined;
    }

    static GridMaps Maps(ClassMethod method, Trace trace, int[] classes, SweepOptions options)
    {
        Tensor maps = method.Explain(trace, classes, options).Maps; // [T, 1, h, w]
        (int rows, int columns) = (maps.Shape[2], maps.Shape[3]);
        List<double?> shares = [];
        List<bool> hits = [];
        for (int cell = 0; cell < classes.Length; cell++)
        {
            ReadOnlySpan<float> map = maps[method.TellsClassesApart ? cell : 0, 0].Span;
            shares.Add(GridPointing.Shares(map, rows, columns, Side)?[cell]);
            hits.Add(GridPointing.Cell(TensorPrimitives.IndexOfMax(map), rows, columns, Side) == cell);
        }
        return new GridMaps(method.Name, shares, hits);
    }

    /// <summary>Adds grids up.</summary>
    public static EvaluationResults Reduce(JobSettings settings, JobItems items)
    {
        List<string> methods = [];
        List<(GridCell Cell, int Grid, double?[] Shares, bool[] Hits)> cells = [];
        List<ResultExample> examples = [];
        foreach ((int item, string key, GridItem result) in items.Results(GridJson.Default.GridItem))
        {
            if (methods.Count == 0) methods.AddRange(result.Methods.Select(m => m.Method));
            for (int c = 0; c < result.Cells.Count; c++)
                cells.Add((result.Cells[c], item, [.. result.Methods.Select(m => m.Shares[c])], [.. result.Methods.Select(m => m.Hits[c])]));
            double mean = result.Methods[0].Shares.OfType<double>().DefaultIfEmpty(double.NaN).Average();
            examples.Add(new ResultExample(item, key, mean, FormattableString.Invariant(
                $"{string.Join(", ", result.Cells.Select(c => Name(c.Class)))}; {result.Methods[0].Method}: {100 * mean:0} % on the right picture")));
        }
        string Name(int c) => c < settings.Classes.Count ? settings.Classes[c] : $"class {c}";
        ResultTable Table(string title, Func<GridCell, bool> counts)
        {
            var counted = cells.Where(c => counts(c.Cell)).ToList();
            return new ResultTable(title, "method", ["relevance on the right picture, %", "low", "high", "largest number on it, %", "maps",
                "without relevance"], [.. methods.Select((name, m) =>
                {
                    double[] shares = [.. counted.Select(c => c.Shares[m]).OfType<double>()];
                    // pictures of one grid are drawn together
                    double[] grids = [.. counted.GroupBy(c => c.Grid).Select(g => g.Select(c => c.Shares[m]).OfType<double>().ToArray())
                        .Where(g => g.Length > 0).Select(g => g.Average())];
                    (double low, double high) = grids.Length == 0 ? (double.NaN, double.NaN) : Bootstrap.Mean(grids);
                    return ResultRow.Of(name, 100 * shares.DefaultIfEmpty(double.NaN).Average(), 100 * low, 100 * high,
                        counted.Count == 0 ? double.NaN : 100.0 * counted.Count(c => c.Hits[m]) / counted.Count, shares.Length, counted.Count - shares.Length);
                })], $"By chance: {100.0 / (Side * Side):0} %. Low and high: 95 % of the mean over grids, by bootstrap.");
        }
        return new EvaluationResults
        {
            Tables = [Table("All pictures", _ => true), Table("Pictures that the model answers rightly when alone", c => c.Answer == c.Class),
                Table(FormattableString.Invariant($"Pictures of which it is {100 * Sure:0} % sure when alone"), c => c.Answer == c.Class && c.P >= Sure)],
            Examples = ResultExamples.BestAndWorst("relevance on the right picture, first method", examples),
        };
    }
}
