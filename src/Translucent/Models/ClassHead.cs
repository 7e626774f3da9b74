// From normalised tokens to class scores: what differs between the vision families at their upper end.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Scores = score(pool(final-normalised tokens)).</summary>
/// <param name="Classes">How many scores.</param>
/// <param name="Pool">From tokens [B, N, C] to the input of the classifier, site <c>pooled</c>.</param>
/// <param name="Score">From there to the scores [B, Classes], site <c>logits</c>.</param>
/// <param name="Token">The head applied to any one token: from tokens [.., C] to scores [.., Classes].</param>
sealed record ClassHead(int Classes, Op[] Pool, Op[] Score, Op[] Token)
{
    /// <summary>As <see cref="Token"/>, for patches, where the head treats them otherwise than the tokens before them.</summary>
    public Op[]? PatchToken { get; init; }

    /// <summary>Whether it reads the mean of the patches, and no one token.</summary>
    public bool ReadsMean { get; init; }

    /// <summary>What pools the tokens by attention before <see cref="Pool"/>; or null.</summary>
    public AttentionPool? Pooling { get; init; }

    /// <summary>Makes the same head over other layers, given what takes the place of each.</summary>
    public required Func<Func<Linear, Linear>, ClassHead> Over { get; init; }

    public Var Apply(Var tokens)
    {
        if (Pooling is not null) tokens = Pooling.Forward(tokens);
        foreach (Op op in Pool) tokens = op.Apply(tokens);
        tokens.At("pooled");
        foreach (Op op in Score) tokens = op.Apply(tokens);
        return tokens.At("logits");
    }

    /// <summary>The direction of every class among tokens, [Classes, C]: the linear part of the head applied to one token, without bias and
    /// normalisation.</summary>
    /// <exception cref="TranslucentException">An activation stands between two layers, so that there is no one direction.</exception>
    public unsafe Tensor Embeddings(bool patches)
    {
        if (Pooling is not null) throw AttentionPool.NoDirection();
        Linear[] layers = [.. (patches && PatchToken is not null ? PatchToken : Token).OfType<Linear>()];
        if (layers.FirstOrDefault(l => l.Activation != Activation.None) is { } bent)
            throw new TranslucentException(
                $"class embeddings: {bent.Activation} stands between two layers of this head, so no class has one direction among tokens.");
        Tensor embeddings = layers[^1].Weight.ToTensor();
        foreach (Linear below in layers.SkipLast(1).Reverse())
        {
            Tensor product = new(Classes, below.Weight.Columns);
            Gemm.Multiply(Compute.Default, Classes, below.Weight.Columns, below.Weight.Rows, new Operand(embeddings.Pointer, embeddings.Width),
                below.Weight.Operand, product.Pointer, product.Width);
            GC.KeepAlive(embeddings);
            embeddings = product;
        }
        return embeddings;
    }

    /// <summary>A classifier on the class token.</summary>
    public static ClassHead OnClassToken(Linear classifier) => new(classifier.Weight.Rows, [new Select(1)], [classifier], [classifier])
    {
        Over = layer => OnClassToken(layer(classifier)),
    };

    /// <summary>Layers one behind another on a picked token, the last of them the classifier (BERT).</summary>
    public static ClassHead OnLayers(Pick pick, IReadOnlyList<Linear> layers) =>
        new(layers[^1].Weight.Rows, [pick, .. layers.SkipLast(1)], [layers[^1]], [.. layers])
        {
            Over = layer => OnLayers(pick, [.. layers.Select(layer)]),
        };

    /// <summary>A classifier [Classes, 2·C] on [class token | mean of the patches]: its halves, with the bias both times, are the heads of single
    /// tokens.</summary>
    public static ClassHead OnClassAndMean(Linear classifier, int prefix)
    {
        Linear[] halves = [Half(classifier, 0), Half(classifier, classifier.Weight.Columns / 2)];
        return new ClassHead(classifier.Weight.Rows, [new ClassAndMean(prefix)], [classifier], [halves[0]])
        {
            PatchToken = [halves[1]],
            Over = layer => OnClassAndMean(layer(classifier), prefix),
        };
    }

