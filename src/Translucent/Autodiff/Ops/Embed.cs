// From patch projections to the token sequence: prefix tokens are put in front, positions are added, registers inserted.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = [prefix | x] + positions, with registers, which have no position, behind the first token.</summary>
/// <remarks>
/// <code>
/// x [B, n, C]   prefix [k, C]: class and distillation token   positions [k + n, C]   registers [R, C]   y [B, k + R + n, C]
/// pull  gx = rows k + R .. of g
/// </code>
/// </remarks>
public sealed class Embed : Op
{
    readonly Tensor _front; // [k + R, C]: every row of y before the patches

    /// <summary>The operation over frozen tokens and positions.</summary>
    public Embed(Tensor prefix, Tensor positions, Tensor? registers = null)
    {
        (Prefix, Positions, Registers) = (prefix, positions, registers);
        Tensor own = new(prefix.Shape);
        TensorPrimitives.Add(prefix.Span, positions.Span[..prefix.Length], own.Span);
        _front = registers is null ? own : new Tensor(prefix.Shape[0] + registers.Shape[0], prefix.Width);
        if (registers is null) return;
        own.Row(0).CopyTo(_front.Row(0));
        registers.Span.CopyTo(_front.Span[prefix.Width..]);
        own.Span[prefix.Width..].CopyTo(_front.Span[(prefix.Width + registers.Length)..]);
    }

    /// <summary>[k, C], without positions.</summary>
    public Tensor Prefix { get; }

    /// <summary>[k + n, C].</summary>
    public Tensor Positions { get; }

    /// <summary>[R, C], or null.</summary>
    public Tensor? Registers { get; }

    /// <summary>Computes the positions in float64, where they were interpolated; null where <see cref="Positions"/> are as stored.</summary>
    internal Func<PreciseMatrix>? Interpolated { get; init; }

    /// <summary>The positions in float64, [k + n, C].</summary>
    internal PreciseMatrix PrecisePositions => Interpolated is null ? PreciseMatrix.Widen(Positions.Span, Positions.Width) : Interpolated();

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        ReadOnlySpan<float> positions = Positions.Span[Prefix.Length..];
        int images = x[0].Shape[0], patch = positions.Length, front = _front.Length;
        Tensor y = arena.Rent(images, (front + patch) / Prefix.Width, Prefix.Width);
        for (int b = 0; b < images; b++)
        {
            Span<float> tokens = y.Span.Slice(b * (front + patch), front + patch);
            _front.Span.CopyTo(tokens);
            TensorPrimitives.Add(x[0].Span.Slice(b * patch, patch), positions, tokens[front..]);
        }
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor all = walk.Arena.RentZeroed([g.Targets, .. call.Y.Value.Shape]);
        g.AddTo(all); // a few rows become all rows
        Tensor gx = walk.Arena.Rent([g.Targets, .. call.X[0].Value.Shape]);
        int patch = Positions.Length - Prefix.Length, tokens = _front.Length + patch;
        for (int i = 0; i < gx.Length / patch; i++)
            all.Span.Slice(i * tokens + _front.Length, patch).CopyTo(gx.Span.Slice(i * patch, patch));
        walk.Arena.Return(all);
        walk.Give(call.X[0], new Cotangent(gx));
    }
}
