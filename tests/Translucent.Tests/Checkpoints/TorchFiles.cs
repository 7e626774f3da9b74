using System.IO.Compression;
using Translucent.Checkpoints;

namespace Translucent.Tests.Checkpoints;

/// <summary>Writes archives as torch.save does, and zip archives of any content.</summary>
static class TorchFiles
{
    /// <summary>A zip archive with these entries.</summary>
    public static byte[] Zip(CompressionLevel level, params ReadOnlySpan<(string Name, byte[] Content)> entries)
    {
        MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        return stream.ToArray();
    }

    /// <summary>An archive of torch.save with this pickle and these storages.</summary>
    public static byte[] Archive(byte[] pickle, params ReadOnlySpan<byte[]> storages)
    {
        List<(string, byte[])> entries = [("archive/data.pkl", pickle), ("archive/byteorder", [.. "little"u8])];
        for (int i = 0; i < storages.Length; i++) entries.Add(($"archive/data/{i}", storages[i]));
        return Zip(CompressionLevel.NoCompression, [.. entries, ("archive/version", [.. "3\n"u8])]);
    }

    /// <summary>A checkpoint with these tensors, in tables under these keys.</summary>
    public static byte[] Checkpoint(IReadOnlyCollection<StoredTensor> tensors, params ReadOnlySpan<string> wrappers) =>
        Archive(PickleBuilder.Table(tensors, wrappers), [.. tensors.Select(t => t.Bytes.ToArray())]);
}
