// Class-embedding projection (Vilas, Schaumlöffel and Roig, NeurIPS 2023, arXiv:2310.18969, section 3): what class every token of
// every block already stands for. The normalised form of its public code, github.com/martinagvilas/vit-cls_emb.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>Which tokens of a block are projected.</summary>
public enum TokenState
{
    /// <summary>The residual stream behind the block.</summary>
    Hidden,

    /// <summary>What its attention adds to the stream.</summary>
    Attention,

    /// <summary>What its MLP adds to the stream.</summary>
    Mlp,
}

/// <summary>The model's own head applied to single tokens: scores = head(LayerNorm(x)), with the bias of the head.</summary>
/// <remarks>
/// <code>
/// ViT               classifier(LN(x))
/// DeiT, distilled   cls_classifier(LN(x)) for every token
/// DINOv2            first C columns of the classifier for class token and registers, last C for patches, the bias both times:
///                   logits = scores of the class token + mean of the scores of the patches − bias
/// DINO              ⟨LN(x), t_c⟩
/// SigLIP            exp(logitScale)·cos(m + mlp(norm m), t_c) + logitBias, m = output(value(LN(x))): the pooling if it saw that token alone
/// CLIP              exp(logitScale)·cos(visual_projection(LN(x)), t_c)
/// BERT              classifier(tanh(pooler(x)))
/// </code>
/// LN is the normalisation above the last block. For ViT and CLIP the scores of the class token in the last block are the logits. No
/// gradient is taken: the cost is one product [N, C]·[C, Classes] per block. Any number of images.
/// </remarks>
public static class ClassProjection
{
    /// <summary>Class scores of every token in every block, in units of the logits: [L, B, N, Classes], blocks from 0.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="state">The stream, or one of the two things that a block adds to it.</param>
    /// <param name="normalize">Whether LN comes first. Without it, this is E·x as the paper's text has it.</param>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Scores(Trace trace, TokenState state = TokenState.Hidden, bool normalize = true) => Project(trace, state, normalize, below: 0);

    /// <summary>The same by layers, the embedding included: [L + 1, B, N, Classes], entry l − 1 for z^(l).</summary>
    /// <remarks>What attention and MLP add belongs to the layer that it leads to; nothing led to z^(1), whose entry is zero for both.</remarks>
    /// <inheritdoc cref="Scores"/>
    public static Tensor Layers(Trace trace, TokenState state = TokenState.Hidden, bool normalize = true)
    {
        Tensor all = Project(trace, state, normalize, below: 1);
        if (state == TokenState.Hidden) Write(trace, trace.Tape[trace.Stream.Embed].Value, normalize, all.Span[..(all.Length / all.Shape[0])]);
        return all;
    }

    /// <summary>Scores of all blocks, with room for so many entries below them.</summary>
    static Tensor Project(Trace trace, TokenState state, bool normalize, int below)
    {
        int classes = trace.Scored.Classes, depth = trace.Blocks.Count, part = trace.Batch * trace.Tokens * classes;
        Tensor all = new(below + depth, trace.Batch, trace.Tokens, classes);
        for (int block = 0; block < depth; block++)
            WithTokens(trace, state, block, tokens => Write(trace, tokens, normalize, all.Span.Slice((below + block) * part, part)));
        return all;
    }

    /// <summary>Whether patch tokens are read by class embeddings of their own, as in DINOv2.</summary>
    /// <param name="trace">A pass of a model with a class head.</param>
    public static bool HasPatchEmbeddings(Trace trace) => trace.Readout?.Head?.PatchToken is not null;

    /// <summary>The tokens of one block themselves, [B, N, C]: a copy, of a pass that kept everything or block boundaries only.</summary>
    /// <param name="trace">A pass of a model with a class head.</param>
    /// <param name="state">Which tokens: the stream, or what attention or MLP adds to it.</param>
    /// <param name="block">The block, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public static Tensor Tokens(Trace trace, TokenState state, int block)
    {
        CheckBlock(trace, block);
        Tensor? copy = null;
        WithTokens(trace, state, block, tokens => copy = new Tensor(tokens.Shape, tokens.Span));
        return copy!;
    }

    /// <summary>One token of one block of every image, [B, C]: what a <see cref="LinearProbe"/> is trained on.</summary>
    /// <param name="trace">A pass of a model with a class head.</param>
    /// <param name="state">Which tokens: the stream, or what attention or MLP adds to it.</param>
    /// <param name="block">The block, from 0.</param>
    /// <param name="token">Index of the token, from 0, class token included.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block or token.</exception>
    public static Tensor Token(Trace trace, TokenState state, int block, int token)
    {
        if (token < 0 || token >= trace.Tokens)
            throw new ArgumentOutOfRangeException(nameof(token), $"token {token}: this image has tokens 0 to {trace.Tokens - 1}.");
        Tensor all = Tokens(trace, state, block), rows = new(trace.Batch, all.Width);
        for (int b = 0; b < trace.Batch; b++) all.Row(b * trace.Tokens + token).CopyTo(rows.Row(b));
        return rows;
    }

    /// <summary>The head applied to tokens on a tape, [B, N, C] to [B, N, Classes].</summary>
    internal static Var Apply(Readout readout, Var tokens, bool normalize, bool patches)
    {
        if (normalize && readout.Norm is { } norm) tokens = norm.Apply(tokens); // blocks that end with a normalisation have none above them
        if (readout.Head!.Pooling is { } pooling) tokens = pooling.Alone(tokens);
        foreach (Op op in patches ? readout.Head!.PatchToken! : readout.Head!.Token) tokens = op.Apply(tokens);
        return tokens;
    }

    /// <summary>Hands over [B, N, C], which is valid inside <paramref name="use"/> only.</summary>
    internal static void WithTokens(Trace trace, TokenState state, int block, Action<Tensor> use)
    {
        TokenBlock at = trace.Blocks[block];
        string site = state switch { TokenState.Hidden => at.Out, TokenState.Attention => at.AttentionOut, _ => at.MlpOut };
        if (state == TokenState.Hidden) use(trace.Tape[site].Value); // a block's boundary is always kept
        else trace.Tape.Within(site, tape => use(tape[site].Value));
    }

    internal static void CheckBlock(Trace trace, int block)
    {
        if (block < 0 || block >= trace.Blocks.Count)
            throw new ArgumentOutOfRangeException(nameof(block), $"block {block}: the model has blocks 0 to {trace.Blocks.Count - 1}.");
    }

    static void Write(Trace trace, Tensor tokens, bool normalize, Span<float> scores)
    {
        using Tape tape = new();
        Var x = tape.Leaf(tokens);
        Tensor found = Apply(trace.Scored, x, normalize, patches: false).Value;
        found.Span.CopyTo(scores);
        if (!HasPatchEmbeddings(trace)) return;
        Tensor patches = Apply(trace.Scored, x, normalize, patches: true).Value;
        for (int row = 0; row < patches.Rows; row++)
            if (row % tokens.Shape[1] >= trace.Stream.Layout.Prefix) patches.Row(row).CopyTo(scores[(row * patches.Width)..]);
    }
}
