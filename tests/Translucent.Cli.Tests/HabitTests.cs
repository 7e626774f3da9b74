using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Translucent.Explain;

namespace Translucent.Cli.Tests;

/// <summary>What people try first: help, lists, a word misspelled, the key that completes.</summary>
public class HabitTests
{
    public static TheoryData<string, string> Misspelled => new()
    {
        { "explian", "'explian' (did you mean 'explain'?)" },
        { "evaluate chefer-pertubation", "'chefer-pertubation' (did you mean 'chefer-perturbation'?)" },
        { "models lst", "'lst' (did you mean 'list'?)" },
        { "explain PHOTO --no-segmentaton", "--no-segmentaton (did you mean '--no-segmentation'?)" },
        { "explain PHOTO --no-seg", "--no-seg (did you mean '--no-segmentation'?)" },
        { "verify cifar10-vit --tolerence 0.1", "'--tolerence' (did you mean '--tolerance'?)" },
        { "classify hello --modle ./bert", "'--modle' (did you mean '--model'?)" },
        { "classify --modle", "--modle (did you mean '--model'?)" },
        { "explain PHOTO --method gea", "--method gea (did you mean 'gae'?): expected all" },
        { "explain PHOTO --method generic_atention", "(did you mean 'generic_attention'?)" },
        { "explain PHOTO --model shapes-dter --method absolut", "(did you mean 'absolute'?)" },
        { "ask PHOTO what? --method semantik", "--method semantik (did you mean 'semantic'?)" },
        { "explain PHOTO --model cifar10-vti", "--model cifar10-vti (did you mean 'cifar10-vit'?): there is no such folder" },
        { "evaluate presets localization", "PRESET localization (did you mean 'localisation'?)" },
        { "evaluate submit --slurm localization", "PRESET localization (did you mean 'localisation'?)" },
        { "help segmnt", "help segmnt (did you mean 'segment'?)" },
        { "help models pul", "help pul (did you mean 'pull'?)" },
        { "methods atn_lrp", "METHOD atn_lrp (did you mean 'attn_lrp'?)" },
        { "completion tcsh", "SHELL tcsh: expected bash, zsh, fish, pwsh" },
    };

