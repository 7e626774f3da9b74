// The study of sparse sweeps (docs/sparse.md): how far sparse rows are from exact ones, by rows kept, layer, function and class, and what that does
// to segments.

using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>One line of the study.</summary>
/// <param name="Table">The title of its table.</param>
/// <param name="Name">Which targets.</param>
/// <param name="Of">The targets in a forward pass; null for segments, which are made of those of all patches.</param>
/// <param name="Flops">Operations of their exact sweep.</param>
/// <param name="Near">The rows when K are kept; null for the sparse sweep as it is defined.</param>
/// <param name="Exact">The rows when all are kept; null for those of GAE and ULTra.</param>
sealed record SparseLine(string Table, string Name, Func<Trace, Targets>? Of, Func<Trace, double> Flops, RowsOf? Near = null, RowsOf? Exact = null)
{
    /// <summary>The class of every pixel, for segments whose truth is known; null for others.</summary>
    public int[]? Truth { get; init; }
}

/// <summary>Makes rows [T, B, N] of targets with K rows kept.</summary>
delegate Tensor RowsOf(Trace trace, Targets targets, int k, SweepOptions options);

/// <summary>What a line says, for every number of rows kept.</summary>
/// <param name="Checks">How far rows are from exact ones; none for segments.</param>
/// <param name="Agreement">
/// The adjusted Rand index of segments against exact ones; the mean IoU with the truth, of exact ones first, where that is known; none for others.
/// </param>
sealed record SparseFound(IReadOnlyList<SparseCheck> Checks, IReadOnlyList<double> Agreement);

/// <summary>The lines of the study, and what they take.</summary>
static class SparseJob
{
    /// <summary>The table of the line about segments.</summary>
    public const string Agreements = "segments";

    /// <summary>The table of lines about segments whose truth is known.</summary>
    public const string Scenes = "scenes";

    /// <summary>K: rows kept beside a target's own.</summary>
    public static IReadOnlyList<int> Rows { get; } = [0, 4, 8, 16, 32];

    /// <summary>All lines for a model, table by table, segments last.</summary>
    /// <param name="depth">Its blocks.</param>
    /// <param name="classes">Its classes; 0 for none.</param>
    public static IReadOnlyList<SparseLine> Lines(int depth, int classes)
    {
        int top = depth + 1;
        string functions = $"latent tokens by function, layer {top}";
        List<SparseLine> lines =
        [
            new(functions, "S", trace => Tokens(trace, top, TokenFunction.S), trace => Flops(trace, top)),
            new(functions, "W, random unit vectors", trace => new TokenTargets(top, All(trace), TokenFunction.W, RandomUnits(trace)),
                trace => Flops(trace, top)),
            new(functions, "E", trace => Tokens(trace, top, TokenFunction.E), trace => Flops(trace, top)),
            new(functions, "E, its gradient scaled to length 1", trace => new TokenTargets(top, All(trace), TokenFunction.W, ScaledTokens(trace)),
                trace => Flops(trace, top)),
        ];
        for (int l = 2; l <= top; l++)
        {
            int layer = l;
            lines.Add(new SparseLine("latent tokens by layer, function S", $"layer {layer}", trace => Tokens(trace, layer, TokenFunction.S),
                trace => Flops(trace, layer)));
        }
        if (classes > 0) lines.AddRange(Classes(classes));
        lines.AddRange(Definitions("other definitions, tokens of the last layer, function S", trace => Tokens(trace, top, TokenFunction.S),
            trace => Flops(trace, top)));
        if (classes > 0) lines.AddRange(Definitions("other definitions, GAE of classes", _ => All(classes), trace => Cost.Classes(trace, classes)));
        lines.Add(new SparseLine(Agreements, $"{SegmentSettings.DefaultClusters} clusters", null, trace => Segmentation.Flops(trace, top)));
        return lines;
    }

    /// <summary>The only line of a picture whose truth is known.</summary>
    /// <param name="depth">Blocks of the model.</param>
    /// <param name="truth">The class of every pixel.</param>
    public static SparseLine Scene(int depth, int[] truth) =>
        new(Scenes, $"{SegmentSettings.DefaultClusters} clusters", null, trace => Segmentation.Flops(trace, depth + 1)) { Truth = truth };

    /// <summary>Makes a line from a forward pass over one picture.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static SparseFound Make(SparseLine line, Trace trace, SweepOptions options)
    {
        if (line.Of is { } of) return new SparseFound(Checks(line, trace, of(trace), options), []);
        SegmentSettings settings = SegmentSettings.Default(trace.Blocks.Count + 1);
        Segmentation Segments(int? rows) => Segmentation.Of(trace, trace.Geometry!, settings, options with { Rows = rows });
        if (line.Truth is { } truth)
            return new SparseFound([], [.. Rows.Select(k => (int?)k).Prepend(null).Select(k => SegmentIoU.Mean(Segments(k).Labels(trace.Geometry!), truth))]);
        int[] exact = Segments(null).TokenLabels;
        return new SparseFound([], [.. Rows.Select(k => AdjustedRand.Of(exact, Segments(k).TokenLabels))]);
    }

