// Reuses the memory of tensors, so that it stays constant over any number of images and targets.

using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>Lends tensors and takes them back. Not for use by several threads at once.</summary>
/// <param name="compute">What computes in this memory, and how much of it there may be; the default when null.</param>
sealed class Arena(Compute? compute = null)
{
    readonly SortedDictionary<int, Stack<float[]>> _free = [];

    /// <summary>What computes in this memory.</summary>
    public Compute Compute { get; } = compute ?? Compute.Default;

    /// <summary>Told of every operation of a forward pass before it runs, for those who measure: nothing here reads a clock.</summary>
    public Action<object>? Begins { get; init; }

    /// <summary>Told after it ran: the operation, and how many floating-point operations its products took.</summary>
    public Action<object, double>? Ends { get; init; }

    /// <summary>Bytes of all memory this arena has ever made and not dropped, lent or free.</summary>
    public long Bytes { get; private set; }

    /// <summary>A tensor whose contents are whatever was there before.</summary>
    /// <exception cref="InvalidOperationException">It would take more memory than <see cref="Compute.MemoryBytes"/> allows.</exception>
    public Tensor Rent(params ReadOnlySpan<int> shape)
    {
        long needed = 1;
        foreach (int axis in shape) needed *= axis;
        foreach ((int capacity, Stack<float[]> stores) in _free)
        {
            if (capacity < needed || stores.Count == 0) continue;
            if (capacity > needed + needed / 4 + 1024) break; // a much larger one would be wasted: make another
            return Tensor.Lent(stores.Pop(), shape);
        }
        if (Bytes + needed * sizeof(float) > Compute.MemoryBytes) Trim();
        if (Bytes + needed * sizeof(float) > Compute.MemoryBytes)
            throw new TranslucentException($"memory: {needed * sizeof(float)} bytes beside {Bytes} in use, but the limit is {Compute.MemoryBytes}; "
                + "raise it, keep boundaries only, or take fewer targets or images at once.");
        float[] made = Tensor.Allocate(checked((int)needed));
        Bytes += made.Length * sizeof(float);
        return Tensor.Lent(made, shape);
    }

    /// <summary>A tensor of zeros.</summary>
    public Tensor RentZeroed(params ReadOnlySpan<int> shape)
    {
        Tensor t = Rent(shape);
        t.Span.Clear();
        return t;
    }

    /// <summary>Takes a tensor back; it and every reshape of it throw when they are read again. A tensor that was not lent is left as it is.</summary>
    /// <exception cref="ObjectDisposedException">It was given back before.</exception>
    public void Return(Tensor t)
    {
        if (t.EndLoan() is not { } store) return;
        int capacity = Tensor.Capacity(store);
        if (!_free.TryGetValue(capacity, out Stack<float[]>? stores)) _free[capacity] = stores = new Stack<float[]>();
        stores.Push(store);
    }

    /// <summary>Drops everything that is not lent.</summary>
    public void Trim()
    {
        foreach ((_, Stack<float[]> stores) in _free)
            foreach (float[] store in stores)
                Bytes -= store.Length * sizeof(float);
        _free.Clear();
    }
}
