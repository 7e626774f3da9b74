// Memory that its owner can take away: a mapped file, or the copy of one. SafeHandle counts who reads it and frees it after the last.

using System.Runtime.InteropServices;

namespace Translucent.Files;

/// <summary>Memory that is freed when it is closed and the last lease has ended; finalised, so that memory that is never closed is freed too.</summary>
internal sealed unsafe class LeasedMemory : SafeHandle
{
    object? _holder;
    volatile bool _closing; // SafeHandle itself takes new readers as long as old ones are left

    /// <param name="first">The first byte.</param>
    /// <param name="holder">What holds the memory: a pinned array, or something to dispose.</param>
    public LeasedMemory(void* first, object holder) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        _holder = holder;
        SetHandle((nint)first);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Whether new leases are refused.</summary>
    public bool IsClosing => _closing;

    /// <summary>Refuses new leases, and frees the memory after the last that is left.</summary>
    public void CloseAfterLast()
    {
        _closing = true;
        Dispose();
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        (_holder as IDisposable)?.Dispose();
        _holder = null;
        return true;
    }
}