    static IReadOnlyList<SparseCheck> Checks(SparseLine line, Trace trace, Targets targets, SweepOptions options)
    {
        if (line.Near is not { } near) return SparseCheck.Of(trace, targets, Rows, options);
        BoundTargets bound = targets.Bind(trace);
        Tensor exact = line.Exact is { } right ? right(trace, targets, trace.Tokens - 1, options) : Sweep.Rows(trace, targets, options);
        return [.. Rows.Select(k => SparseCheck.Between(bound, k, near(trace, targets, k, options), exact))];
    }

    static IEnumerable<SparseLine> Classes(int classes)
    {
        const string table = "logits of classes";
        double Flops(Trace trace) => Cost.Classes(trace, classes);
        yield return new SparseLine(table, "GAE", _ => All(classes), Flops);
        yield return new SparseLine(table, "TokenTM", _ => All(classes), Flops,
            (trace, targets, k, o) => TokenTM.Rows(trace, (ClassTargets)targets, options: o with { Rows = k }),
            (trace, targets, _, o) => TokenTM.Rows(trace, (ClassTargets)targets, options: o));
        yield return new SparseLine(table, "Transformer Attribution", _ => All(classes), trace => 4 * Flops(trace),
            (trace, targets, k, o) => FewRowsOfMethods.TransformerAttribution(trace, (ClassTargets)targets, k, o),
            (trace, targets, _, o) => TransformerAttribution.Rows(trace, (ClassTargets)targets, options: o));
        yield return new SparseLine(table, "AttCAT", _ => All(classes), Flops,
            (trace, targets, k, o) => FewRowsOfMethods.AttCat(trace, (ClassTargets)targets, k, o),
            (trace, targets, _, o) => AttCat.Rows(trace, (ClassTargets)targets, options: o));
    }

    static IEnumerable<SparseLine> Definitions(string table, Func<Trace, Targets> targets, Func<Trace, double> flops)
    {
        (string Name, RowChoice Choice, bool Carries)[] definitions =
        [
            ("r: the definition", RowChoice.Relevance, false), ("length of g times r", RowChoice.LengthTimesRelevance, false),
            ("length of g: most energy", RowChoice.Length, false), ("attention received", RowChoice.Received, false),
            ("r, and the own row takes over the sum of the dropped", RowChoice.Relevance, true),
        ];
        return definitions.Select(d => new SparseLine(table, d.Name, targets, flops,
            (trace, t, k, o) => new FewRows(d.Choice, k, d.Carries).Sweep(trace, t, o)));
    }

    /// <summary>Operations of lines: exactly once, and sparsely about (K + 1)/N of that for every K.</summary>
    public static double Flops(IEnumerable<SparseLine> lines, Trace trace) =>
        lines.Sum(line => line.Flops(trace)) * (1 + Rows.Sum(k => Math.Min(1, (k + 1.0) / trace.Tokens)));

    static double Flops(Trace trace, int layer) => Cost.Tokens(trace, layer, trace.Tokens);

    static ClassTargets All(int classes) => new([.. Enumerable.Range(0, classes)]);

    static int[] All(Trace trace) => [.. Enumerable.Range(0, trace.Tokens)];

    static TokenTargets Tokens(Trace trace, int layer, TokenFunction function) => new(layer, All(trace), function);

    /// <summary>[N, C].</summary>
    static Tensor RandomUnits(Trace trace)
    {
        Tensor units = new(trace.Tokens, trace.Blocks[^1].Width);
        Random random = new(7);
        for (int n = 0; n < trace.Tokens; n++)
        {
            Span<float> unit = units.Row(n);
            foreach (ref float v in unit) v = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            Scale(unit);
        }
        return units;
    }

    /// <summary>[N, C]: the tokens themselves at length 1, so that the gradients of E have the size of those of S.</summary>
    static Tensor ScaledTokens(Trace trace)
    {
        Tensor z = trace.Tape[trace.Blocks[^1].Out].Value, scaled = new(trace.Tokens, z.Width);
        z.Span.CopyTo(scaled.Span);
        for (int n = 0; n < trace.Tokens; n++) Scale(scaled.Row(n));
        return scaled;
    }

    static void Scale(Span<float> v) => TensorPrimitives.Divide(v, TensorPrimitives.Norm<float>(v), v);
}
