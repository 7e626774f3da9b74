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
sealed class Embed : Op
{
    Tensor? _front; // [k + R, C]: every row of y before the patches

    /// <summary>The operation over frozen tokens and positions.</summary>
    public Embed(Tensor prefix, Tensor positions, Tensor? registers = null)
    {
        (Prefix, Positions, Registers) = (prefix, positions, registers);
    }

    Tensor Front()
    {
        Tensor own = new(Prefix.Shape);
        TensorPrimitives.Add(Prefix.Span, Positions.Span[..Prefix.Length], own.Span);
        if (Registers is null) return own;
        Tensor front = new(Prefix.Shape[0] + Extra, Prefix.Width);
        own.Row(0).CopyTo(front.Row(0));
        Registers.Span.CopyTo(front.Span[Prefix.Width..]);
        own.Span[Prefix.Width..].CopyTo(front.Span[(Prefix.Width + Registers.Length)..]);
        return front;
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

    internal override string? Site => InnerSite;

    /// <summary>The site of the tokens before positions are added, registers left out, [k + n, C] of every item: only sweeps in float64 hand it out.</summary>
    internal const string InnerSite = "embed.tokens";

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], Positions.Shape[0] + Extra, Prefix.Width];

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        walk.Write(g);
        walk.Give(call.X[0], new Flow(call.X[0]));
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        ReadOnlySpan<float> positions = Positions.Span[Prefix.Length..];
        _front ??= Front();
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
        int patch = Positions.Length - Prefix.Length, front = Prefix.Length + Extra * Prefix.Width, tokens = front + patch;
        for (int i = 0; i < gx.Length / patch; i++)
            all.Span.Slice(i * tokens + front, patch).CopyTo(gx.Span.Slice(i * patch, patch));
        walk.Arena.Return(all);
        walk.Give(call.X[0], new Cotangent(gx));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix tokens = PreciseMatrix.Sum(Tokens(call.X[0]), PrecisePositions), y = new(tokens.Rows + Extra, tokens.Width);
        tokens.Row(0).CopyTo(y.Row(0));
        if (Registers is not null) TensorPrimitives.ConvertTruncating<float, double>(Registers.Span, y.RowSpan(1, Extra));
        tokens.RowSpan(1, tokens.Rows - 1).CopyTo(y.RowSpan(1 + Extra, tokens.Rows - 1));
        return y;
    }

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix own = Positioned(call, g);
        call.Inside?.Invoke(own);
        return [Patches(call, own)];
    }

    /// <summary>The sum rule for tokens and positions: registers, which have none, drop out; the branch of the patches goes on, all tokens can be
    /// observed.</summary>
    internal PreciseRule Shares(bool rescaled) => (call, r) =>
    {
        PreciseMatrix all = Add.Share(call.Compute, Tokens(call.X[0]), PrecisePositions, Positioned(call, r), rescaled)[0];
        call.Inside?.Invoke(all);
        return [Patches(call, all)];
    };

    /// <summary>[prefix | x] before the positions are added, [k + n, C].</summary>
    PreciseMatrix Tokens(PreciseMatrix x)
    {
        PreciseMatrix tokens = PreciseMatrix.Uninitialized(Prefix.Shape[0] + x.Rows, x.Width);
        TensorPrimitives.ConvertTruncating<float, double>(Prefix.Span, tokens.Span);
        x.Span.CopyTo(tokens.Span[Prefix.Length..]);
        return tokens;
    }

    /// <summary>R, how many tokens have no position.</summary>
    int Extra => Registers?.Shape[0] ?? 0;

    /// <summary>The rows of tokens that have a position, [T·(k + n), C].</summary>
    PreciseMatrix Positioned(PreciseCall call, PreciseMatrix g)
    {
        int all = call.Y.Rows, positioned = all - Extra, rest = positioned - 1;
        PreciseMatrix own = PreciseMatrix.Uninitialized(call.Targets * positioned, g.Width);
        for (int t = 0; t < call.Targets; t++)
        {
            g.Row(t * all).CopyTo(own.Row(t * positioned));
            g.RowSpan((t + 1) * all - rest, rest).CopyTo(own.RowSpan(t * positioned + 1, rest));
        }
        return own;
    }

    /// <summary>The last n rows of every target, [T·n, C].</summary>
    static PreciseMatrix Patches(PreciseCall call, PreciseMatrix all)
    {
        int n = call.X[0].Rows, positioned = all.Rows / call.Targets;
        PreciseMatrix patches = PreciseMatrix.Uninitialized(call.Targets * n, all.Width);
        for (int t = 0; t < call.Targets; t++) all.RowSpan((t + 1) * positioned - n, n).CopyTo(patches.RowSpan(t * n, n));
        return patches;
    }
}
