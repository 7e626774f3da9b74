// Putting the values of one image into the shapes that golden files have.

using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Shapes of golden tensors: no batch axis, the layers first.</summary>
static class Stack
{
    /// <summary>[1, ..] as [..].</summary>
    public static Tensor Single(this Tensor t) => t.Reshape(t.Shape[1..]);

    /// <summary>Tensors of equal shape [..] as [count, ..].</summary>
    public static Tensor Of(IReadOnlyCollection<Tensor> parts)
    {
        Tensor stack = new([parts.Count, .. parts.First().Shape]);
        int at = 0;
        foreach (Tensor part in parts)
        {
            part.Span.CopyTo(stack.Span[at..]);
            at += part.Length;
        }
        return stack;
    }
}
