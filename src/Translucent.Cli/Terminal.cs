// What the user reads while a verb runs: tables and progress bars in a terminal, plain lines when the output is redirected.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Translucent.Runs;

namespace Translucent.Cli;

/// <summary>Standard output and standard error of one run.</summary>
sealed class Terminal
{
    const int ScreenRows = 40; // a table of more is not written block by block
    const int MostRows = 10_000; // a table of more has no frame

    static readonly TimeSpan s_between = TimeSpan.FromSeconds(10); // of progress lines in redirected output

    readonly TextWriter _output, _error;
    TextWriter _answers;
    readonly IAnsiConsole? _rich;

    /// <param name="output">Results and progress.</param>
    /// <param name="error">Errors and warnings.</param>
    /// <param name="rich">Whether the output is a terminal that moves its cursor.</param>
    public Terminal(TextWriter output, TextWriter error, bool rich)
    {
        (_output, _error, _answers) = (output, error, output);
        if (rich) _rich = AnsiConsole.Console;
    }

    /// <summary>The terminal behind a command line.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="silent">Whether nothing but <see cref="Answer"/> goes to standard output.</param>
    public static Terminal Of(ParseResult parse, bool silent = false)
    {
        InvocationConfiguration to = parse.InvocationConfiguration;
        bool rich = !silent && ReferenceEquals(to.Output, Console.Out) && !Console.IsOutputRedirected;
        return new Terminal(silent ? TextWriter.Null : to.Output, to.Error, rich) { _answers = to.Output };
    }

    /// <summary>What another program asked for, on a line of its own, however silent the run is.</summary>
    public void Answer(string line) => _answers.WriteLine(line);

    /// <summary>A line of output.</summary>
    public void Line(string text = "")
    {
        text = Visible.Words(text);
        if (_rich is null) _output.WriteLine(text);
        else _rich.WriteLine(text);
    }

    /// <summary>A piece of a line, shown at once.</summary>
    public void Write(string text)
    {
        _output.Write(text);
        _output.Flush();
    }

    /// <summary>Text for another program, never wrapped to the width of the terminal.</summary>
    public void Raw(string text) => _output.WriteLine(Visible.Text(text));

    /// <summary>A line of words on grounds of a colour, red above 0 and blue below, as strong as the share -1 .. 1 says; where there are no colours, the words
    /// alone.</summary>
    public void Colored(string heading, IReadOnlyList<(string Text, double Share)> words)
    {
        (heading, words) = (Visible.Text(heading), [.. words.Select(w => (Visible.Text(w.Text), w.Share))]);
        if (_rich is null)
        {
            Line(heading + string.Join(' ', words.Select(w => w.Text)));
            return;
        }
        Paragraph line = new(heading);
        foreach ((string text, double share) in words) line.Append(text, Shade(share)).Append(" ");
        _rich.Write(line);
        _rich.WriteLine();
    }

    /// <summary>A text whose parts are on grounds of a colour, in the same way; nothing stands between them.</summary>
    public void Shaded(IReadOnlyList<(string Text, double Share)> parts)
    {
        parts = [.. parts.Select(p => (Visible.Text(p.Text), p.Share))];
        if (_rich is null)
        {
            Line(string.Concat(parts.Select(p => p.Text)));
            return;
        }
        Paragraph text = new();
        foreach ((string part, double share) in parts) text.Append(part, Shade(share));
        _rich.Write(text);
        _rich.WriteLine();
    }

    static Style Shade(double share)
    {
        byte other = (byte)(255 - 200 * Math.Min(1, Math.Abs(share)));
        return Math.Abs(share) < 0.02 ? Style.Plain : new Style(Color.Black, share > 0 ? new Color(255, other, other) : new Color(other, other, 255));
    }

    /// <summary>A line on standard error.</summary>
    public void Warn(string text) => Ending.Say(_error, text);

    /// <summary>Names the keys of a model's config.json that nobody read and that may matter; nothing where there are none.</summary>
    public void Unread(string model, IReadOnlyList<string> keys)
    {
        foreach (string doubt in ModelDoubts.OfSettings(model, keys)) Warn(doubt);
    }

    /// <summary>Says that a file of a folder is not looked at, and why.</summary>
    public void LeftOut(string path, string why) => Warn($"{path}: left out, because {why}.");