    /// <summary>A classifier on the mean of the patches, normalised behind the mean where there is a normalisation.</summary>
    public static ClassHead OnMean(Linear classifier, int prefix, LayerNorm? norm)
    {
        Op[] behind = norm is null ? [] : [norm];
        return new ClassHead(classifier.Weight.Rows, [new PatchMean(prefix), .. behind], [classifier], [.. behind, classifier])
        {
            ReadsMean = true,
            Over = layer => OnMean(layer(classifier), prefix, norm),
        };
    }

    /// <summary>A classifier on what attention pooled.</summary>
    public static ClassHead OnPooled(AttentionPool pooling, Linear classifier) => new(classifier.Weight.Rows, [new Select(1)], [classifier], [classifier])
    {
        Pooling = pooling,
        Over = layer => OnPooled(pooling.Over(layer), layer(classifier)),
    };

    /// <summary>Classes as vectors compared with what attention pooled: exp(logitScale)·⟨e/|e|, t_c/|t_c|⟩ + logitBias (Zhai et al. 2023,
    /// arXiv:2303.15343).</summary>
    /// <param name="pooling">What pools the tokens.</param>
    /// <param name="vectors">[Classes, C], of any length.</param>
    /// <param name="logitScale">The logarithm of the factor of the cosine.</param>
    /// <param name="logitBias">What is added to every score.</param>
    public static ClassHead OfPooledCosines(AttentionPool pooling, Tensor vectors, float logitScale, float logitBias)
    {
        Check(vectors, pooling.Probe.Width);
        Tensor bias = new(vectors.Rows);
        bias.Span.Fill(logitBias);
        return OfPooledCosines(pooling, new Linear(Cosines(vectors, logitScale).Weight, bias));
    }

    static ClassHead OfPooledCosines(AttentionPool pooling, Linear vectors) =>
        new(vectors.Weight.Rows, [new Select(1)], [Normalize.Op, vectors], [Normalize.Op, vectors])
        {
            Pooling = pooling,
            Over = layer => OfPooledCosines(pooling.Over(layer), layer(vectors)),
        };

    static Linear Half(Linear classifier, int column)
    {
        Tensor whole = classifier.Weight.ToTensor(), half = new(whole.Rows, whole.Width / 2);
        for (int c = 0; c < half.Rows; c++) whole.Row(c).Slice(column, half.Width).CopyTo(half.Row(c));
        return new Linear(new Matrix(half, half.Rows, half.Width), classifier.Bias);
    }

    /// <summary>Classes as vectors: the score is ⟨f₀, t_c⟩ (DINO, which has no classes of its own).</summary>
    public static ClassHead OfVectors(Tensor vectors, int width)
    {
        Check(vectors, width);
        return OnClassToken(new Linear(new Matrix(vectors, vectors.Shape[0], width)));
    }

    /// <summary>Classes as vectors compared by cosine: exp(logitScale)·⟨e/|e|, t_c/|t_c|⟩ with e = projection(f₀) (Radford et al. 2021,
    /// arXiv:2103.00020).</summary>
    public static ClassHead OfCosines(Linear projection, Tensor vectors, float logitScale)
    {
        Check(vectors, projection.Weight.Rows);
        return OfCosines([new Select(1)], projection, Cosines(vectors, logitScale));
    }

    static void Check(Tensor vectors, int width)
    {
        if (vectors.Shape is not [> 0, var found] || found != width)
            throw new TranslucentException($"target vectors: {vectors}, expected [classes, {width}], one row for every class.");
    }

    /// <summary>The same with e = projection(pool(f)) and vectors already of length exp(logitScale).</summary>
    public static ClassHead OfCosines(Op[] pool, Linear projection, Linear vectors)
    {
        Op[] score = [Normalize.Op, vectors];
        return new ClassHead(vectors.Weight.Rows, [.. pool, projection], score, [projection, .. score])
        {
            Over = layer => OfCosines(pool, layer(projection), layer(vectors)),
        };
    }

    /// <summary>⟨x, exp(logitScale)·t_c/|t_c|⟩ as a layer.</summary>
    public static Linear Cosines(Tensor vectors, float logitScale)
    {
        Tensor scaled = new(vectors.Shape, vectors.Span);
        for (int c = 0; c < scaled.Rows; c++)
            TensorPrimitives.Multiply(scaled.Row(c), MathF.Exp(logitScale) / Normalize.Length(scaled, c), scaled.Row(c));
        return new Linear(new Matrix(scaled, scaled.Rows, scaled.Width));
    }
}
