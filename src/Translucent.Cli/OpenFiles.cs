// How many files may be open at once: the .NET runtime holds two for each of its own parts, and ends in the middle of a line where it gets no more.

using System.Globalization;

namespace Translucent.Cli;

static class OpenFiles
{
    const int Least = 112; // as many as a run was seen to hold, and some

    /// <summary>Why a run cannot begin; null where it can, or where the system does not say.</summary>
    /// <param name="limits">The file that says so, on Linux.</param>
    public static string? Problem(string limits = "/proc/self/limits")
    {
        try
        {
            // Max open files            1024                 4096                 files
            string? line = File.Exists(limits) ? File.ReadLines(limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) : null;
            if (line is null || !int.TryParse(line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None,
                CultureInfo.InvariantCulture, out int most) || most >= Least) return null;
            return $"only {most} files may be open at once, and the .NET runtime alone takes about 90; allow {Least} or more (ulimit -n 256).";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