    /// <summary>A table; a heading that starts with '&gt;' marks a column of numbers.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<string[]> rows)
    {
        bool[] numbers = [.. headings.Select(h => h.StartsWith('>'))];
        string[] names = [.. headings.Select(h => Visible.Line(h.TrimStart('>')))];
        int[] widths = [.. names.Select(name => name.Length)];
        if (_rich is null || rows.Skip(MostRows).Any()) // rows are made twice, so that a million of them need no memory
        {
            IEnumerable<string[]> shown = rows.Select(row => Array.ConvertAll(row, Visible.Line));
            foreach (string[] row in shown)
                for (int i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
            foreach (string[] row in shown.Prepend(names))
                _output.WriteLine(string.Join("  ", row.Select((cell, i) => numbers[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
            return;
        }
        string[][] all = [.. rows.Select(row => Array.ConvertAll(row, Visible.Line))];
        widths = [.. names.Select((name, i) => Math.Max(name.Length, all.Select(r => r[i].Length).DefaultIfEmpty().Max()))];
        int keys = Math.Max(1, Array.IndexOf(numbers, true));
        // words can be wrapped
        int[][] blocks = numbers.Contains(true) && all.Length <= ScreenRows ? Blocks(widths, keys, _rich.Profile.Width)
            : [[.. Enumerable.Range(0, names.Length)]];
        foreach (int[] columns in blocks)
        {
            Table table = new() { Border = TableBorder.Rounded };
            foreach (int i in columns)
                table.AddColumn(new TableColumn(new Spectre.Console.Text(names[i], new Style(decoration: Decoration.Bold)))
                {
                    Alignment = numbers[i] ? Justify.Right : Justify.Left
                });
            foreach (string[] row in all) table.AddRow(columns.Select(i => new Spectre.Console.Text(row[i])));
            _rich.Write(table);
        }
    }

    /// <summary>Columns of a table in blocks that fit the terminal, the first ones in each; one block, whose words will be broken, where that cannot
    /// be.</summary>
    /// <param name="widths">Of the columns, in letters.</param>
    /// <param name="keys">How many columns say what a row is about.</param>
    /// <param name="width">Of the terminal.</param>
    public static int[][] Blocks(IReadOnlyList<int> widths, int keys, int width)
    {
        const int Frame = 3; // letters beside each column
        int own = 1 + widths.Take(keys).Sum(w => w + Frame), room = width - own;
        List<List<int>> blocks = [[]];
        int used = 0;
        for (int i = keys; i < widths.Count; i++)
        {
            int needed = widths[i] + Frame;
            if (needed > room) return [[.. Enumerable.Range(0, widths.Count)]];
            if (used + needed > room)
            {
                blocks.Add([]);
                used = 0;
            }
            blocks[^1].Add(i);
            used += needed;
        }
        return [.. blocks.Select(block => (int[])[.. Enumerable.Range(0, keys), .. block])];
    }

    /// <summary>Runs work that reports how much of it is done, 0 .. 1, and shows that with the time left.</summary>
    public void Work(string what, Action<IProgress<double>> work)
    {
        what = Visible.Line(what);
        if (_rich is null)
        {
            work(new Lines(_output, what));
            return;
        }
        _rich.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: 1);
                work(new Relay(done => task.Value = done));
            });
    }

    /// <summary>As <see cref="Work"/>, for work that waits for others.</summary>
    public Task WorkAsync(string what, Func<IProgress<double>, Task> work)
    {
        what = Visible.Line(what);
        if (_rich is null) return work(new Lines(_output, what));
        return _rich.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: 1);
                return work(new Relay(done => task.Value = done));
            });
    }

    /// <summary>A forecast as people say it: about so long, at least 0.1 s.</summary>
    public static string About(double seconds) => $"about {Duration(Math.Max(seconds, 0.1))}";

    /// <summary>A duration as people say it.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 0.1 => "less than 0.1 s",
        < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 89.5 => $"{seconds:0} s",
        < 5400 => $"{seconds / 60:0} min",
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0.0} days"),
    };

    /// <summary>Calls at once, on the thread that reports.</summary>
    sealed class Relay(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    /// <summary>Progress as lines, seldom enough for a log file.</summary>
    sealed class Lines(TextWriter output, string what) : IProgress<double>
    {
        readonly Stopwatch _clock = Stopwatch.StartNew();
        TimeSpan _next = s_between;
        double? _start; // what is reported at once was done before: work that goes on where it stopped

        public void Report(double value)
        {
            TimeSpan now = _clock.Elapsed;
            _start ??= now < s_between / 10 ? value : 0;
            if (now < _next || value <= _start || value >= 1) return;
            _next = now + s_between;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what}: {value:0 %}, {About(now.TotalSeconds * (1 - value) / (value - _start.Value))} left"));
        }
    }
}
