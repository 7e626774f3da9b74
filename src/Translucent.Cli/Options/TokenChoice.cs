// Which latent tokens are explained: --token ROW,COL, cls, or all.

using System.Text.RegularExpressions;
using Translucent.Models;

namespace Translucent.Cli.Options;

/// <summary>A token that was chosen by itself.</summary>
/// <param name="Row">Row of its patch, from 1; 0 for the class token.</param>
/// <param name="Column">Column of its patch, from 1; 0 for the class token.</param>
readonly record struct ChosenToken(int Row, int Column)
{
    public bool IsClass => Row == 0;

    /// <summary>Its place among the tokens of a forward pass.</summary>
    public int Index(Trace trace) => IsClass ? 0 : trace.Grid.Prefix + (Row - 1) * trace.Grid.Columns + Column - 1;

    /// <summary>As typed.</summary>
    public override string ToString() => IsClass ? "cls" : $"{Row},{Column}";

    /// <summary>As part of a file name.</summary>
    public string FileName => IsClass ? "cls" : $"{Row}-{Column}";
}

/// <summary>Tokens as the user names them.</summary>
/// <param name="All">Whether every patch token is wanted.</param>
/// <param name="Chosen">Tokens wanted by themselves, each once.</param>
/// <param name="Named">Whether anything was typed at all.</param>
sealed partial record TokenChoice(bool All, IReadOnlyList<ChosenToken> Chosen, bool Named = true)
{
    /// <summary>How many are chosen, in words.</summary>
    public string Counted => Chosen.Count == 1 ? "1 token" : $"{Chosen.Count} tokens";

    /// <summary>Reads the words after --token; none stand for all.</summary>
    /// <param name="words">What was typed.</param>
    /// <param name="images">Takes words that name files, because a list of tokens may be followed by an image.</param>
    /// <exception cref="UsageException">A word is neither.</exception>
    public static TokenChoice Parse(IReadOnlyList<string> words, List<string> images)
    {
        bool all = false;
        List<ChosenToken> chosen = [];
        foreach (string word in words)
        {
            if (word.Equals("all", StringComparison.OrdinalIgnoreCase)) all = true;
            else if (word.Equals("cls", StringComparison.OrdinalIgnoreCase)) chosen.Add(default);
            else if (RowAndColumn().Match(word) is { Success: true } match && int.TryParse(match.Groups[1].Value, out int row)
                && int.TryParse(match.Groups[2].Value, out int column))
            {
                if (row < 1 || column < 1) throw new UsageException($"--token {word}: rows and columns of patches are counted from 1.");
                chosen.Add(new ChosenToken(row, column));
            }
            else if (word == Runs.StandardInput.Word || File.Exists(word) || Directory.Exists(word)) images.Add(word);
            else throw new UsageException($"--token {word}: expected ROW,COL (counted from 1), cls or all.");
        }
        return new TokenChoice(all || chosen.Count == 0, [.. chosen.Distinct()], Named: all || chosen.Count > 0);
    }

    /// <summary>Holds the tokens against the grid of an image.</summary>
    /// <exception cref="UsageException">There is no such patch.</exception>
    public void Check(Trace trace)
    {
        if (trace.Grid.Prefix == 0 && Chosen.Any(token => token.IsClass))
            throw new UsageException($"--token cls: this {trace.Model.Family} has no class token; name patches as ROW,COL, counted from 1.");
        foreach (ChosenToken token in Chosen)
            if (token.Row > trace.Grid.Rows || token.Column > trace.Grid.Columns)
                throw new UsageException($"--token {token}: the image has {trace.Grid.Rows} rows and {trace.Grid.Columns} columns of patches, counted from 1.");
    }

    /// <summary>The chosen tokens, as typed.</summary>
    public IReadOnlyList<string> Words => [.. Chosen.Select(token => token.ToString())];

    [GeneratedRegex(@"^(\d+),(\d+)$")]
    private static partial Regex RowAndColumn();
}
