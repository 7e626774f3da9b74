// What is fuzzed: a reader, files that it reads, and how these are damaged.

namespace Translucent.Fuzz;

/// <summary>Damages a file once.</summary>
/// <param name="file">The file; it stays as it is.</param>
/// <param name="others">Files of the same kind, for pieces.</param>
/// <param name="random">Decides.</param>
delegate byte[] Mutator(byte[] file, IReadOnlyList<byte[]> others, Random random);

/// <summary>A reader under test.</summary>
/// <param name="Name">One word, for the command and for files.</param>
/// <param name="Seeds">Files that it reads, or refuses as it should.</param>
/// <param name="Mutate">How they are damaged.</param>
/// <param name="Read">Reads a file whole: everything that a user of the library could ask of it.</param>
/// <param name="Memory">What it may take.</param>
sealed record Target(string Name, IReadOnlyList<byte[]> Seeds, Mutator Mutate, Action<byte[], Sandbox> Read, MemoryBound Memory)
{
    const int MostChanges = 6;

    /// <summary>The input of a number: a seed with one to six changes, the same on every machine.</summary>
    public byte[] Input(int seed, long index)
    {
        Random random = new(Mix(seed, index));
        byte[] input = Seeds[random.Next(Seeds.Count)];
        for (int changes = 1 + random.Next(1 + random.Next(MostChanges)); changes > 0; changes--) input = Mutate(input, Seeds, random);
        return input;
    }

    /// <summary>SplitMix64's finaliser over name, seed and index.</summary>
    int Mix(int seed, long index)
    {
        ulong z = (ulong)index * 0x9E3779B97F4A7C15 + (uint)seed;
        foreach (char c in Name) z = (z ^ c) * 0x100000001B3;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z >> 33);
    }
}

/// <summary>The most bytes that reading a file may allocate on the way, garbage included: an upper bound of what is alive at any time.</summary>
/// <param name="Fixed">For any file.</param>
/// <param name="PerByte">For every byte of the file.</param>
readonly record struct MemoryBound(long Fixed, long PerByte)
{
    public long For(int length) => Fixed + PerByte * length;

    public override string ToString() => $"{Fixed >> 10} KiB + {PerByte} x length";
}