    [Theory, MemberData(nameof(Misspelled))]
    public async Task A_word_misspelled_is_answered_with_the_one_that_was_meant(string line, string message)
    {
        CliRun run = await CliRun.Of([.. line.Split(' ').Select(word => word == "PHOTO" ? CliRun.Photo : word)]);
        Assert.Equal(CommandLine.WrongUsage, run.Code);
        Assert.Contains(message, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("explain PHOTO --method lime")]
    [InlineData("explain PHOTO --nothing-like-it")]
    public async Task A_word_like_no_other_gets_no_hint(string line) => Assert.DoesNotContain("did you mean",
        (await CliRun.Of([.. line.Split(' ').Select(word => word == "PHOTO" ? CliRun.Photo : word)])).Error);

    [Theory]
    [InlineData("explain")]
    [InlineData("models pull")]
    [InlineData("evaluate chefer-perturbation")]
    [InlineData("")]
    public async Task Help_of_a_verb_is_what_its_option_prints(string verb)
    {
        string[] words = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CliRun help = await CliRun.Succeeds(["help", .. words]), option = await CliRun.Succeeds([.. words, "--help"]);
        Assert.Equal(option.Output, help.Output);
        Assert.NotEmpty(help.Output);
    }

    [Fact]
    public void Every_verb_has_examples_and_each_of_them_can_be_typed()
    {
        foreach (Command verb in Leaves(Program.Root()))
        {
            string[] lines = [.. Examples.Of(verb)];
            Assert.True(lines.Length > 0, $"{verb.Name}: has no example");
            foreach (string line in lines)
            {
                // words that are files are not looked for before the verb runs
                ParseResult parse = Program.Root().Parse(line.Split(" >>")[0]);
                Assert.True(parse.Errors.Count == 0, $"{line}: {string.Join("; ", parse.Errors)}");
                Assert.Equal(verb.Name, parse.CommandResult.Command.Name);
            }
        }
    }

    /// <summary>The table of the overview and the verbs themselves are apart, so that help makes no options.</summary>
    [Fact]
    public async Task The_overview_names_every_verb_in_lines_that_fit_a_terminal()
    {
        Assert.Equal(VerbGroup.Each.Select(v => v.Name), Program.Root().Subcommands.Select(c => c.Name));
        Assert.Equal(VerbGroup.Each.Count(), VerbGroup.Each.DistinctBy(v => v.Name).Count());
        string[] lines = (await CliRun.Succeeds("--help")).Output.Split('\n');
        Assert.All(VerbGroup.Each, v => Assert.Single(lines, line => line.StartsWith($"  {v.Name} ", StringComparison.Ordinal) && line.Contains(v.Summary)));
        Assert.All(lines.Skip(1), line => Assert.True(line.Length <= 100, line));
        Command one = Program.Root("lens");
        Assert.Equal("lens", Assert.Single(one.Subcommands).Name);
        Assert.Equal(Program.Root().Subcommands.Single(c => c.Name == "lens").Options.Select(o => o.Name), one.Subcommands[0].Options.Select(o => o.Name));
    }

    [Fact]
    public async Task Help_ends_with_examples() =>
        Assert.Contains("Examples:" + Environment.NewLine + "  translucent segment samples/coffee.png --clusters 4",
            (await CliRun.Succeeds("help", "segment")).Output);

    [Fact]
    public async Task Methods_are_listed_with_all_that_decides_a_choice()
    {
        CliRun table = await CliRun.Succeeds("methods");
        Assert.All(ClassMethods.All, m => Assert.Contains(m.Meaning, table.Output));
        Assert.All(StreamMethods.All.Concat(StreamMethods.OfTexts), m => Assert.Contains(m.Meaning, table.Output));
        string row = table.Output.Split('\n').First(line => line.StartsWith("attn_lrp ", StringComparison.Ordinal));
        Assert.All(["signed", "class scores", "attnlrp", "arXiv:2402.05602"], part => Assert.Contains(part, row));
        string patents = table.Output.Split('\n').Single(line => line.StartsWith("Patented", StringComparison.Ordinal));
        Assert.All(["attn_lrp", "conservative_lrp", "full_lrp", "transformer_attribution"], name => Assert.Contains(name, patents));
        Assert.DoesNotContain("gae", patents);
    }

    [Fact]
    public async Task Methods_as_JSON_have_costs_that_can_be_compared()
    {
        using JsonDocument all = JsonDocument.Parse((await CliRun.Succeeds("methods", "--json")).Output);
        JsonElement Of(string name, string explains = "classes") => all.RootElement.EnumerateArray()
            .Single(m => m.GetProperty("name").GetString() == name && m.GetProperty("explains").GetString() == explains);
        Assert.Equal(ClassMethods.All.Count + StreamMethods.OfTexts.Union(StreamMethods.All).Count(), all.RootElement.GetArrayLength());
        double gae = Of("gae").GetProperty("cost").GetDouble(), steps = Of("integrated_gradients").GetProperty("cost").GetDouble();
        Assert.InRange(gae, 0.5, 1.5); // a sweep of one row is about a pass
        Assert.InRange(steps, 64 * 1.5, 64 * 2.5); // 64 passes, each with a sweep
        Assert.Equal(0, Of("raw").GetProperty("cost").GetDouble());
        Assert.Equal(64, Of("integrated_gradients", "streams").GetProperty("sweeps").GetInt32());
        Assert.True(Of("lrp").GetProperty("patents").GetBoolean());
        Assert.False(Of("legrad").GetProperty("patents").GetBoolean());
    }

    [Fact]
    public async Task A_method_alone_is_shown_by_name_or_alias_from_both_tables()
    {
        CliRun run = await CliRun.Succeeds("methods", "Generic-Attention");
        Assert.Contains("arXiv:2103.15679", run.Output);
        Assert.DoesNotContain("Grad-CAM", run.Output);
        Assert.Equal(2, (await CliRun.Succeeds("methods", "gae")).Output.Split("aliases").Length - 1);
    }

    [Theory]
    [InlineData("translucent exp", "explain")]
    [InlineData("exp", "explain")]
    [InlineData("/usr/bin/translucent models p", "pull")]
    [InlineData("translucent explain a.png --method gra", "gradcam,gradient_x_input")]
    [InlineData("translucent explain a.png --method gae,rol", "gae,rollout")]
    [InlineData("translucent explain a.png --no-s", "--no-segmentation")]
    [InlineData("translucent explain a.png --model cif", "cifar10-vit")]
    [InlineData("translucent evaluate pre", "presets")]
    [InlineData("translucent evaluate presets loc", "localisation")]
    [InlineData("translucent methods tokentm_", "tokentm_af,tokentm_af_l,tokentm_baseline")]
    [InlineData("translucent completion f", "fish")]
    [InlineData("translucent explain sam", "")]
    public async Task Shells_are_told_how_a_word_may_go_on(string line, string words)
    {
        CliRun run = await CliRun.Succeeds($"[suggest:{line.Length}]", line);
        string[] found = run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(line.Contains(",") ? [words] : words.Split(',', StringSplitOptions.RemoveEmptyEntries), found.Order());
    }

    [Fact]
    public async Task A_word_in_the_middle_of_a_line_is_completed_up_to_the_cursor() =>
        Assert.Equal("segment" + Environment.NewLine, (await CliRun.Succeeds("[suggest:15]", "translucent seg photo.png")).Output);

    [Theory]
    [InlineData("bash", "complete -o default -F _translucent translucent")]
    [InlineData("zsh", "compdef _translucent translucent")]
    [InlineData("fish", "complete -c translucent")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName translucent")]
    public async Task A_script_for_every_shell_asks_the_command(string shell, string registers)
    {
        string script = (await CliRun.Succeeds("completion", shell)).Output;
        Assert.Contains(registers, script);
        Assert.Contains("[suggest:", script);
    }

    [Fact, Trait("Process", "child")]
    public void Bash_completes_by_its_script()
    {
        if (OperatingSystem.IsWindows()) return;
        string program = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll")}'";
        ProcessStartInfo start = new("bash", ["-c", $$"""
            translucent() { {{program}} "$@"; }
            source <(translucent completion bash)
            COMP_LINE='translucent explain a.png --no-' COMP_POINT=31
            _translucent
            echo "${COMPREPLY[@]}"
            complete -p translucent
            """]) { RedirectStandardOutput = true };
        using Process bash = Process.Start(start)!;
        string[] lines = bash.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
        bash.WaitForExit();
        Assert.Equal(["--no-segmentation", "complete -o default -F _translucent translucent"], lines);
    }

    static IEnumerable<Command> Leaves(Command verb) => verb.Subcommands.Count == 0 ? [verb] : verb.Subcommands.SelectMany(Leaves);
}
