// What a file is, by its first bytes: the formats that are read, and common others, with what to do about them.

using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>Recognises files.</summary>
static class FileSignature
{
    /// <summary>The fewest bytes that a file of any format has.</summary>
    public const int Least = 8;

    const int TarMagic = 257;

    /// <summary>Whether a file starts as zip archives do, those of PyTorch and NumPy among them.</summary>
    public static bool IsZip(MappedFile file) => file.Bytes(0, 4).StartsWith("PK\x03\x04"u8) || file.Bytes(0, 4).StartsWith("PK\x05\x06"u8);

    /// <summary>What a file is that is known and not read, with what to do; null for others.</summary>
    public static string? Foreign(MappedFile file)
    {
        ReadOnlySpan<byte> start = file.Bytes(0, (int)Math.Min(file.Length, TarMagic + 5));
        if (start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..]) return null; // safetensors: the length of its header may look like anything
        if (start.StartsWith("version https://git-lfs"u8)) return "is a pointer of Git LFS, not the weights themselves; fetch them with 'git lfs pull'";
        if (start.StartsWith("<"u8)) return "is a web page, not weights; fetch the file itself";
        if (start is [0x89, (byte)'H', (byte)'D', (byte)'F', ..])
            return "is HDF5 (TensorFlow, Keras), expected safetensors, a PyTorch archive or .npz; fetch the PyTorch weights of the model";
        if (start is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..])
            return "is a single NumPy array, expected named ones; save them with numpy.savez(file, name=array)";
        if (start.StartsWith("GGUF"u8)) return "is GGUF, whose weights are quantised; fetch the original safetensors of the model";
        if (start is [0x1F, 0x8B, ..]) return "is compressed with gzip; unpack it first";
        bool tar = start.Length > TarMagic && start[TarMagic..].StartsWith("ustar"u8);
        // torch.save before version 1.6: a pickled magic number (protocol 2, LONG1 of ten bytes)
        bool magic = start.StartsWith((ReadOnlySpan<byte>)[0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]);
        if (tar || magic)
            return "was written by PyTorch before version 1.6, in a format that is not read; in Python: torch.save(torch.load(file, map_location='cpu'), file)";
        if (start is [0x80, >= 2 and <= 5, ..])
            return "is a Python pickle, which is not read; save the state_dict of the model with torch.save, or as safetensors";
        return null;
    }
}
