// What went wrong between this machine and the hub, as the one line that the user reads.

namespace Translucent.Hub;

/// <summary>The hub, the way to it, or the cache does not give what was asked for; the message says what to do.</summary>
sealed class HubException(string message) : IOException(message)
{
    const int Longest = 200;

    /// <summary>Words of a server, cut and on one line.</summary>
    public static string Words(string text)
    {
        string line = new([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]);
        return line.Length > Longest ? line[..Longest] + "..." : line;
    }
}
