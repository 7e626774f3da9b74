// What an operation is: a forward map and its vector-Jacobian product ("pull") for many targets at once, in float32 and in float64.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>A differentiable operation.</summary>
abstract class Op
{
    /// <summary>The name of what can be observed inside this operation: the probabilities of an attention, the tokens before positions are added.</summary>
    internal virtual string? Site => null;

    /// <summary>Computes the output.</summary>
    /// <param name="x">The inputs, [B, ..] each.</param>
    /// <param name="arena">Lends the output and whatever is kept, and says on what to compute.</param>
    /// <param name="kept">What the pull will need beside inputs and output; empty when it needs nothing more.</param>
    internal abstract Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept);

    /// <summary>The output alone, for parts of a model that are computed again before anything is pulled through them: the same bits.</summary>
    internal virtual Tensor Infer(ReadOnlySpan<Tensor> x, Arena arena)
    {
        Tensor y = Forward(x, arena, out Tensor[] kept);
        foreach (Tensor t in kept) arena.Return(t);
        return y;
    }

    /// <summary>Adds to the cotangents of the inputs what follows from the cotangent of the output.</summary>
    /// <param name="call">The recorded application.</param>
    /// <param name="g">The cotangent of <c>call.Y</c>, one per target.</param>
    /// <param name="walk">Says which inputs are needed and takes their cotangents.</param>
    internal abstract void Pull(Call call, Cotangent g, Walk walk);

    /// <summary>Computes the output in float64, for one item of the batch.</summary>
    /// <exception cref="InvalidOperationException">The operation has no float64 form.</exception>
    internal virtual PreciseMatrix PreciseForward(PreciseCall call) => throw NoPreciseForm("forward pass");

    /// <summary>The cotangents of the inputs in float64; null where nothing flows.</summary>
    /// <param name="call">The application.</param>
    /// <param name="g">[T·rows of the output, width of the output], target after target; not to be changed.</param>
    /// <exception cref="InvalidOperationException">The operation has no float64 form.</exception>
    internal virtual PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g) => throw NoPreciseForm("derivative");

    /// <summary>The shape of the output.</summary>
    internal abstract int[] OutputShape(ReadOnlySpan<Tensor> x);

    /// <summary>How many numbers <see cref="Forward"/> keeps beside the output.</summary>
    internal virtual long KeptNumbers(ReadOnlySpan<Tensor> x) => 0;

    /// <summary>Floating-point operations of the matrix products of <see cref="Forward"/>, a multiplication with its addition counted as two.</summary>
    internal virtual double Flops(ReadOnlySpan<Tensor> x) => 0;

    /// <summary>Counts what <see cref="Pull"/> computes, and hands on what its cotangents are like: by default, of every input the rows that the output
    /// has.</summary>
    internal virtual void PullCost(Call call, Flow g, CostWalk walk)
    {
        walk.Write(g);
        foreach (Var x in call.X) walk.Give(x, g.Like(x));
    }

    /// <summary>Applies the operation and records it.</summary>
    public Var Apply(params ReadOnlySpan<Var> x) => x[0].Tape.Record(this, x);

    TranslucentException NoPreciseForm(string what) => new($"{GetType().Name}: has no {what} in float64, which this method needs; use another method.");
}
