// `fuzz hostile`: the list of hostile inputs and faults, one after another, as a table that ends with what differs from what is expected.

using System.CommandLine;
using System.Globalization;

namespace Translucent.Fuzz.Hostile;

/// <summary>The command.</summary>
static class HostileReplay
{
    public static Command Create()
    {
        Argument<string[]> words = new("WORD")
        {
            Description = "Entries whose names have one of these words. [default: all]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> tool = new("--tool")
        {
            Description = "The command, as a shell writes it.",
            DefaultValueFactory = _ =>
                $"dotnet {Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Translucent.Cli/release/Translucent.Cli.dll"))}",
        };
        Command command = new("hostile", "Replay the list of hostile inputs and faults (docs/reliability.md).") { words, tool };
        command.SetAction(parse => Run(parse.GetRequiredValue(tool), parse.GetValue(words) ?? []));
        return command;
    }

    static int Run(string tool, string[] words)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("hostile: expected Linux, whose limits and /proc it uses.");
            return 1;
        }
        HostileRun run = new(tool);
        bool root = Environment.IsPrivilegedProcess;
        string? alone = root ? run.NoOtherUser() : null;
        if (alone is not null) Console.Error.WriteLine($"hostile: entries about rights are passed over, root cannot run the command as nobody: {alone}");
        int done = 0, failed = 0, passed = 0;
        double slowest = 0, largest = 0;
        foreach (HostileEntry entry in HostileList.All.Where(e => words.Length == 0 || words.Any(w => e.Name.Contains(w, StringComparison.OrdinalIgnoreCase))))
        {
            bool unprivileged = root && !entry.OfRoot;
            if (unprivileged && alone is not null)
            {
                passed++;
                continue;
            }
            HostileResult result = run.Of(entry, unprivileged);
            done++;
            (slowest, largest) = (Math.Max(slowest, result.Seconds), Math.Max(largest, result.Megabytes));
            if (result.Problem is not null) failed++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(result.Problem is null ? "ok  " : "FAIL")} {entry.Code} {result.Seconds,6:0.00} s {result.Megabytes,5:0} MiB  {entry.Name}"
                    + $"{(result.Problem is null ? "" : $"\n     {result.Problem}")}"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{done} entries, {failed} differ, {passed} passed over; most {slowest:0.0} s of the processor and {largest:0} MiB"));
        return failed == 0 ? 0 : 1;
    }
}
