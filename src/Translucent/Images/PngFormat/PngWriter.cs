// Writes PNG files (PNG specification, sections 5, 9 and 12): the forms of PngForm are tried and the smallest file is kept.

using System.Buffers.Binary;
using System.IO.Compression;
using Translucent.Checkpoints;

namespace Translucent.Images.PngFormat;

/// <summary>Writes the chunks of a PNG.</summary>
internal static class PngWriter
{
    const int Trials = 4_000_000; // bytes of rows up to which several ways of storing are compared
    const int Patience = 2_000_000; // bytes of rows above which the last 1 % would double the time and double it again

    public static byte[] Write(Image image, PngEffort effort)
    {
        PngForm direct = PngForm.Direct(image);
        PngForm? indexed = PngForm.Indexed(image);
        if (effort == PngEffort.Fast) return Write(indexed ?? direct, filtered: indexed == null, effort);
        if (indexed != null && indexed.Rows.Length > Trials) return Write(indexed, filtered: false);

        byte[] best = Write(direct, filtered: true);
        if (direct.Rows.Length > Trials) return best;
        if (indexed == null) return best;
        foreach (byte[] other in (byte[][])[Write(direct, filtered: false), Write(indexed, filtered: false)])
            if (other.Length < best.Length) best = other;
        return best;
    }

    static byte[] Write(PngForm form, bool filtered, PngEffort effort = PngEffort.Small)
    {
        using MemoryStream file = new();
        file.Write(Png.Signature);
        Chunk(file, "IHDR"u8, form.HeaderBytes());
        if (form.Palette.Length > 0) Chunk(file, "PLTE"u8, form.Palette);
        if (form.Alphas.Length > 0) Chunk(file, "tRNS"u8, form.Alphas);
        Chunk(file, "IDAT"u8, Compress(form, filtered, Level(form, effort)));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] bytes = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, data.Length);
        type.CopyTo(bytes.AsSpan(4));
        data.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + data.Length), Crc32.Of(bytes.AsSpan(4, 4 + data.Length)));
        file.Write(bytes);
    }

    static int Level(PngForm form, PngEffort effort) => effort == PngEffort.Fast ? 5 : form.Rows.Length <= Patience ? 9 : 7;

    static ReadOnlySpan<byte> Compress(PngForm form, bool filtered, int level)
    {
        int length = form.Header.RowBytes(form.Header.Width), step = form.Header.FilterStep;
        MemoryStream packed = new();
        ReadOnlySpan<byte> above = new byte[length];
        byte[] stored = new byte[1 + length], best = new byte[1 + length];
        ZLibCompressionOptions options = new() { CompressionLevel = level };
        using (ZLibStream zlib = new(packed, options, leaveOpen: true))
            for (int y = 0; y < form.Header.Height; y++)
            {
                ReadOnlySpan<byte> row = form.Rows.AsSpan((int)((long)y * length), length);
                long least = long.MaxValue;
                for (int filter = 0; filter <= (filtered ? 4 : 0); filter++)
                {
                    stored[0] = (byte)filter;
                    PngFilter.Apply(filter, row, above, step, stored.AsSpan(1));
                    long cost = PngFilter.Cost(stored.AsSpan(1));
                    if (cost >= least) continue;
                    (least, stored, best) = (cost, best, stored);
                }
                zlib.Write(best);
                above = row;
            }
        return packed.GetBuffer().AsSpan(0, (int)packed.Length);
    }
}
