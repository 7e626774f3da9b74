// How a run that throws ends: what the user can correct is one line; anything else is a defect, and says so and how to report it.

using System.Reflection;
using Translucent.Files;

namespace Translucent.Cli;

/// <summary>Turns an exception into lines on standard error and an exit code.</summary>
static class Ending
{
    /// <summary>The variable that asks for the stack trace of a defect.</summary>
    public const string DebugVariable = "TRANSLUCENT_DEBUG";

    const int LongestLine = 2000; // letters

    /// <summary>Says what went wrong.</summary>
    /// <param name="thrown">What a verb threw.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="debug">Whether a defect shows its stack trace; when null, <see cref="DebugVariable"/> says so.</param>
    /// <returns>The exit code.</returns>
    public static int Of(Exception thrown, TextWriter error, bool? debug = null)
    {
        Exception e = Cause(thrown);
        switch (e)
        {
            case OperationCanceledException:
                Say(error, "cancelled; every file that was written is complete.");
                return CommandLine.Cancelled;
            case TranslucentException { IsOfRequest: true }:
                Say(error, e.Message);
                return CommandLine.WrongUsage;
            case IOException or UnauthorizedAccessException when e.StackTrace?.Contains("ConsoleStream", StringComparison.Ordinal) == true:
                Say(error, $"standard output cannot be written to ({e.Message.TrimEnd('.')}); every file that was written is complete.");
                return CommandLine.Failure;
            case TranslucentException or IOException or UnauthorizedAccessException:
                Say(error, e.Message);
                return CommandLine.Failure;
            case OutOfMemoryException:
                Say(error, $"memory: the system gives no more ({e.Message.TrimEnd('.')}); close other programs, or give less to do at once with --memory.");
                return CommandLine.Failure;
            case DllNotFoundException:
                Say(error, $"a native library cannot be loaded ({Tried(e.Message)}); give the process more address space (ulimit -v), or install the program "
                    + "again.");
                return CommandLine.Failure;
        }
        Say(error, $"this is a defect of translucent, not of what you gave it: {e.GetType().Name}: {e.Message}");
        Say(error, $"please report it with the command line, version {ThisProgram.Version} and the lines that {DebugVariable}=1 adds; "
            + "results that were written before it are complete.");
        if (debug ?? Environment.GetEnvironmentVariable(DebugVariable) == "1") error.WriteLine(thrown);
        return CommandLine.Failure;
    }

    /// <summary>Of all that the runtime tried, the first file with what the system said of it.</summary>
    static string Tried(string message) => message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [_, var first, ..]
        ? first : message.Trim();

    /// <summary>One line; of a very long one beginning and end.</summary>
    public static void Say(TextWriter error, string message)
    {
        string text = message.Trim();
        if (text.Length > LongestLine) text = $"{text[..(LongestLine / 2)]} ... {text[^(LongestLine / 4)..]}";
        error.WriteLine($"translucent: {Visible.Words(text)}");
    }

    /// <summary>What happened inside the wrappings of threads and of static constructors; of several errors, the first that is a defect.</summary>
    public static Exception Cause(Exception e) => e switch
    {
        AggregateException { InnerExceptions: { Count: > 0 } all } => all.Select(Cause).OrderBy(IsExpected).First(),
        TypeInitializationException or TargetInvocationException => e.InnerException is { } inner ? Cause(inner) : e,
        _ => e,
    };

    static bool IsExpected(Exception e) =>
        e is TranslucentException or IOException or UnauthorizedAccessException or OutOfMemoryException or OperationCanceledException;
}
