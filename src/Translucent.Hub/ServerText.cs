// Text of a server or a user inside a message of one line.

namespace Translucent.Hub;

/// <summary>Makes foreign text fit for a message.</summary>
static class ServerText
{
    const int Longest = 200;

    /// <summary>The text cut and on one line; what would end it is written as a number.</summary>
    public static string OneLine(string text)
    {
        string start = text.Length > Longest ? text[..Longest] : text;
        return string.Concat(start.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? $"\\u{(int)c:x4}" : $"{c}"))
            + (text.Length > Longest ? "..." : "");
    }
}
