// Runs the command on one entry and holds its end to the laws of docs/reliability.md: code, words, time, memory, a clean terminal, no half files.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Translucent.Fuzz.Hostile;

/// <summary>How an entry ended.</summary>
/// <param name="Seconds">Of the processor.</param>
/// <param name="Megabytes">Of resident memory, at most.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
sealed record HostileResult(double Seconds, double Megabytes, string? Problem);

/// <summary>Runs entries with one program.</summary>
/// <param name="program">The command as a shell writes it.</param>
sealed class HostileRun(string program)
{
    const int Hang = 1200; // seconds of any clock

    static readonly long s_tick = 100; // of /proc/PID/stat, on every Linux

    // root without its rights, and without its identity: the user nobody
    const string Unprivileged = "setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all";

    /// <summary>Why root cannot run the program as another user; null where it can.</summary>
    public string? NoOtherUser()
    {
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{Unprivileged} {program} --version"])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = Path.GetTempPath() },
        })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : Start(said);
    }

    /// <summary>One entry in a folder of its own.</summary>
    /// <param name="entry">What is run.</param>
    /// <param name="unprivileged">Whether root runs it as a user without rights, who owns the folder.</param>
    public HostileResult Of(HostileEntry entry, bool unprivileged = false)
    {
        string folder = Directory.CreateTempSubdirectory("translucent-hostile-").FullName;
        HostilePlace place = new(folder);
        try
        {
            entry.Make(place);
            string command = $"{program} {string.Join(' ', entry.Args.Select(Quoted))}";
            string line = entry.Shell.Replace("{0}", command, StringComparison.Ordinal).Replace("{1}", program, StringComparison.Ordinal);
            if (unprivileged) Process.Start("chown", ["-R", "-h", "65534:65534", folder]).WaitForExit();
            ProcessStartInfo start = new("sh", ["-c", unprivileged ? $"exec {Unprivileged} sh -c {Quoted(line)}" : line])
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
            };
            start.Environment["HOME"] = folder;
            start.Environment["HF_HOME"] = System.IO.Path.Combine(folder, "hf");
            foreach ((string name, string value) in entry.Variables) start.Environment[name] = value;
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            Feed(process, entry.Input);
            (double seconds, double memory) = Watch(process);
            if (seconds < 0) return new HostileResult(-seconds, memory, $"hangs: more than {Hang} s");
            process.WaitForExit();
            return new HostileResult(seconds, memory, Problem(entry, place, process.ExitCode, output.Result, error.Result, seconds, memory));
        }
        catch (InvalidProgramException e)
        {
            return new HostileResult(0, 0, e.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string? Problem(HostileEntry entry, HostilePlace place, int code, string output, string error, double seconds, double memory)
    {
        string said = error + output;
        if (code != entry.Code) return $"exit code {code}, expected {entry.Code}: {Start(error.Length > 0 ? error : output)}";
        if (entry.Says.Length > 0 && !Regex.IsMatch(said, entry.Says, RegexOptions.Singleline)) return $"says {Start(said)}, expected {entry.Says}";
        if (error.Contains("Unhandled exception") || error.Contains("   at Translucent.") || error.Contains("this is a defect"))
            return $"a defect: {Start(error)}";
        foreach (string line in error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (!line.StartsWith("translucent: ", StringComparison.Ordinal)) return $"a line without its beginning: {Start(line)}";
            else if (line.Length > 3000) return $"a line of {line.Length} letters";
        foreach (Rune rune in (output + error).EnumerateRunes())
            if (rune.Value is (< 32 and not '\n') or (>= 127 and < 160) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x2028 or 0x2029)
                return $"U+{rune.Value:X4} reaches the terminal: {Start(output + error)}";
        if (Directory.EnumerateFiles(place.Path, "*.tmp", SearchOption.AllDirectories).FirstOrDefault() is { } half) return $"leaves {half}";
        entry.After(place);
        return seconds > entry.Seconds
            ? string.Create(CultureInfo.InvariantCulture, $"takes {seconds:0.0} s of the processor, expected {entry.Seconds} at most")
            : memory > entry.Megabytes ? string.Create(CultureInfo.InvariantCulture, $"takes {memory:0} MiB, expected {entry.Megabytes} at most") : null;
    }

    static string Start(string text) => $"'{string.Concat(text.Take(300).Select(c => char.IsControl(c) ? '.' : c))}'";

    static void Feed(Process process, byte[] input)
    {
        try
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has ended, or reads nothing
        }
    }

    /// <summary>Seconds and MiB of a process and its children; seconds below 0 where it had to be ended.</summary>
    static (double Seconds, double Megabytes) Watch(Process process)
    {
        Stopwatch clock = Stopwatch.StartNew();
        double seconds = 0, memory = 0;
        while (!process.WaitForExit(5))
        {
            try
            {
                // 14 and 15 user and system ticks, 16 and 17 those of children that have ended
                string stat = File.ReadAllText($"/proc/{process.Id}/stat");
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                seconds = Math.Max(seconds, Enumerable.Range(11, 4).Sum(i => long.Parse(fields[i], CultureInfo.InvariantCulture)) / (double)s_tick);
                string? peak = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (peak is not null) memory = Math.Max(memory, long.Parse(peak[6..^2].Trim(), CultureInfo.InvariantCulture) / 1024.0);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // it has just ended
            }
            if (clock.Elapsed.TotalSeconds < Hang) continue;
            process.Kill(entireProcessTree: true);
            return (-clock.Elapsed.TotalSeconds, memory);
        }
        return (seconds, memory);
    }

    static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
