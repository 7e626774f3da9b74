// The arrays of `translucent project` as .npy.

using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>Writes arrays.</summary>
static class ProjectNumbers
{
    /// <param name="run">The image.</param>
    /// <param name="found">What was found.</param>
    /// <param name="layers">Layers whose scores are written.</param>
    /// <param name="all">Whether scores of all classes are, else of the best.</param>
    /// <param name="top">How many are the best.</param>
    public static void Write(ImageRun run, Projection found, IReadOnlyList<int> layers, bool all, int top)
    {
        int[] later = [.. layers.Where(l => l > 1)]; // nothing was added on the way to layer 1
        Scores(run, "hidden", "the stream", found.Hidden, layers, all, top);
        if (later.Length > 0)
        {
            Scores(run, "attention", "what attention adds on the way to the layer", found.Attention, later, all, top);
            Scores(run, "mlp", "what the MLP adds on the way to the layer", found.Mlp, later, all, top);
        }

        int count = found.Classes.Count, depth = run.Trace.Blocks.Count;
        string whose = $"classes {string.Join(", ", found.Classes.Select(c => c.Class.Index))}";
        Tensor identifiability = new(count, depth + 1, found.Tokens), rates = new(count, depth + 1), changes = new(count, depth);
        for (int t = 0; t < count; t++)
        {
            ClassEvolution c = found.Classes[t];
            c.Hidden.Tokens.Span.CopyTo(identifiability.Span[(t * (depth + 1) * found.Tokens)..]);
            c.Hidden.Rate.CopyTo(rates.Row(t));
            c.Rises.CopyTo(changes.Row(t));
        }
        run.Folder.Numbers("identifiability.npy", identifiability, $"float32 [T, L+1, N]: 1 - rank / classes in layers 1 to {depth + 1}, {whose}");
        run.Folder.Numbers("identifiability-rate.npy", rates, $"float32 [T, L+1]: the share of image tokens that stand for the class, {whose}");
        run.Folder.Numbers("class-change-rate.npy", changes, $"float32 [T, L]: the share of image tokens whose score rises in a block, {whose}");
        run.Folder.Numbers("importance.npy", found.Importance.Reshape(count, depth, run.Trace.Grid.Count),
            $"float32 [T, L, n]: which patches put the class into the class token by the attention of each block, {whose}");
        run.Folder.Numbers("sources.npy", found.Sources,
            "float32 [L, 4]: the share of tokens whose class behind a block is that of the stream before, of attention, of the MLP, of none of them");
    }

    static void Scores(ImageRun run, string name, string of, Tensor scores, IReadOnlyList<int> layers, bool all, int top)
    {
        int n = scores.Shape[2], classes = scores.Width;
        Tensor chosen = new(layers.Count, n, classes);
        for (int l = 0; l < layers.Count; l++) scores.Span.Slice((layers[l] - 1) * n * classes, n * classes).CopyTo(chosen.Span[(l * n * classes)..]);
        string where = $"{of}, {LayerChoice.Text(layers)}";
        if (all)
        {
            run.Folder.Numbers($"scores-{name}.npy", chosen, $"float32 [layers, N, classes]: scores of {where}");
            return;
        }
        TopClasses best = new(chosen, top);
        int[] shape = [layers.Count, n, best.Count];
        TopClass[] flat = [.. Enumerable.Range(0, layers.Count * n).SelectMany(row => best[row].ToArray())];
        run.Folder.Numbers<float>($"scores-{name}.top.npy", shape, Array.ConvertAll(flat, t => t.Score),
            $"float32 [layers, N, K]: the highest scores of {where}");
        run.Folder.Numbers<int>($"scores-{name}.classes.npy", shape, Array.ConvertAll(flat, t => t.Class), $"int32 [layers, N, K]: their classes");
    }
}
