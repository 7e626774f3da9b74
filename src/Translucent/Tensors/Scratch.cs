// Memory that one thread uses inside one work item and forgets.

namespace Translucent.Tensors;

/// <summary>Per-thread working memory: grows to what was asked for, is never cleared, and is valid until the next request for the same slot on this
/// thread.</summary>
static unsafe class Scratch
{
    [ThreadStatic] static Tensor?[]? t_slots;

    /// <summary>At least <paramref name="count"/> floats, 64-byte aligned.</summary>
    /// <param name="slot">Which of a few independent blocks, 0 .. 7.</param>
    /// <param name="count">How many floats.</param>
    public static float* Floats(int slot, int count)
    {
        Tensor?[] slots = t_slots ??= new Tensor?[8];
        if (slots[slot] is not { } block || block.Length < count)
            slots[slot] = block = Tensor.Uninitialized(count);
        return block.Pointer;
    }
}
