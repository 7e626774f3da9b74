// Attention and MLP layers as key-value memories (Geva et al. 2021, arXiv:2012.14913), their values projected onto class embeddings
// (Vilas et al. 2023, arXiv:2310.18969, section 4; the weights that its public code projects, github.com/martinagvilas/vit-cls_emb).

using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>One memory of one layer and what it does to a token.</summary>
/// <param name="Index">j, which of the layer's memories.</param>
/// <param name="Score">⟨E_c, m_j⟩, what it adds to the class per unit of its coefficient.</param>
/// <param name="Coefficient">k_j, how strongly the token calls it.</param>
/// <param name="Class">The class that it pushes most, called like this: the argument of the largest k_j⟨E_c, m_j⟩, for a negative coefficient that of the
/// smallest ⟨E_c, m_j⟩.</param>
readonly record struct Memory(int Index, float Score, float Coefficient, int Class)
{
    /// <summary>k_j⟨E_c, m_j⟩, what it adds to the projection of the token on the class.</summary>
    public float Contribution => Coefficient * Score;
}

/// <summary>The memories of one attention or MLP layer: layer output = Σ_j k_j m_j + bias for every token.</summary>
/// <remarks>
/// <code>
///             memory m_j [C]                            coefficient k_j of a token
/// MLP         column j of the second matrix, M of them  activation j behind the first matrix (behind the gate in SwiGLU)
/// attention   column j of the output matrix, C of them  number j of Σ A·v, heads side by side: head j / D
/// score       ⟨E_c, m_j⟩ with E [Classes, C]            LayerScale is part of m_j
/// </code>
/// E is the linear part of the head, without the gain of the last LayerNorm, as in the public code; for CLIP exp(logitScale)·t̂·projection,
/// so scores are those of an image embedding of length 1. DINOv2 has one E for class token and registers and another for patches.
/// Contributions of all memories and of the bias add up to E·(what the layer adds to the stream). A normalisation behind the layer is part of both: its mean
/// and gain of m_j, its deviation, which each token has for itself, of k_j (<see cref="FoldedNorm"/>).
/// </remarks>
sealed class Memories
{
    readonly int[] _classes, _opposite; // that each memory pushes most, and the other way most

    Memories(int block, TokenState layer, bool patches, Tensor scores, Tensor agreement)
    {
        (Block, Layer, Patches, Scores, Agreement) = (block, layer, patches, scores, agreement);
        (_classes, _opposite) = (new int[scores.Width], new int[scores.Width]);
        for (int c = 1; c < scores.Rows; c++)
            for (int j = 0; j < _classes.Length; j++)
            {
                if (scores.Row(c)[j] > scores.Row(_classes[j])[j]) _classes[j] = c;
                if (scores.Row(c)[j] < scores.Row(_opposite[j])[j]) _opposite[j] = c;
            }
    }

    /// <summary>Projects the memories of a layer.</summary>
    /// <param name="trace">A forward pass of a model that scores classes; the memories are the same for all.</param>
    /// <param name="layer"><see cref="TokenState.Attention"/> or <see cref="TokenState.Mlp"/>.</param>
    /// <param name="block">From 0.</param>
    /// <param name="patches">Whether the class embeddings are those of patch tokens; other than DINOv2, families have one kind.</param>
    /// <exception cref="ArgumentException">The layer is neither.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Memories Of(Trace trace, TokenState layer, int block, bool patches = false) =>
        Of(trace, layer, block, patches, () => trace.Scored.Head is { } head ? head.Embeddings(patches)
            : throw new TranslucentException($"{trace.Model.Family}: its head cannot be applied to single tokens, so memories have no classes."));

    /// <summary>The memories of a layer of a model that predicts tokens, projected on the directions of some tokens of the vocabulary, which are then the
    /// classes 0, 1, ..</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="layer"><see cref="TokenState.Attention"/> or <see cref="TokenState.Mlp"/>.</param>
    /// <param name="block">From 0.</param>
    /// <param name="tokens">Ids: rows of the unembedding.</param>
    /// <exception cref="ArgumentException">The layer is neither.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block or id.</exception>
    /// <exception cref="TranslucentException">The model predicts no tokens.</exception>
    public static Memories OfTokens(Trace trace, TokenState layer, int block, IReadOnlyList<int> tokens) => Of(trace, layer, block, patches: false, () =>
    {
        VocabularyReadout readout = VocabularySeeds.Of(trace);
        Tensor e = new(tokens.Count, readout.Unembedding.Weight.Columns);
        for (int c = 0; c < tokens.Count; c++)
        {
            if (tokens[c] < 0 || tokens[c] >= readout.Size)
                throw new ArgumentOutOfRangeException(nameof(tokens), $"token id {tokens[c]}: the vocabulary has 0 to {readout.Size - 1}.");
            readout.Unembedding.Weight.CopyRow(tokens[c], e.Row(c));
        }
        return e;
    });

