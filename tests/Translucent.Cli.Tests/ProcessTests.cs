using System.Diagnostics;

namespace Translucent.Cli.Tests;

/// <summary>The command as users start it: a process of its own.</summary>
[Trait("Process", "child")]
public class ProcessTests
{
    [Fact]
    public async Task The_command_finds_its_model_and_writes_to_out_by_the_name_of_the_image()
    {
        using TempFolder folder = new();
        File.Copy(CliRun.Photo, folder["cat.png"]);
        ProcessStartInfo start = new("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), "explain", "cat.png", "--no-segmentation", "--render-size", "100"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("69.5 %", await output);
        Assert.DoesNotContain('\u001b', await output);
        Assert.True(File.Exists(folder[Path.Combine("out", "cat", "index.html")]));
    }
}
