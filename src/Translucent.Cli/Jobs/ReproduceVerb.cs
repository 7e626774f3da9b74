// translucent evaluate reproduce TABLE: a table of a paper, by the data and models that the user has; paper, ours, difference.

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Files;

namespace Translucent.Cli.Jobs;

/// <summary>The verb.</summary>
static class ReproduceVerb
{
    public static Command Create()
    {
        Argument<string[]> tables = new("TABLE") { Description = "Tables, such as tokentm-table2, or all.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> list = new("--list") { Description = "Show all tables, what each measures and what it takes." };
        Option<string[]> data = Named("--data", "What the paper measures on, by the name that --list shows; may be repeated.", "-d");
        Option<string[]> models = Named("--model", "The models, by the names that --list shows; those in the cache of the hub are found without.", "-m");
        Option<string?> paper = new("--paper")
        {
            Description = "Numbers of the paper that you type yourself: lines of table, row, column and value with tabs between them.",
            HelpName = "FILE",
        };
        Option<string> output = new("--out", "-o")
        {
            Description = "The folder of all runs and tables; what is there is continued.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => Path.Combine("out", "reproduce"),
        };
        Option<int?> limit = new("--limit", "-n")
        {
            Description = "At most so many images of every data set, from the first; no difference to the paper is then given. [default: all]",
            HelpName = "COUNT",
            CustomParser = result => Parsers.Number("--limit", 1, int.MaxValue)(result),
        };
        Option<long?> memory = ComputeOptions.Memory("passes and sweeps");
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("reproduce",
            "Repeat a table of a paper with the data and models at hand: paper, ours, difference, and why a row could not be run.")
        {
            tables, list, data, models, paper, output, limit, memory, threads,
        };
        command.SetAction(async (parse, stop) =>
        {
            Terminal terminal = Terminal.Of(parse);
            if (parse.GetValue(list)) return List(terminal);
            (PaperFile Paper, PaperTable Table)[] wanted = Wanted(parse.GetValue(tables) ?? []);
            PaperNeed[] needs = [.. PaperFile.All.SelectMany(p => p.Needs)];
            string folder = parse.GetRequiredValue(output);
            if (string.IsNullOrWhiteSpace(folder)) throw new UsageException("--out: is empty, expected a folder to write to.");
            List<string> common = [];
            if (parse.GetValue(limit) is { } most) common.AddRange(["--limit", most.ToString(CultureInfo.InvariantCulture)]);
            if (parse.GetValue(memory) is { } bytes) common.AddRange(["--memory", bytes.ToString(CultureInfo.InvariantCulture)]);
            if (parse.GetResult(threads) is { Implicit: false }) common.AddRange(["--threads", parse.GetValue(threads).ToString(CultureInfo.InvariantCulture)]);
            ReproduceRun run = new(Given(parse.GetValue(data), "--data", needs.Where(n => !n.IsModel)),
                Given(parse.GetValue(models), "--model", needs.Where(n => n.IsModel)), Numbers(parse.GetValue(paper)), common, folder,
                parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
            int code = CommandLine.Success;
            foreach ((PaperFile source, PaperTable table) in wanted)
            {
                int one = await run.Of(source, table, terminal, stop);
                if (one == CommandLine.Cancelled) return one;
                if (one != CommandLine.Success) code = one;
            }
            return code;
        });
        return command;
    }

    static Option<string[]> Named(string name, string description, string alias) => new(name, alias)
    {
        Description = description,
        HelpName = "NAME=FOLDER",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    static (PaperFile, PaperTable)[] Wanted(string[] names)
    {
        if (names.Length == 0) throw new UsageException($"TABLE: none is given, expected some of {Names()}, or all; --list says what they are.");
        if (names is ["all"]) return [.. PaperFile.Every];
        return [.. names.Distinct().Select(name => PaperFile.Every.FirstOrDefault(t => t.Table.Name == name) is { Table: not null } found ? found
            : throw new UsageException($"TABLE {name}: there is none of this name, expected some of {Names()}, or all."))];
    }

    static string Names() => string.Join(", ", PaperFile.Every.Select(t => t.Table.Name));

    /// <summary>What was typed as NAME=FOLDER, by name.</summary>
    static Dictionary<string, string> Given(string[]? words, string option, IEnumerable<PaperNeed> known)
    {
        string[] names = [.. known.Select(n => n.Name).Distinct()];
        Dictionary<string, string> given = [];
        foreach (string word in words ?? [])
        {
            if (word.Split('=', 2) is not [var name, { Length: > 0 } place])
                throw new UsageException($"{option} {word}: expected NAME=FOLDER with a name of {string.Join(", ", names)}.");
            if (!names.Contains(name)) throw new UsageException($"{option} {word}: no table needs '{name}', expected one of {string.Join(", ", names)}.");
            if (!given.TryAdd(name, place)) throw new UsageException($"{option} {word}: '{name}' is given twice.");
        }
        return given;
    }

    /// <summary>Numbers of papers as a user has typed them.</summary>
    static Dictionary<(string Table, string Row, string Column), double> Numbers(string? file)
    {
        Dictionary<(string, string, string), double> numbers = [];
        if (file is null) return numbers;
        if (!File.Exists(file)) throw new UsageException($"--paper {file}: there is no such file.");
        string[] lines = File.ReadAllLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            numbers[lines[i].Split('\t') is [var table, var row, var column, var text]
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                ? (table, row, column)
                : throw new TranslucentException($"{file}, line {i + 1}: expected a table, a row, a column and a number with tabs between them.")] = value;
        }
        return numbers;
    }

    static int List(Terminal terminal)
    {
        foreach (PaperFile paper in PaperFile.All)
        {
            terminal.Line(paper.Source);
            foreach (PaperTable table in paper.Tables)
            {
                terminal.Line($"  {table.Name}: {table.Title}. {table.Known}");
                foreach (PaperRun run in table.Runs)
                    terminal.Line($"    {run.About}: {(run.Command is { } words ? $"evaluate {words}" : run.Missing)}");
            }
            terminal.Line();
            terminal.Table(["name", "kind", "what", "how to get it"],
                paper.Needs.Select(n => (string[])[n.Name, n.IsModel ? "--model" : "--data", n.What, n.Get]));
            terminal.Line();
        }
        return CommandLine.Success;
    }
}