    static unsafe Memories Of(Trace trace, TokenState layer, int block, bool patches, Func<Tensor> directions)
    {
        ClassProjection.CheckBlock(trace, block);
        if (layer == TokenState.Hidden) throw new ArgumentException("layer Hidden: the stream has no memories, expected Attention or Mlp.", nameof(layer));
        Linear last = layer == TokenState.Mlp ? trace.Blocks[block].OfActivations() : trace.Blocks[block].Step.OfContext();
        Tensor e = directions(), scores = new(e.Rows, last.Weight.Columns);
        float[] lengths = Array.ConvertAll(Enumerable.Range(0, e.Rows).ToArray(), c => TensorPrimitives.Norm<float>(e.Row(c)));
        if (last.Scale is not null)
            for (int c = 0; c < e.Rows; c++) TensorPrimitives.Multiply(e.Row(c), last.Scale.Span, e.Row(c));
        Gemm.Multiply(Compute.Default, e.Rows, scores.Width, e.Width, new Operand(e.Pointer, e.Width), last.Weight.Operand, scores.Pointer, scores.Width);
        GC.KeepAlive(e);

        float[] memoryLengths = Lengths(last);
        Tensor agreement = new(scores.Shape);
        for (int c = 0; c < scores.Rows; c++)
            for (int j = 0; j < scores.Width; j++)
            {
                float length = lengths[c] * memoryLengths[j];
                agreement.Row(c)[j] = length > 0 ? scores.Row(c)[j] / length : 0;
            }
        return new Memories(block, layer, patches, scores, agreement);
    }

    /// <summary>Which block, from 0.</summary>
    public int Block { get; }

    /// <summary>Attention or MLP.</summary>
    public TokenState Layer { get; }

    /// <summary>Whether scores are those for patch tokens.</summary>
    public bool Patches { get; }

    /// <summary>How many memories.</summary>
    public int Count => Scores.Width;

    /// <summary>⟨E_c, m_j⟩: [Classes, Count].</summary>
    public Tensor Scores { get; }

    /// <summary>cos(E_c, m_j): [Classes, Count]; the largest of a row is the paper's class-value agreement of the layer.</summary>
    public Tensor Agreement { get; }

    /// <summary>The class that a memory stands for: the one it pushes most where its coefficient is positive.</summary>
    public int ClassOf(int memory) => _classes[memory];

    /// <summary>The memories that push a class most, the strongest first; of equal scores the lower index first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or fewer memories.</exception>
    public int[] Top(int cls, int count)
    {
        CheckClass(cls);
        return Largest(Scores.Row(cls), count);
    }

    /// <summary>The coefficients k of every token: [B, N, Count].</summary>
    public Tensor Coefficients(Trace trace)
    {
        TokenBlock block = trace.Blocks[Block];
        (string site, Linear last, LayerNorm? behind) = Layer == TokenState.Mlp ? (block.Activations, block.Down, block.NormBehind)
            : (block.Context, block.Step.Output, block.Step.NormBehind);
        Tensor? copy = null;
        trace.Tape.Within(site, tape =>
        {
            copy = new Tensor(tape[site].Value.Shape, tape[site].Value.Span);
            if (behind?.Scales(tape.Calls.First(c => c.Op == last).Y.Value) is not { } scales) return;
            for (int r = 0; r < copy.Rows; r++) TensorPrimitives.Multiply(copy.Row(r), scales.Span[r], copy.Row(r));
        });
        return copy!;
    }

    /// <summary>The memories that add most to a class for one token, the strongest contribution first.</summary>
    /// <param name="coefficients">[Count], a row of <see cref="Coefficients"/>.</param>
    /// <param name="cls">The class.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">There are not Count coefficients.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or fewer memories.</exception>
    public Memory[] Strongest(ReadOnlySpan<float> coefficients, int cls, int count)
    {
        CheckClass(cls);
        if (coefficients.Length != Count) throw new ArgumentException($"coefficients: {coefficients.Length} numbers, expected {Count}, one for every memory.");
        float[] contributions = new float[Count], k = coefficients.ToArray();
        TensorPrimitives.Multiply(coefficients, Scores.Row(cls), contributions);
        return Array.ConvertAll(Largest(contributions, count), j => new Memory(j, Scores.Row(cls)[j], k[j], k[j] < 0 ? _opposite[j] : _classes[j]));
    }

    /// <summary>The indices of the largest numbers, in descending order.</summary>
    internal static int[] Largest(ReadOnlySpan<float> x, int count)
    {
        if (count < 1 || count > x.Length)
            throw new ArgumentOutOfRangeException(nameof(count), $"count {count}: the layer has {x.Length} memories, expected 1 to {x.Length}.");
        float[] keys = x.ToArray();
        return [.. Enumerable.Range(0, keys.Length).OrderByDescending(i => keys[i]).Take(count)]; // stable: the lower index first
    }

    void CheckClass(int cls)
    {
        if (cls < 0 || cls >= Scores.Rows) throw new ArgumentOutOfRangeException(nameof(cls), $"class {cls}: the model has classes 0 to {Scores.Rows - 1}.");
    }

    /// <summary>|m_j| for every column of a layer.</summary>
    static float[] Lengths(Linear layer)
    {
        Tensor w = layer.Weight.ToTensor();
        float[] squares = new float[w.Width];
        for (int r = 0; r < w.Rows; r++)
        {
            if (layer.Scale is not null) TensorPrimitives.Multiply(w.Row(r), layer.Scale.Span[r], w.Row(r));
            TensorPrimitives.MultiplyAdd(w.Row(r), w.Row(r), squares, squares);
        }
        TensorPrimitives.Sqrt(squares, squares);
        return squares;
    }
}
