using System.Text.RegularExpressions;

namespace Translucent.Cli.Tests;

/// <summary>The commands in README.md and on the page of the command run, and bring out what is said there.</summary>
public class ReadmeCommandTests
{
    const string Project = "dotnet run -c Release --project src/Translucent.Cli -- ", Tests = "dotnet test --solution Translucent.slnx -c Release";

    static readonly Markdown s_readme = new("README.md");

    /// <summary>All but the first two, the main job and the tests: the main job runs in <see cref="ProcessTests"/>.</summary>
    public static TheoryData<string> Commands =>
        [.. s_readme.Lines("sh").Skip(2).Concat(new Markdown("docs/command.md").Lines("sh")).Where(line => line != "translucent explain samples/chelsea.png")
            .Distinct()];

    [Theory, MemberData(nameof(Commands))]
    public async Task Commands_run(string line)
    {
        using TempFolder folder = new();
        CliRun run = await CliRun.Of([.. Below(folder, [.. Arguments(line)])]);
        Assert.True(run.Code == 0, $"exit code {run.Code}: {run.Error}{run.Output}");
        Assert.NotEmpty(run.Output);
    }

    /// <summary>The same with its output in a folder: these run in this process, which starts once for all of them, and whose own folder is that of
    /// others. Pictures are small where a line says nothing of their size; those of the main job are as they are.</summary>
    static IEnumerable<string> Below(TempFolder folder, string[] arguments)
    {
        IList<System.CommandLine.Option> options = Program.Root().Parse(arguments).CommandResult.Command.Options;
        bool Lacks(string name) => options.Any(o => o.Name == name) && !arguments.Contains(name);
        int named = Array.IndexOf(arguments, "--out") + 1;
        return
        [
            .. arguments.Select((word, i) => named > 0 && i == named ? folder[word] : word), .. Lacks("--out") ? ["--out", folder["out"]] : (string[])[],
            .. Lacks("--render-size") ? ["--render-size", "64"] : (string[])[],
        ];
    }

    [Fact]
    public void The_integration_script_runs_the_two_commands_of_the_readme()
    {
        string script = Repository.Text(".ci/run");
        Assert.Equal(Tests, s_readme.Lines("sh").ElementAt(1));
        Assert.Contains(s_readme.Lines("sh").First(), script);
        Assert.Contains(Tests, script);
    }

    /// <summary>What a line gives the command; files of the repository by their full paths, because it runs elsewhere.</summary>
    static IEnumerable<string> Arguments(string line) =>
        Words(line).Select(word => word.Contains('/') && Path.Exists(Repository.Full(word)) ? Repository.Full(word) : word);

    /// <summary>What a line gives the command, as it stands there.</summary>
    internal static IEnumerable<string> Words(string line)
    {
        string? start = new[] { Project, "translucent " }.FirstOrDefault(p => line.StartsWith(p, StringComparison.Ordinal));
        Assert.True(start is not null, $"'{line}': expected a line that begins with '{Project}' or 'translucent '.");
        return Regex.Matches(line[start.Length..], "\"([^\"]*)\"|(\\S+)").Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Value);
    }
}
