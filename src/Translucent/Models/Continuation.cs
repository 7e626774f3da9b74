// A text that grows: a language model reads it piece by piece, computes every token once, and says after each piece what comes next.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The layers of a model over the new tokens of a text, with the keys and values of the earlier ones remembered, apart from any tape.</summary>
/// <remarks>
/// These are the blocks of the forward pass, over the same weights; logits equal those of a forward pass over the whole text to rounding. Used by one thread
/// at a time; after an exception it cannot go on.
/// </remarks>
sealed class Continuation
{
    readonly LanguageModel _model;
    readonly EncoderBlock[] _blocks;
    readonly KeyValues[] _earlier;
    readonly Linear _unembedding;
    readonly Arena _arena;

    /// <param name="model">A causal model that predicts tokens.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <exception cref="TranslucentException">The model predicts no tokens.</exception>
    public Continuation(LanguageModel model, Compute? compute = null)
    {
        if (model is not { IsCausal: true, Unembedding: { } unembedding })
            throw new TranslucentException($"{model.Family}: predicts no tokens, so it cannot go on with a text; take a model such as Llama or GPT-2.");
        (_model, _unembedding, _arena) = (model, unembedding.Streaming, new Arena(compute));
        _blocks = [.. model.Blocks.Cast<EncoderBlock>().Select(block => block.Over(layer => layer.Streaming, norm => norm))];
        _earlier = [.. _blocks.Select(_ => new KeyValues())];
    }

    /// <summary>How many tokens were read.</summary>
    public int Count { get; private set; }

    /// <summary>Whether one more token may be read.</summary>
    public bool HasRoom => _model.Limit is not { } limit || Count < limit.Tokens;

    /// <summary>Bytes of all keys and values.</summary>
    public long Bytes => _earlier.Sum(e => e.Bytes);

    /// <summary>Reads what comes next in the text.</summary>
    /// <param name="ids">One token or more.</param>
    /// <param name="stop">Ends it between two operations.</param>
    /// <returns>Logits [V] of what comes behind them.</returns>
    /// <exception cref="TranslucentException">An id is unknown, or the text becomes longer than the model computes as it should.</exception>
    public Tensor Read(IReadOnlyList<int> ids, CancellationToken stop = default)
    {
        TextLimit? left = _model.Limit is { } limit ? limit with { Tokens = limit.Tokens - Count } : null;
        TextBatch batch = TextBatch.Of([new TextInput(ids, null)], types: 0, left);
        Tensor x = On(stop, tape => _model.Embedding.On(tape, batch, Count));                                  // [1, N, C]
        for (int i = 0; i < _blocks.Length; i++)
        {
            Tensor below = x;
            x = On(stop, tape => _blocks[i].Forward(tape.Leaf(below), _earlier[i]));                           // [1, N, C]
            _arena.Return(below);
        }
        Count += ids.Count;
        Tensor last = new([1, 1, x.Width], x.Row(x.Rows - 1));
        _arena.Return(x);
        return On(stop, tape => _unembedding.Apply(_model.Norm!.Apply(tape.Leaf(last)))).Reshape(_unembedding.Weight.Rows);
    }

    /// <summary>Gives the memory of logits back, for the next.</summary>
    public void Return(Tensor logits) => _arena.Return(logits);

    /// <summary>A value computed on a tape of its own, which is forgotten.</summary>
    Tensor On(CancellationToken stop, Func<Tape, Var> compute)
    {
        using Tape whole = new(_arena, Keep.All, stop), tape = whole.Inferring(stop);
        Tensor made = compute(tape).Value, copy = _arena.Rent(made.Shape);
        made.Span.CopyTo(copy.Span);
        return copy;
    }
}
