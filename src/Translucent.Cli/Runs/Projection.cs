// Class-embedding projection of one image (Vilas et al. 2023, arXiv:2310.18969): what every token stands for, and how that came about.

using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>What a projection found; all scores [L + 1, 1, N, Classes], by layers.</summary>
sealed class Projection
{
    Projection(ImageRun run, int top)
    {
        Hidden = ClassProjection.Layers(run.Trace);
        Attention = ClassProjection.Layers(run.Trace, TokenState.Attention);
        Mlp = ClassProjection.Layers(run.Trace, TokenState.Mlp);
        (Top, Tokens) = (new TopClasses(Hidden, top), run.Trace.Tokens);
    }

    public Tensor Hidden { get; }

    public Tensor Attention { get; }

    public Tensor Mlp { get; }

    /// <summary>The best classes of every token in the stream.</summary>
    public TopClasses Top { get; }

    /// <summary>N.</summary>
    public int Tokens { get; }

    /// <summary>[L, 4]: the share of tokens whose class behind a block is that of the stream before, of attention, of the MLP, of none.</summary>
    public Tensor Sources { get; private set; } = new(0);

    /// <summary>The classes that were asked for.</summary>
    public IReadOnlyList<ClassEvolution> Classes { get; private set; } = [];

    /// <summary>[T, L, 1, n]: importance of every patch in every block.</summary>
    public Tensor Importance { get; private set; } = new(0);

    /// <summary>[T, h, w]: the same summed over blocks.</summary>
    public Tensor ImportanceMaps { get; private set; } = new(0);

    public IReadOnlyList<MemoryRow> Memories { get; private set; } = [];

    /// <summary>The best classes of a token.</summary>
    /// <param name="layer">From 1.</param>
    /// <param name="token">From 0, prefix tokens first.</param>
    public ReadOnlySpan<TopClass> Best(int layer, int token) => Top[(layer - 1) * Tokens + token];

    /// <summary>Projects an image.</summary>
    /// <param name="run">Of a model that scores classes.</param>
    /// <param name="classes">Whose evolution is wanted.</param>
    /// <param name="top">Classes kept of each token, and memories of each layer.</param>
    /// <param name="perturbations">Names of passes with less context.</param>
    public static Projection Of(ImageRun run, IReadOnlyList<int> classes, int top, IReadOnlyList<string> perturbations)
    {
        Projection found = run.Time("projection", () => new Projection(run, top));
        run.Progress.Did(ScoreFlops(run.Trace));
        List<(string Name, Tensor Scores)> perturbed = [];
        foreach (string name in perturbations)
        {
            run.Progress.Stop.ThrowIfCancellationRequested();
            perturbed.Add((name, run.Time("perturbation", () => Perturbed(run, name))));
            run.Progress.Did(PassFlops(run.Trace));
        }
        run.Time("curves", () =>
        {
            int depth = run.Trace.Blocks.Count;
            found.Sources = Composition.Sources(found.Hidden, found.Attention, found.Mlp).Reshape(depth, 4);
            found.Classes = [.. classes.Select(c => found.Evolution(run, c, perturbed))];
            found.Importance = ProjectionImportance.PerBlock(run.Trace, classes);
            found.ImportanceMaps = ProjectionImportance.Sum(found.Importance).Reshape(classes.Count, run.Trace.Grid.Rows, run.Trace.Grid.Columns);
        });
        found.Memories = run.Time("memories", () => MemoryRow.Of(run, classes, top));
        return found;
    }

    ClassEvolution Evolution(ImageRun run, int cls, List<(string Name, Tensor Scores)> perturbed)
    {
        int prefix = run.Trace.Grid.Prefix;
        return new ClassEvolution(run.Predictions.First(p => p.Index == cls),
            ClassCurve.Of(Hidden, cls, prefix), ClassCurve.Of(Attention, cls, prefix), ClassCurve.Of(Mlp, cls, prefix),
            Identifiability.ChangeRate(Hidden, cls, prefix).ToArray(),
            Composition.ChangeRate(Attention, Hidden, cls, prefix).ToArray(),
            Composition.ChangeRate(Mlp, Hidden, cls, prefix).ToArray(),
            [.. perturbed.Select(p => (p.Name, ClassCurve.Of(p.Scores, cls, prefix)))]);
    }

    /// <summary>Passes with less context that <c>--perturb</c> knows: the names of the paper's public code.</summary>
    public static string[] Perturbations { get; } = ["self-only", "no-cls"];

    static Tensor Perturbed(ImageRun run, string name)
    {
        AttentionMask mask = name == "self-only" ? ContextPerturbation.ImageTokensAlone(run.Trace) : ContextPerturbation.WithoutClassToken(run.Trace);
        using Trace pass = run.Masked(mask);
        return ClassProjection.Layers(pass);
    }

    /// <summary>Operations of all scores.</summary>
    public static double ScoreFlops(Trace trace) =>
        2.0 * (3 * trace.Blocks.Count + 1) * trace.Tokens * trace.Blocks[0].Width * trace.Readout!.Classes;

    /// <summary>Operations of a pass with less context and its scores.</summary>
    public static double PassFlops(Trace trace) => Cost.Forward(trace) + ScoreFlops(trace) / 3;

    /// <summary>Operations of all memories: class embeddings times both matrices of every block.</summary>
    public static double MemoryFlops(Trace trace) =>
        trace.Blocks.Sum(b => 2.0 * trace.Readout!.Classes * b.Width * (b.Width + b.Hidden));

    /// <summary>Bytes of all scores.</summary>
    public static double ScoreBytes(Trace trace) => 4.0 * 3 * (trace.Blocks.Count + 1) * trace.Tokens * trace.Readout!.Classes;
}
