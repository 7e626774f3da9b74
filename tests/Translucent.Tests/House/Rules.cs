// What every source file keeps to, as functions from a file to the lines that break a rule.

using System.Text.RegularExpressions;

namespace Translucent.Tests.House;

/// <summary>The rules of the house. No line comes back from a file that keeps them.</summary>
static partial class Rules
{
    const int LongestFile = 300, LongestLine = 160;

    /// <summary>A file opens with a comment line that says what it is.</summary>
    public static IEnumerable<string> OpensWithComment(SourceFile file)
    {
        if (!Opening().IsMatch(file.Lines[0])) yield return $"{file.Path}:1: '{file.Lines[0]}', expected a // line that says what the file is.";
    }

    /// <summary>A file has at most 300 lines.</summary>
    public static IEnumerable<string> IsShort(SourceFile file)
    {
        if (file.Lines.Length > LongestFile) yield return $"{file.Path}: {file.Lines.Length} lines, expected at most {LongestFile}; split it by idea.";
    }

    /// <summary>A line has at most 160 characters.</summary>
    public static IEnumerable<string> IsNarrow(SourceFile file)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.Lines[i].EnumerateRunes().Count() is > LongestLine and int length)
                yield return $"{file.Path}:{i + 1}: {length} characters, expected at most {LongestLine}; break the line.";
    }

    /// <summary>The namespace, if a file declares one, is its folder.</summary>
    public static IEnumerable<string> NamespaceIsFolder(SourceFile file)
    {
        string expected = string.Join('.', file.Folder.Split('/')[1..]);
        foreach (Match m in Namespace().Matches(file.Text))
            if (m.Groups[1].Value != expected || m.Groups[2].Value != ";")
                yield return $"{file.Path}: {m.Value.Trim()}, expected namespace {expected};";
        if (!Namespace().IsMatch(file.Text) && !file.Path.EndsWith("/Program.cs", StringComparison.Ordinal))
            yield return $"{file.Path}: no namespace, expected namespace {expected};";
    }

    /// <summary>The library neither prints nor reads clock, environment or network, and finds nothing by reflection.</summary>
    public static IEnumerable<string> StaysPure(SourceFile file) =>
        Matches(file, OutsideWorld(), inComments: false, "belongs in the command, not in the library");

    /// <summary>Nothing is left for later, and no test is passed over.</summary>
    public static IEnumerable<string> IsFinished(SourceFile file) => Matches(file, Unfinished(), inComments: true, "finish it");

    static IEnumerable<string> Matches(SourceFile file, Regex pattern, bool inComments, string hint)
    {
        for (int i = 0; i < file.Lines.Length; i++)
            if (inComments || !file.Lines[i].TrimStart().StartsWith("//", StringComparison.Ordinal))
                foreach (Match m in pattern.Matches(file.Lines[i]))
                    yield return $"{file.Path}:{i + 1}: {m.Value}: {hint}.";
    }

    [GeneratedRegex(@"^// \S.{10,}")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^namespace +([\w.]+)\s*([;{]?)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex("""
        \b(Console|DateTime|DateTimeOffset|Stopwatch|TimeProvider|HttpClient|Activator|Process)\b
        |\bSystem\.(Net|Reflection)\b
        |\b(Debug|Trace)\.Write
        |\bEnvironment\.(?!ProcessorCount\b|GetEnvironmentVariable\("TRANSLUCENT_GEMM"\))\w+
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OutsideWorld();

    // Written with gaps, which the option ignores, so that this file keeps the rule.
    [GeneratedRegex(@"\b TO DO \b | \b FIX ME \b | \b HA CK \b | NotImplemented Exception | \b Skip \s* =", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Unfinished();
}
