// --rows and --check: whether sweeps are exact or sparse, and how many targets are computed both ways to say what that costs.

using System.CommandLine;
using System.Globalization;
using Translucent.Runs;

namespace Translucent.Cli.Options;

/// <summary>The options.</summary>
sealed class RowsOptions
{
    readonly Option<RowsChoice> _rows = new("--rows")
    {
        Description = "How sweeps go: exact; K, keeping every target's own row and the K of largest relevance, much faster and nearly the same; or auto, "
            + "exact where that takes some seconds, sparse above, and exact again where the check is bad.",
        HelpName = "K|exact|auto",
        DefaultValueFactory = _ => new RowsChoice(null, Exact: false, 0),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text.Equals("exact", StringComparison.OrdinalIgnoreCase)) return new RowsChoice(null, Exact: true, 0);
            if (text.Equals("auto", StringComparison.OrdinalIgnoreCase)) return new RowsChoice(null, Exact: false, 0);
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int k)) return new RowsChoice(k, Exact: false, 0);
            result.AddError($"--rows {text}: expected exact, auto, or a number of rows from 0.");
            return null;
        },
    };

    readonly Option<int> _check = new("--check")
    {
        Description = "Where sweeps are sparse: so many random targets are computed exactly too, and the difference is told.",
        HelpName = "M",
        DefaultValueFactory = _ => 8,
        CustomParser = Parsers.Number("--check", 1, 10_000),
    };

    /// <summary>Both options.</summary>
    public IReadOnlyList<Option> All => [_rows, _check];

    public void AddTo(Command verb)
    {
        verb.Options.Add(_rows);
        verb.Options.Add(_check);
    }

    public RowsChoice Read(ParseResult parse) => parse.GetRequiredValue(_rows) with { Check = parse.GetValue(_check) };
}
