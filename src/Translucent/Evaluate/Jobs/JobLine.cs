// One line of a shard's file: an item with its result or the reason of its failure, and a checksum over both (XXH3, seeded by the settings of the job),
// so that a line which was cut off, damaged or written under other settings is never taken for a result.

using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Translucent.Evaluate.Jobs;

/// <summary>What a line says, without its content.</summary>
/// <param name="Item">Which item, from 0.</param>
/// <param name="IsFailure">Whether it holds a reason instead of a result.</param>
readonly record struct JobMark(int Item, bool IsFailure);

/// <summary>Writes and reads lines.</summary>
static class JobLine
{
    const int Tail = 26; // ,"sum":"0123456789abcdef"}

    /// <summary>The seed of the checksums of a job.</summary>
    public static long Seed(JobSettings settings) => (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(
        (settings with { Model = settings.Model with { Name = "" }, Data = settings.Data with { Name = "" } }).ToLine()));

    /// <summary>A line with the line feed at its end.</summary>
    /// <param name="item">Which item.</param>
    /// <param name="key">Its key.</param>
    /// <param name="json">The result, JSON without line feeds; or null.</param>
    /// <param name="failure">Why there is no result; or null.</param>
    /// <param name="seed">Of the job.</param>
    public static byte[] Of(int item, string key, string? json, string? failure, long seed)
    {
        string content = json is not null ? $"\"result\":{json}" : $"\"failure\":{Quoted(failure ?? "")}";
        string body = FormattableString.Invariant($"{{\"item\":{item},\"key\":{Quoted(key)},{content}");
        ulong sum = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(body), seed);
        return Encoding.UTF8.GetBytes(FormattableString.Invariant($"{body},\"sum\":\"{sum:x16}\"}}\n"));
    }

    /// <summary>What a line says; null where it is none of this job.</summary>
    /// <param name="line">Without the line feed.</param>
    /// <param name="seed">Of the job.</param>
    public static JobMark? Read(ReadOnlySpan<byte> line, long seed)
    {
        if (line.Length <= Tail || !line[^Tail..].StartsWith(",\"sum\":\""u8) || !line.EndsWith("\"}"u8)) return null;
        if (!ulong.TryParse(line[^18..^2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong sum)) return null;
        if (XxHash3.HashToUInt64(line[..^Tail], seed) != sum) return null;
        Utf8JsonReader reader = new(line);
        reader.Read(); // {
        reader.Read(); // item
        reader.Read();
        int item = reader.GetInt32();
        reader.Read(); // key
        reader.Read();
        reader.Read(); // result or failure
        return new JobMark(item, reader.ValueTextEquals("failure"u8));
    }

    static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
