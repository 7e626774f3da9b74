// The work of `translucent evaluate sparse`: how far sparse sweeps are from exact ones, by rows kept, layer, function and picture, and what that
// does to segments. The study of docs/sparse.md.

using System.CommandLine;
using System.Globalization;
using System.Text;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Segment;
using Translucent.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Cli.Objects;

/// <summary>One study with its settings.</summary>
sealed class EvaluateSparse(IReadOnlyList<string> images, string model, string output)
{
    static readonly int[] s_rows = [0, 4, 8, 16, 32];

    /// <summary>The verb <c>evaluate sparse</c>.</summary>
    public static Command Create(Func<Option<string>> outputOption, Option<string> model)
    {
        Argument<string[]> images = new("IMAGE") { Description = "Pictures, or folders of them.", Arity = ArgumentArity.OneOrMore };
        Option<string> output = outputOption();
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("sparse",
            "How far sparse sweeps are from exact ones, by rows kept, layer, function and picture, and what that does to segments.") { images, model, output,
            threads };
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            return Task.FromResult(new EvaluateSparse(parse.GetRequiredValue(images), parse.GetRequiredValue(model), parse.GetRequiredValue(output))
                .Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    public int Run(Terminal terminal, CancellationToken stop)
    {
        using VisionTransformer transformer = VisionModels.Open(ModelFolders.Find(model));
        IReadOnlyList<ImageSource> sources = ImageList.Of(images, output);
        StringBuilder text = new(
            $"# Sparse sweeps against exact ones: {ModelFolders.NameOf(ModelFolders.Find(model))}\n\nAll tokens, all classes; medians over targets. "
                + "Error: the largest deviation of a row, the own entry left out, over its largest entry. rho: Spearman's rank correlation.\n");
        RunFolder.Make(output);
        string path = Path.Combine(output, "sparse.md");
        terminal.Work("sparse", progress =>
        {
            for (int i = 0; i < sources.Count; i++)
            {
                Image photo = ImageFile.Read(sources[i].Path);
                using Trace trace = transformer.Forward(photo, cancellationToken: stop);
                SweepOptions options = new() { Stop = stop };
                Table(text, $"{Path.GetFileName(sources[i].Path)}: latent tokens by function, layer {trace.Blocks.Count + 1}", Functions(trace), trace,
                    options);
                Table(text, $"{Path.GetFileName(sources[i].Path)}: latent tokens by layer, function S",
                    [.. Enumerable.Range(2, trace.Blocks.Count).Select(l => ($"layer {l}", Tokens(trace, l, TokenFunction.S)))], trace, options);
                if (transformer.Classes > 0) Table(text, $"{Path.GetFileName(sources[i].Path)}: logits of classes",
                    [("GAE", new ClassTargets([.. Enumerable.Range(0, transformer.Classes)]))], trace, options);
                Segments(text, trace, options);
                AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString()))); // what is done stays when the run is ended
                progress.Report((i + 1.0) / sources.Count);
            }
        });
        terminal.Line($"written: {path}");
        return CommandLine.Success;
    }

    /// <summary>S, W with random unit vectors, and E; and E of tokens scaled down, whose gradients are those of S in size.</summary>
    static (string, Targets)[] Functions(Trace trace)
    {
        int top = trace.Blocks.Count + 1;
        Tensor z = trace.Tape[trace.Blocks[^1].Out].Value, unit = new(trace.Tokens, z.Width), scaled = new(trace.Tokens, z.Width);
        Random random = new(7);
        for (int n = 0; n < trace.Tokens; n++)
        {
            Span<float> w = unit.Row(n), e = scaled.Row(n);
            for (int c = 0; c < w.Length; c++) w[c] = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            TensorPrimitives.Divide(w, TensorPrimitives.Norm<float>(w), w);
            z.Row(n).CopyTo(e);
            TensorPrimitives.Divide(e, TensorPrimitives.Norm<float>(e), e);
        }
        int[] all = [.. Enumerable.Range(0, trace.Tokens)];
        return [("S", Tokens(trace, top, TokenFunction.S)), ("W, random unit vectors", new TokenTargets(top, all, TokenFunction.W, unit)),
            ("E", Tokens(trace, top, TokenFunction.E)), ("E, its gradient scaled to length 1", new TokenTargets(top, all, TokenFunction.W, scaled))];
    }

    static TokenTargets Tokens(Trace trace, int layer, TokenFunction function) => new(layer, [.. Enumerable.Range(0, trace.Tokens)], function);

    static void Table(StringBuilder text, string title, IReadOnlyList<(string Of, Targets Targets)> kinds, Trace trace, SweepOptions options)
    {
        string heads = string.Join(" | ", s_rows.Select(k => $"K = {k}: error / rho (worst)"));
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| targets | {heads} |\n|---|{string.Concat(Enumerable.Repeat("---|", s_rows.Length))}\n");
        foreach ((string of, Targets targets) in kinds)
        {
            IEnumerable<string> cells = s_rows.Select(k => SparseCheck.Of(trace, targets, k, options))
                .Select(c => FormattableString.Invariant($"{c.MedianError:0.000} / {c.MedianRank:0.000} ({c.WorstRank:0.00})"));
            text.Append(CultureInfo.InvariantCulture, $"| {of} | {string.Join(" | ", cells)} |\n");
        }
    }

    static void Segments(StringBuilder text, Trace trace, SweepOptions options)
    {
        SegmentSettings settings = SegmentSettings.Default(trace.Blocks.Count + 1);
        int[] Of(int? rows) => Segmentation.Of(trace, trace.Geometry!, settings, options with { Rows = rows }).TokenLabels;
        int[] exact = Of(null);
        IEnumerable<string> found = s_rows.Select(k => FormattableString.Invariant($"K = {k}: {AdjustedRand.Of(exact, Of(k)):0.00}"));
        text.Append(CultureInfo.InvariantCulture,
            $"\nSegments ({settings.Clusters} clusters), adjusted Rand index against exact ones: {string.Join(", ", found)}.\n");
    }
}
