// A recorded forward pass computed a second time in float64, for relevance propagation: float32 relevance can be off by a fifth
// (Chefer's rules divide by totals that nearly cancel), float64 relevance is not.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

/// <summary>The values of a tape in float64, for one image.</summary>
/// <remarks>
/// A value [B, R, C] of the tape is here the matrix [R, C] of one image; pixels [B, 3, H, W] are [3·H, W], and [B, C] is [1, C]. Weights
/// are those of the tape, widened exactly. Attention probabilities are not kept. A segment of a tape that keeps boundaries is a single
/// call here too: whoever walks down computes it again with <see cref="Within"/>.
/// </remarks>
sealed class PreciseTape
{
    readonly PreciseMatrix?[] _values;
    readonly Op?[] _makers;
    readonly int _image;

    PreciseTape(Tape tape, Var leaf, PreciseMatrix value, int image)
    {
        (Tape, Leaf, _image) = (tape, leaf, image);
        _values = new PreciseMatrix?[tape.Count];
        _makers = new Op?[tape.Count];
        _values[leaf.Index] = value;
        foreach (Call call in tape.Calls)
        {
            _makers[call.Y.Index] = call.Op;
            _values[call.Y.Index] = call.Op is Segment ? Within(call, (inner, y) => inner[y]) : PreciseForward.Of(call, Array.ConvertAll(call.X, x => this[x]), image);
        }
    }

    /// <summary>Computes everything on <paramref name="tape"/> again, from its pixels.</summary>
    public static PreciseTape Of(Tape tape, int image)
    {
        Var pixels = tape.Calls[0].X[0];
        int length = pixels.Value.Length / pixels.Value.Shape[0];
        return new PreciseTape(tape, pixels, PreciseMatrix.Widen(pixels.Value.Span.Slice(image * length, length), pixels.Value.Width), image);
    }

    /// <summary>The tape whose values these are.</summary>
    public Tape Tape { get; }

    /// <summary>The value that nothing on the tape computed.</summary>
    public Var Leaf { get; }

    /// <summary>A value in float64.</summary>
    public PreciseMatrix this[Var v] => _values[v.Index] ?? throw new InvalidOperationException("precise tape: a value was used that the tape did not compute from its pixels.");

    /// <summary>Whether a value is the patches of the image.</summary>
    public bool IsPatches(Var v) => _makers[v.Index] is Patches;

    /// <summary>Computes the inside of a segment, hands it to <paramref name="use"/> with the segment's result, and forgets it.</summary>
    public T Within<T>(Call segment, Func<PreciseTape, Var, T> use)
    {
        using Tape inner = new(Tape.Arena, Keep.All);
        Var x = inner.Leaf(segment.X[0].Value), y = ((Segment)segment.Op).Body(x);
        return use(new PreciseTape(inner, x, this[segment.X[0]], _image), y);
    }
}
