namespace Translucent.Tests.Checkpoints;

/// <summary>Random damage to the bytes of a file, the same for the same generator.</summary>
static class Mutation
{
    static readonly byte[] s_telling = [.. "{}[]\",:0-9.eE\\un+"u8, 0, 1, 0x7F, 0x80, 0xFF];

    public static byte[] Of(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int edits = random.Next(1, 5); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 24), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = s_telling[random.Next(s_telling.Length)]; break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: bytes.Insert(at, (byte)random.Next(256)); break;
                default: // another digit makes another size, offset or shape
                    int digit = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0) bytes[digit] = (byte)('0' + random.Next(10));
                    break;
            }
        }
        return [.. bytes];
    }
}
