// Damage to pickles: bytes, and opcodes that go on where another value was expected (github.com/python/cpython, Lib/pickletools.py).

using System.Text;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes pickles.</summary>
static class PickleMutator
{
    static readonly byte[][] s_steps =
    [
        "N"u8.ToArray(), "("u8.ToArray(), "t"u8.ToArray(), "."u8.ToArray(), "}"u8.ToArray(), "]"u8.ToArray(), ")"u8.ToArray(), "R"u8.ToArray(), "b"u8.ToArray(),
        "s"u8.ToArray(), "u"u8.ToArray(),
        "a"u8.ToArray(), "e"u8.ToArray(), "0"u8.ToArray(), "1"u8.ToArray(), "2"u8.ToArray(), "d"u8.ToArray(), "l"u8.ToArray(), "Q"u8.ToArray(), [0x85], [0x86],
        [0x87], [0x81], [0x88], [0x8F], [0x90], [0x91], [0x92], [0x93], [0x94],
        [(byte)'K', 0], [(byte)'K', 255], [(byte)'M', 255, 255], [(byte)'J', 255, 255, 255, 255], [(byte)'J', 255, 255, 255, 127],
        [0x8A, 8, 255, 255, 255, 255, 255, 255, 255, 127], [0x8A, 0],
        [0x8A, 255], [0x8B, 255, 255, 255, 255], [(byte)'X', 255, 255, 255, 255], [0x8D, 255, 255, 255, 255, 255, 255, 255, 255], [(byte)'h', 0],
        [(byte)'h', 1], [(byte)'h', 2], [(byte)'q', 0], [(byte)'q', 1],
        "cos\nsystem\n"u8.ToArray(), "cbuiltins\neval\n"u8.ToArray(), "ccollections\nOrderedDict\n"u8.ToArray(),
        "ctorch._utils\n_rebuild_tensor_v2\n"u8.ToArray(), "ctorch\nFloatStorage\n"u8.ToArray(),
        "ctorch._utils\n_rebuild_parameter\n"u8.ToArray(), "ctorch._tensor\n_rebuild_from_type_v2\n"u8.ToArray(), "ctorch\nSize\n"u8.ToArray(),
        [(byte)'X', 7, 0, 0, 0, .. "storage"u8], [(byte)'X', 1, 0, 0, 0, (byte)'0'], [(byte)'X', 3, 0, 0, 0, (byte)'a', 10, (byte)'b'],
    ];

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] pickle, IReadOnlyList<byte[]> others, Random random)
    {
        if (pickle.Length == 0 || random.Next(3) != 0) return ByteMutator.Edit(pickle, others, random);
        int at = random.Next(pickle.Length);
        byte[] step = random.Next(6) == 0 ? Name(Edge.Name(random)) : s_steps[random.Next(s_steps.Length)];
        byte[] steps = random.Next(12) == 0 ? [.. Enumerable.Repeat(step, 1 << random.Next(9)).SelectMany(s => s)] : step;
        return ByteMutator.Splice(pickle, at, random.Next(2), steps);
    }

    static byte[] Name(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)'X', .. BitConverter.GetBytes(bytes.Length), .. bytes];
    }
}
