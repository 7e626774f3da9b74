// Text of a server or a user inside a message of one line.

namespace Translucent.Hub;

/// <summary>Makes foreign text fit for a message.</summary>
static class ServerText
{
    const int Longest = 200;

    /// <summary>The text cut and on one line.</summary>
    public static string OneLine(string text)
    {
        string line = new([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]);
        return line.Length > Longest ? line[..Longest] + "..." : line;
    }
}
