// Bytes that do not lie in a file as they are needed (compressed, or in another order), made when they are first touched.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Translucent.Files;

/// <summary>Bytes made on demand, once.</summary>
/// <param name="make">Makes them, in a pinned array; called by one thread at a time, and again only by <see cref="Copy"/>.</param>
sealed unsafe class LateBytes(Func<byte[]> make)
{
    readonly Lazy<byte[]> _bytes = new(make);

    /// <summary>The first byte, valid while this object is reachable.</summary>
    public byte* Pointer => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes.Value));

    /// <summary>The bytes for one pass over them: kept only if they are kept already.</summary>
    public byte[] Copy() => _bytes.IsValueCreated ? _bytes.Value : make();

    /// <summary>An array that stays where it is.</summary>
    public static byte[] Allocate(long length) => GC.AllocateUninitializedArray<byte>(checked((int)length), pinned: true);
}
