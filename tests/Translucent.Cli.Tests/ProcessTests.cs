using System.Diagnostics;

namespace Translucent.Cli.Tests;

/// <summary>The command as users start it: the main job of the README in a process of its own, run once for all that is said of it.</summary>
[Trait("Process", "child")]
public class ProcessTests(ProcessTests.MainJob job) : IClassFixture<ProcessTests.MainJob>
{
    static readonly Markdown s_readme = new("README.md");

    [Fact]
    public void The_command_finds_its_model_and_writes_to_out_by_the_name_of_the_image()
    {
        Assert.Equal("", job.Error);
        Assert.Equal(0, job.Exit);
        Assert.Contains("69.5 %", job.Output);
        Assert.DoesNotContain('\u001b', job.Output);
        Assert.True(File.Exists(job.Folder[Path.Combine("out", "chelsea", "index.html")]));
    }

    [Fact]
    public void The_main_job_prints_and_writes_what_the_readme_says()
    {
        Assert.True(job.Exit == 0, $"exit code {job.Exit}: {job.Error}{job.Output}");
        foreach (string line in s_readme.Lines("text")) Assert.Contains(line, job.Output);
        Assert.All(["out/chelsea/index.html", "out/chelsea/result.json"], file => Assert.True(new FileInfo(job.Folder[file]).Length > 0));
        Assert.Contains(Directory.EnumerateFiles(job.Folder["out/chelsea"]), file => file.EndsWith(".npy", StringComparison.Ordinal));
    }

    /// <summary>The first command of the README, in a folder that holds nothing but its photograph.</summary>
    public sealed class MainJob : IAsyncLifetime
    {
        internal TempFolder Folder { get; } = new();

        internal int Exit { get; private set; }

        internal string Output { get; private set; } = "";

        internal string Error { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(Folder["samples"]);
            File.Copy(CliRun.Photo, Folder["samples/chelsea.png"]);
            ProcessStartInfo start = new("dotnet",
                [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), .. ReadmeCommandTests.Words(s_readme.Lines("sh").First())])
            {
                WorkingDirectory = Folder.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            (Exit, Output, Error) = (process.ExitCode, await output, await error);
        }

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
