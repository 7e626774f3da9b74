// Which value vectors put a class into tokens, block by block (Vilas et al. 2023, arXiv:2310.18969, section 4; Geva et al. 2021).

using Translucent.Explain.Projection;
using Translucent.Runs.Records;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>The memories of one layer of one block that push a class most.</summary>
/// <param name="Block">From 1: it leads from layer Block to layer Block + 1.</param>
/// <param name="Part">Attention or MLP.</param>
/// <param name="Patches">Whether it is about the image tokens, their mean; else about the class token.</param>
/// <param name="Class">The class.</param>
/// <param name="Top">The strongest contribution first.</param>
/// <param name="Agreement">
/// For image tokens the share of them for which one of the five memories that they call most is among the five that push the class most;
/// for the class token 1 or 0.
/// </param>
sealed record MemoryRow(int Block, TokenState Part, bool Patches, Prediction Class, Memory[] Top, double Agreement)
{
    /// <summary>attention or mlp.</summary>
    public string PartName => Part == TokenState.Mlp ? "mlp" : "attention";

    /// <summary>cls or patches.</summary>
    public string TokenName => Patches ? "patches" : "cls";

    /// <summary>All rows of an image: by class, block, part, and token.</summary>
    public static IReadOnlyList<MemoryRow> Of(ImageRun run, IReadOnlyList<int> classes, int top)
    {
        List<MemoryRow> rows = [];
        int depth = run.Trace.Blocks.Count;
        bool two = ClassProjection.HasPatchEmbeddings(run.Trace);
        for (int block = 0; block < depth; block++)
        {
            run.Progress.Stop.ThrowIfCancellationRequested();
            foreach (TokenState part in (TokenState[])[TokenState.Attention, TokenState.Mlp])
            {
                Memories memories = Memories.Of(run.Trace, part, block);
                Tensor called = memories.Coefficients(run.Trace);
                Add(rows, run, memories, [0], called, classes, top);
                Add(rows, run, two ? Memories.Of(run.Trace, part, block, patches: true) : memories,
                    [.. Enumerable.Range(run.Trace.Grid.Prefix, run.Trace.Grid.Count)], called, classes, top);
            }
            run.Progress.Did(Projection.MemoryFlops(run.Trace) / depth);
        }
        Dictionary<int, int> order = classes.Select((cls, i) => (cls, i)).ToDictionary(x => x.cls, x => x.i);
        return [.. rows.OrderBy(row => order[row.Class.Index])]; // stable
    }

    static void Add(List<MemoryRow> rows, ImageRun run, Memories memories, int[] tokens, Tensor called, IReadOnlyList<int> classes, int top)
    {
        Tensor calls = new(1, tokens.Length, memories.Count), mean = new(memories.Count); // contributions are linear in coefficients
        for (int i = 0; i < tokens.Length; i++)
        {
            Span<float> call = called.Row(tokens[i]);
            call.CopyTo(calls.Row(i));
            for (int j = 0; j < call.Length; j++) mean.Span[j] += call[j] / tokens.Length;
        }
        int count = Math.Min(MemoryAgreement.DefaultCount, memories.Count);
        foreach (int cls in classes)
            rows.Add(new MemoryRow(memories.Block + 1, memories.Layer, tokens.Length > 1 || tokens[0] > 0, run.Predictions.First(p => p.Index == cls),
                memories.Strongest(mean.Span, cls, Math.Min(top, memories.Count)), MemoryAgreement.Rate(memories, calls, cls, count)));
    }
}
