// How much arithmetic a forward pass and a sweep are, and what the pass keeps: for time estimates, and for saying what share of a machine's peak was used.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Models;

namespace Translucent.Explain;

/// <summary>Floating-point operations of matrix products, a multiplication with its addition counted as two.</summary>
/// <remarks>
/// Counted is what the engine computes with the savings it makes: one row per target above the topmost attention, nothing below the
/// lowest G. Not counted: softmax, normalisation, slopes, relevance rows (all of lower order), and probabilities and blocks that a
/// sweep computes again. Letters: N tokens, n patches, C width, M inside the MLP, U = M or, with a gate, 2M; p side of a patch.
/// <code>
/// forward    embedding 2·n·3p²·C;  every block  8·N·C² + 4·N²·C + 2·N·C·U + 2·N·M·C
/// sweep      per target; R = N, or the rows that are not zero above the topmost attention (1 for a latent token)
///            into a block's attention          2·R·(C·M + U·C + C²)
///            G                                 2·R·N·C
///            out of it, but not at the lowest 3·2·R·N·C + 2·R·C² + 4·N·C²
///            without G, A being a constant     2·R·N·C + 2·N·C² in the place of both
///            out of the topmost, in factors    2·R·N·C + 2·r·C² + 2·r·N·C,  r = R·(2H + 1), H heads
///            the same, A being a constant      2·r·C²,  r = R·H
///            down the MLP below it             2·(r + R)·(C·M + N·(C + M)) and, unless A is a constant, 2·N·C·M once for all targets
/// </code>
/// Factors (see <see cref="OuterProducts"/>) are used where r is small against N.
/// </remarks>
public static class Cost
{
    /// <summary>A forward pass over images of so many patches.</summary>
    public static double Forward(VisionTransformer model, int images, int patches)
    {
        VisionConfig c = model.Config;
        double n = c.Prefix + patches, width = c.Width;
        double embedding = 2.0 * patches * 3 * c.Patch * c.Patch * width;
        double block = 8 * n * width * width + 4 * n * n * width + 2 * n * width * Up(model) + 2 * n * c.Hidden * width;
        return images * (embedding + c.Depth * block + Head(model));
    }

    /// <summary>A sweep from <paramref name="count"/> latent tokens of z^(<paramref name="layer"/>).</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">B.</param>
    /// <param name="tokens">N, tokens per image.</param>
    /// <param name="layer">l, 2 .. L+1.</param>
    /// <param name="count">How many tokens are explained, T.</param>
    public static double Tokens(VisionTransformer model, int images, int tokens, int layer, int count) =>
        images * Sweep(model, tokens, count, blocks: layer - 1, rowsAtTop: 1);

    /// <summary>A sweep from <paramref name="count"/> classes.</summary>
    /// <param name="lowest">The block, from 1, whose attention is the last that is needed; 0 where the embedding is.</param>
    /// <param name="throughScores">Whether anything flows through the attention probabilities: not where a rule takes them as constants.</param>
    /// <inheritdoc cref="Tokens(VisionTransformer, int, int, int, int)"/>
    public static double Classes(VisionTransformer model, int images, int tokens, int count, int lowest = 1, bool throughScores = true)
    {
        bool pooled = model.Head?.Pool is [ClassAndMean, ..]; // its mean reaches every token at once
        int rows = pooled ? tokens : model.Head?.Pool is [Select select, ..] ? select.Count : 1;
        return images * (count * Head(model) + Sweep(model, tokens, count, model.Config.Depth, rows, lowest, throughScores));
    }

    /// <summary>Bytes that a forward pass over one image keeps for sweeps.</summary>
    public static long ForwardBytes(VisionConfig c, int tokens, Keep keep) => (long)ForwardForecast.Kept(c, tokens, keep);

    /// <summary>The forward pass of a trace, for one of its images.</summary>
    public static double Forward(Trace trace) => Forward(Vision(trace), 1, trace.Grid.Count);

    /// <summary>A sweep from latent tokens of z^(<paramref name="layer"/>) of one image of a trace.</summary>
    public static double Tokens(Trace trace, int layer, int count) => Tokens(Vision(trace), 1, trace.Tokens, layer, count);

    /// <summary>A sweep from classes of one image of a trace.</summary>
    public static double Classes(Trace trace, int count, int lowest = 1, bool throughScores = true) => Classes(Vision(trace), 1, trace.Tokens, count, lowest, throughScores);

    static VisionTransformer Vision(Trace trace) => (VisionTransformer)trace.Model;

    /// <summary>Bytes that the pass of a trace keeps for each of its inputs.</summary>
    public static long ForwardBytes(Trace trace, Keep keep)
    {
        long sum = 0, largest = 0;
        foreach (TokenBlock block in trace.Blocks)
        {
            long bytes = 4L * block.Stream.Length * (10L * block.Width + 2L * block.Hidden), boundary = 4L * block.Stream.Length * block.Width;
            largest = Math.Max(largest, bytes);
            sum += keep == Keep.All ? bytes : boundary;
        }
        return keep == Keep.All ? sum : sum + largest;
    }

    static double Sweep(VisionTransformer model, int tokens, int count, int blocks, int rowsAtTop, int lowest = 1, bool throughScores = true)
    {
        double n = tokens, width = model.Config.Width, hidden = model.Config.Hidden, sum = 0, once = 0;
        bool factors = OuterProducts.Pay(rowsAtTop * (2 * model.Config.Heads + 1), tokens);
        double products = rowsAtTop * (throughScores ? 2 * model.Config.Heads + 1 : model.Config.Heads);
        for (int block = blocks; block >= Math.Max(lowest, 1); block--)
        {
            double rows = block == blocks ? rowsAtTop : n, down = rows * width * hidden;
            if (factors && block == blocks - 1)
            {
                once = throughScores ? 2 * down : 0;
                down = (products + rowsAtTop) * (width * hidden + n * (width + hidden));
            }
            sum += 2 * (down + rows * width * (Up(model) + width));
            if (throughScores) sum += 2 * rows * n * width;
            if (block == lowest) continue;
            if (factors && block == blocks) sum += 2 * products * width * width + (throughScores ? 2 * (rows + products) * n * width : 0);
            else sum += throughScores ? 6 * rows * n * width + 2 * rows * width * width + 4 * n * width * width : 2 * rows * n * width + 2 * n * width * width;
        }
        return count * sum + once;
    }

    static double Up(VisionTransformer model) => model.Blocks[0].Up.Weight.Rows;

    static double Head(VisionTransformer model) =>
        model.Head is null ? 0 : model.Head.Pool.Concat(model.Head.Score).OfType<Linear>().Sum(l => 2.0 * l.Weight.Rows * l.Weight.Columns);
}
