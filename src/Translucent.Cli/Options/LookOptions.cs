// How maps are drawn: --colormap, --strength, --even, --cells and --top. Numbers in files are the same whatever they are.

using System.CommandLine;
using System.Globalization;
using Translucent.Images;
using Translucent.Runs.Records;

namespace Translucent.Cli.Options;

/// <summary>How maps look over the photograph.</summary>
/// <param name="Colors">Of maps that are not negative; signed ones keep blue, white and red.</param>
/// <param name="Strength">How much of the colours shows where a map is largest, 0 .. 1.</param>
/// <param name="Fade">Whether the photograph comes through where a map is low; else the colours lie evenly over it.</param>
/// <param name="Cells">Whether patches are drawn as they are, with nothing made up between them.</param>
/// <param name="Top">A line goes around the largest numbers, this share of the picture, 0 .. 1; null for no line.</param>
sealed record MapLook(ColorMap Colors, double Strength, bool Fade, bool Cells, double? Top)
{
    /// <summary>Turbo, 80 % where a map is largest and nothing where it is lowest, smooth, no line.</summary>
    public static MapLook Usual { get; } = new(ColorMap.Turbo, 0.8, Fade: true, Cells: false, Top: null);

    /// <summary>From the patch grid to pixels; colours end where the numbers of the grid do.</summary>
    public Resampling Filter => Cells ? Resampling.Nearest : Resampling.Bicubic;

    /// <summary>As it stands in settings; null where it is the usual one.</summary>
    public LookSettings? Settings => this == Usual ? null : new(Colors.Name, Strength, !Fade, Cells, Top);
}

/// <summary>The options.</summary>
sealed class LookOptions
{
    readonly Option<ColorMap> _colors = new("--colormap")
    {
        Description = $"The colours of maps that are not negative: {string.Join(", ", Names)}; signed maps run from blue over white to red. [default: turbo]",
        HelpName = string.Join('|', Names),
        CustomParser = result =>
        {
            string word = result.Tokens[0].Value;
            if (Maps.FirstOrDefault(m => m.Name.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } found) return found;
            result.AddError($"--colormap {word}{DidYouMean.Of(word, Names)}: expected one of {string.Join(", ", Names)}.");
            return null;
        },
    };

    readonly Option<double> _strength = new("--strength")
    {
        Description = "How much of the colours shows where a map is largest, in percent; where it is low, the photograph comes through. [default: 80]",
        HelpName = "PERCENT",
        CustomParser = result => Percent("--strength", result.Tokens[0].Value, 0, result.AddError),
    };

    readonly Option<bool> _even = new("--even") { Description = "Lay the colours evenly over the photograph, also where a map is low." };

    readonly Option<bool> _cells = new("--cells") { Description = "Draw patches as they are, with nothing interpolated between them." };

    readonly Option<double?> _top = new("--top")
    {
        Description = "Also draw a line around the largest numbers of a map: so many percent of the picture. [default: no line]",
        HelpName = "PERCENT",
        CustomParser = result => Percent("--top", result.Tokens[0].Value, 0.01, result.AddError),
    };

    static IEnumerable<ColorMap> Maps => ColorMap.All.Where(m => !m.IsDiverging);

    static IEnumerable<string> Names => Maps.Select(m => m.Name);

    /// <summary>The options themselves.</summary>
    public IReadOnlyList<Option> All => [_colors, _strength, _even, _cells, _top];

    public void AddTo(Command verb)
    {
        foreach (Option option in All) verb.Options.Add(option);
    }

    /// <summary>Reads the values.</summary>
    public MapLook Read(ParseResult parse) => new(parse.GetValue(_colors) ?? MapLook.Usual.Colors,
        parse.GetResult(_strength) is null ? MapLook.Usual.Strength : parse.GetValue(_strength), !parse.GetValue(_even), parse.GetValue(_cells),
        parse.GetValue(_top));

    static double Percent(string option, string text, double least, Action<string> error)
    {
        if (double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double percent) && percent >= least && percent <= 100)
            return percent / 100;
        error(FormattableString.Invariant($"{option} {text}: expected percent from {least} to 100."));
        return 0;
    }
}
