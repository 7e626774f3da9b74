// Damage inside zip archives, packed again with right check values and a right directory; and damage to the directory itself.

using System.IO.Compression;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes the entries of archives.</summary>
static class ZipMutator
{
    readonly record struct Entry(string Name, byte[] Content, bool Packed);

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        if (random.Next(4) == 0 || Read(file) is not { Count: > 0 } entries) return ByteMutator.Edit(file, others, random);
        int at = random.Next(entries.Count);
        Entry entry = entries[at];
        switch (random.Next(9))
        {
            case 0: entries[at] = entry with { Name = Rename(entry.Name, random) }; break;
            case 1: entries.RemoveAt(at); break;
            case 2: entries.Add(random.Next(2) == 0 ? entry : entry with { Name = Rename(entry.Name, random) }); break;
            case 3: entries[at] = entry with { Packed = !entry.Packed }; break;
            case 4: entries[at] = entry with { Content = entries[random.Next(entries.Count)].Content }; break;
            default:
                int described = entries.FindIndex(e => e.Name.EndsWith(".pkl", StringComparison.Ordinal));
                // what describes the data is read more closely than the data
                if (described >= 0 && random.Next(4) != 0) (at, entry) = (described, entries[described]);
                entries[at] = entry with { Content = Edit(entry, random) };
                break;
        }
        return Write(entries);
    }

    static byte[] Edit(Entry entry, Random random) => Path.GetExtension(entry.Name) switch
    {
        ".pkl" => PickleMutator.Edit(entry.Content, [entry.Content], random),
        ".npy" => FrameMutator.Npy(entry.Content, [entry.Content], random),
        _ => ByteMutator.Edit(entry.Content, [entry.Content], random),
    };

    static string Rename(string name, Random random) => random.Next(3) switch
    {
        0 => Edge.Name(random),
        1 => name[..random.Next(name.Length + 1)] + Edge.Name(random),
        _ => $"{Edge.Name(random)}/{name}",
    };

    static List<Entry>? Read(byte[] file)
    {
        try
        {
            using ZipArchive zip = new(new MemoryStream(file), ZipArchiveMode.Read);
            List<Entry> entries = [];
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                if (entry.Length > 1 << 16) return null;
                byte[] content = new byte[entry.Length];
                using Stream stream = entry.Open();
                stream.ReadExactly(content);
                entries.Add(new Entry(entry.FullName, content, entry.CompressedLength < entry.Length));
            }
            return entries;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            return null; // damaged by an earlier change
        }
    }

    static byte[] Write(List<Entry> entries)
    {
        MemoryStream to = new();
        using (ZipArchive zip = new(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (Entry entry in entries)
            {
                ZipArchiveEntry made = zip.CreateEntry(entry.Name.Length is 0 or > 30_000 ? "x" : entry.Name, entry.Packed ? CompressionLevel.Fastest
                    : CompressionLevel.NoCompression);
                made.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using Stream content = made.Open();
                content.Write(entry.Content);
            }
        }
        return to.ToArray();
    }
}
