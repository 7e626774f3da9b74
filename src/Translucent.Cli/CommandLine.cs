// How every verb ends: exit code 0, 1 for a failure with one clear line, 2 for wrong usage, 130 when cancelled.

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Translucent.Cli;

static class CommandLine
{
    /// <summary>Exit codes.</summary>
    public const int Success = 0, Failure = 1, WrongUsage = 2, Cancelled = 130;

    static readonly ParserConfiguration s_parser = new() { ResponseFileTokenReplacer = null }; // @FILE is the value of an option, never options

    /// <summary>Parses and runs; a failure becomes one line on standard error.</summary>
    /// <param name="root">The verbs.</param>
    /// <param name="args">What the user typed.</param>
    /// <param name="output">Standard output when null.</param>
    /// <param name="error">Standard error when null.</param>
    /// <param name="stop">Ends the run early.</param>
    public static async Task<int> Run(Command root, string[] args, TextWriter? output = null, TextWriter? error = null, CancellationToken stop = default)
    {
        error ??= Console.Error;
        InvocationConfiguration configuration = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Interrupts ends the run
            Output = output ?? Console.Out,
            Error = error,
        };
        if (args.Length == 0)
        {
            await root.Parse("--help").InvokeAsync(configuration, stop);
            return WrongUsage;
        }
        ParseResult parse = root.Parse(args, s_parser);
        if (parse.Errors.Count > 0)
        {
            string[] messages = [.. parse.Errors.Select(e => e.Message.TrimEnd('.')).Distinct()];
            if (parse.UnmatchedTokens.Count > 0) messages = [.. messages.Where(m => !m.StartsWith("Required command", StringComparison.Ordinal))];
            Say(error, $"{string.Join("; ", messages)}. See '{Command(parse)} --help'.");
            return WrongUsage;
        }
        try
        {
            return await parse.InvokeAsync(configuration, stop);
        }
        catch (OperationCanceledException)
        {
            Say(error, "cancelled; every file that was written is complete.");
            return Cancelled;
        }
        catch (UsageException e)
        {
            Say(error, e.Message);
            return WrongUsage;
        }
        catch (Exception e) when (IsFailure(e))
        {
            Say(error, e is AggregateException all ? all.InnerExceptions[0].Message : e.Message);
            return Failure;
        }
    }

    /// <summary>Whether an exception tells of something outside the program: files, their content, memory; work on several threads wraps it.</summary>
    public static bool IsFailure(Exception e) =>
        e is AggregateException all ? all.InnerExceptions.All(IsFailure) : e is IOException or InvalidDataException or ArgumentException or InvalidOperationException or UnauthorizedAccessException
            or KeyNotFoundException or NotSupportedException or OutOfMemoryException;

    static void Say(TextWriter error, string message) => error.WriteLine($"translucent: {message.ReplaceLineEndings(" ")}");

    static string Command(ParseResult parse) =>
        string.Join(' ', parse.CommandResult.Parent is CommandResult parent ? [parent.Command.Name, parse.CommandResult.Command.Name] : (string[])[parse.CommandResult.Command.Name]);
}
