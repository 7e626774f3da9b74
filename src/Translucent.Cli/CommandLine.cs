// How every verb ends: exit code 0, 1 for a failure with one clear line, 2 for wrong usage, 130 when cancelled.

using System.CommandLine;

namespace Translucent.Cli;

static class CommandLine
{
    /// <summary>Parses and runs; a failure becomes one line on standard error.</summary>
    public static async Task<int> Run(RootCommand root, string[] args)
    {
        ParseResult parse = root.Parse(args);
        if (parse.Errors.Count > 0)
        {
            foreach (var error in parse.Errors) Console.Error.WriteLine($"translucent: {error.Message}");
            return 2;
        }
        try
        {
            return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("translucent: cancelled; what is in the output folder is complete files.");
            return 130;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or InvalidOperationException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"translucent: {e.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }
}
