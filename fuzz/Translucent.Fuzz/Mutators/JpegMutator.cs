// Damage to the segments of a JPEG, with right lengths (ITU-T T.81, B.1.1.4), and to the coded data behind its scan headers.

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes segments.</summary>
static class JpegMutator
{
    const byte Prefix = 0xFF, StartOfScan = 0xDA, EndOfImage = 0xD9;

    /// <summary>A segment with what it holds, and the coded data up to the next.</summary>
    readonly record struct Segment(byte Marker, byte[] Parameters, byte[] Coded);

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        List<Segment> segments = Read(file);
        if (random.Next(8) == 0 || segments.Count == 0) return ByteMutator.Edit(file, others, random);
        int at = random.Next(segments.Count);
        Segment segment = segments[at];
        switch (random.Next(9))
        {
            case 0: segments.RemoveAt(at); break;
            case 1: segments.Insert(random.Next(segments.Count + 1), segment); break;
            case 2:
                int other = random.Next(segments.Count);
                (segments[at], segments[other]) = (segments[other], segment);
                break;
            case 3:
                List<Segment> theirs = Read(others[random.Next(others.Count)]);
                if (theirs.Count > 0) segments.Insert(at, theirs[random.Next(theirs.Count)]);
                break;
            case 4: segments[at] = segment with { Marker = (byte)random.Next(0xC0, 0xFF) }; break;
            case 5 or 6 when segments.FindLastIndex(s => s.Coded.Length > 0) is >= 0 and int scan:
                segments[scan] = segments[scan] with { Coded = ByteMutator.Edit(segments[scan].Coded, others, random) };
                break;
            default: segments[at] = segment with { Parameters = ByteMutator.Edit(segment.Parameters, [segment.Parameters], random) }; break;
        }
        return Write(segments);
    }

    static List<Segment> Read(byte[] file)
    {
        List<Segment> segments = [];
        for (int at = 2; at + 4 <= file.Length && file[at] == Prefix && file[at + 1] != EndOfImage;)
        {
            int length = file[at + 2] << 8 | file[at + 3], start = at + 4, end = at + 2 + length;
            if (length < 2 || end > file.Length) break;
            int next = end;
            if (file[at + 1] == StartOfScan)
                while (next + 1 < file.Length && (file[next] != Prefix || file[next + 1] is 0 or (>= 0xD0 and <= 0xD7))) next++;
            segments.Add(new Segment(file[at + 1], file[start..end], file[end..next]));
            at = next;
        }
        return segments;
    }

    static byte[] Write(List<Segment> segments)
    {
        List<byte> to = [Prefix, 0xD8];
        foreach ((byte marker, byte[] parameters, byte[] coded) in segments)
        {
            int length = Math.Min(parameters.Length, ushort.MaxValue - 2);
            to.AddRange([Prefix, marker, (byte)((length + 2) >> 8), (byte)(length + 2), .. parameters[..length], .. coded]);
        }
        to.AddRange([Prefix, EndOfImage]);
        return [.. to];
    }
}
