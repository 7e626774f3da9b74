// How error messages name things: always on one line, never longer than a line should be, whatever a file holds.

using System.Text;

namespace Translucent.Files;

/// <summary>Words for error messages.</summary>
static class Describe
{
    const int Longest = 120;

    /// <summary>A name from a file in quotes, with control characters escaped, cut when very long.</summary>
    public static string Name(string name)
    {
        StringBuilder text = new("'");
        foreach (char c in name.AsSpan(0, Math.Min(name.Length, Longest)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029') text.Append($"\\u{(int)c:x4}");
            else text.Append(c);
        }
        return text.Append(name.Length > Longest ? "...'" : "'").ToString();
    }

    /// <summary>A text from elsewhere (a value of a file, another reader's message) on one line, cut when very long.</summary>
    public static string Line(string text, int longest = 300) =>
        string.Concat(text.AsSpan(0, Math.Min(text.Length, longest)).ToArray()
            .Select(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? ' ' : c)) + (text.Length > longest ? "..." : "");

    /// <summary>A shape as in <c>[2, 197, 768]</c>, cut when it has very many axes.</summary>
    public static string Shape(ReadOnlySpan<int> shape) =>
        shape.Length <= 12 ? $"[{string.Join(", ", shape.ToArray())}]" : $"[{string.Join(", ", shape[..12].ToArray())}, ... {shape.Length} axes]";

    /// <summary>The first few of many names.</summary>
    public static string Names(IReadOnlyCollection<string> names, int few = 5) =>
        string.Join(", ", names.Take(few).Select(Name)) + (names.Count > few ? $", ... ({names.Count} in all)" : "");
}
