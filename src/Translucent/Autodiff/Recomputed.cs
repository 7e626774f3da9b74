// A part of a model that is computed again when a sweep reaches it (Chen et al. 2016, arXiv:1604.06174).

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>y = body(x) for any number of inputs and outputs, of which only x and y are kept. Walks know how to pass one.</summary>
sealed class Recomputed(string prefix, Func<Var[], Var[]> body) : Op
{
    /// <summary>The beginning of the names of all sites inside.</summary>
    public string Prefix => prefix;

    public Func<Var[], Var[]> Body => body;

    /// <summary>Whether it is a <see cref="Tape.Chain"/>.</summary>
    public bool Chain { get; init; }

    /// <summary>The outputs alone, in memory of their own.</summary>
    public Tensor[] Results(Tape tape, ReadOnlySpan<Var> x)
    {
        using Tape inner = Chain ? tape.Forgetting(tape.Stop) : tape.Inferring(tape.Stop);
        Var[] leaves = new Var[x.Length];
        for (int i = 0; i < x.Length; i++) leaves[i] = inner.Leaf(x[i].Value);
        return Array.ConvertAll(body(leaves), y =>
        {
            Tensor copy = tape.Arena.Rent(y.Value.Shape);
            y.Value.Span.CopyTo(copy.Span);
            return copy;
        });
    }

    /// <summary>The shapes of the outputs.</summary>
    public Tensor[] Shapes(ReadOnlySpan<Var> x)
    {
        using Tape inner = Tape.Plan();
        Var[] leaves = new Var[x.Length];
        for (int i = 0; i < x.Length; i++) leaves[i] = inner.Leaf(x[i].Value);
        return Array.ConvertAll(body(leaves), y => y.Value);
    }

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => throw Whole();

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept) => throw Whole();

    internal override void Pull(Call call, Cotangent g, Walk walk) => throw Whole();

    InvalidOperationException Whole() => new($"recomputed part {prefix}: is recorded and walked as a whole, not applied like an operation.");
}
