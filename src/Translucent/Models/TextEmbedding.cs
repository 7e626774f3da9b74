// From token ids to what enters the first block of a language model.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>x = norm(factor·words[id] + positions[n] + types[type]); what is null is left out.</summary>
/// <param name="Words">[V, C].</param>
/// <param name="Positions">[N or more, C].</param>
/// <param name="Types">[types, C].</param>
/// <param name="Norm">What normalises the sum.</param>
/// <param name="Factor">Gemma's √C.</param>
sealed record TextEmbedding(Matrix Words, Tensor? Positions = null, Matrix? Types = null, LayerNorm? Norm = null, float Factor = 1)
{
    /// <summary>[B, N, C].</summary>
    /// <param name="tape">Where it is recorded.</param>
    /// <param name="texts">The ids.</param>
    /// <param name="first">The position of the first token, behind tokens that were read before.</param>
    public Var On(Tape tape, TextBatch texts, int first = 0)
    {
        Var x = new Lookup(Words, texts.Ids, Positions, Factor, first).On(tape);
        if (Types is not null) x = Add.Op.Apply(x, new Lookup(Types, texts.Types).On(tape));
        return Norm is null ? x : Norm.Apply(x);
    }
}
