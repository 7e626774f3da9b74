// Opens a page in the browser of the desktop: xdg-open, open, or what Windows has for .html files.

using System.ComponentModel;
using System.Diagnostics;

namespace Translucent.Cli;

/// <summary>The user's browser.</summary>
static class Browser
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2); // a program that fails does so at once; one that shows the page may stay

    /// <summary>Opens a page; where that cannot be done, says so, and no more: the page is there.</summary>
    /// <param name="page">The file.</param>
    /// <param name="warn">Told in one line what went wrong.</param>
    /// <param name="opener">The program; that of the system when null.</param>
    public static void Open(string page, Action<string> warn, string? opener = null) => OpenAddress(Path.GetFullPath(page), warn, opener, page);

    /// <summary>The same for an address.</summary>
    public static void OpenAddress(string path, Action<string> warn, string? opener = null, string? page = null)
    {
        page ??= path;
        opener ??= OperatingSystem.IsMacOS() ? "open" : OperatingSystem.IsWindows() ? null : "xdg-open";
        ProcessStartInfo start = opener is null ? new(path) { UseShellExecute = true }
            : new(opener, [path]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        try
        {
            using Process? process = Process.Start(start);
            if (process is not null && process.WaitForExit(s_patience) && process.ExitCode != 0) warn($"{page}: no browser opened it; open it yourself.");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            warn($"{page}: no browser opened it ({e.Message.Split('\n')[0].TrimEnd('.')}); open it yourself.");
        }
    }
}
