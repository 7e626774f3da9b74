// Keeps memory in place while it is read: a mapped file may be closed by its owner, on another thread too, at any moment. Closing then
// waits for the last lease (LeasedMemory), and a lease on a closed file is an exception instead of a read of unmapped pages.

namespace Translucent.Files;

/// <summary>A hold on memory from its creation until it is disposed. One for each operation, never for each number: it costs an interlocked addition.</summary>
internal readonly ref struct Lease : IDisposable
{
    readonly LeasedMemory? _memory;
    readonly object? _owner;

    /// <param name="memory">What unmaps or frees the memory when it is closed; null for memory that only the garbage collector takes back.</param>
    /// <param name="owner">What keeps the memory in place, and, as text, what the error calls it.</param>
    /// <exception cref="ObjectDisposedException">The memory is closed.</exception>
    public Lease(LeasedMemory? memory, object owner)
    {
        if (memory is { IsClosing: true }) throw Closed(owner);
        bool held = false;
        try
        {
            memory?.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException) // between the two lines above
        {
            throw Closed(owner);
        }
        (_memory, _owner) = (memory, owner);
    }

    static ObjectDisposedException Closed(object owner) =>
        new(objectName: null, $"{owner}: its file is closed; dispose a checkpoint or model only after the last use of its weights.");

    /// <summary>Lets go.</summary>
    public void Dispose()
    {
        _memory?.DangerousRelease();
        GC.KeepAlive(_owner);
    }
}
