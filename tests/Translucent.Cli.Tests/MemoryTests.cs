using System.Diagnostics;

namespace Translucent.Cli.Tests;

/// <summary>What does not fit in --memory is refused in one line, before it is allocated.</summary>
public class MemoryTests
{
    static string Enlarged(TempFolder folder, int size)
    {
        string model = folder["model"];
        Directory.CreateDirectory(model);
        foreach (string file in Directory.GetFiles(Samples.Model("cifar10-vit"))) File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(model, "preprocessor_config.json"), $$"""{"image_processor_type": "ViTImageProcessor", "size": {{size}}}""");
        return model;
    }

    [Fact]
    public async Task Sixteen_million_tokens_are_refused_at_once_by_the_true_command()
    {
        using TempFolder folder = new();
        string model = Enlarged(folder, 16_384);
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Translucent.Cli.dll"), "explain", CliRun.Photo, "--model", model,
            "--memory", "512M", "--out", folder["out"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        long most = 0;
        for (Task ended = process.WaitForExitAsync(); !ended.IsCompleted; await Task.WhenAny(ended, Task.Delay(10)))
        {
            process.Refresh();
            try
            {
                most = Math.Max(most, process.WorkingSet64);
            }
            catch (InvalidOperationException)
            {
                break; // it has ended meanwhile
            }
        }
        string line = Assert.Single((await error).TrimEnd('\n').Split('\n'));
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("chelsea.png: the model's input is 16384 x 16384 pixels, 16777217 tokens; a forward pass takes ", line);
        Assert.Contains("and --memory allows 512 MiB. Give more with --memory; an input of ", line);
        Assert.InRange(most, 1, 700L << 20);
        Assert.False(Directory.Exists(folder["out"]));
        await output;
    }

    [Fact]
    public async Task What_the_message_says_would_fit_does()
    {
        using TempFolder folder = new();
        string[] args = ["tokens", CliRun.Photo, "--model", Enlarged(folder, 8192), "--memory", "4M", "--threads", "1", "--token", "cls", "--out",
            folder["out"]];
        CliRun refused = await CliRun.Of(args);
        Assert.Equal(1, refused.Code);
        int side = int.Parse(System.Text.RegularExpressions.Regex.Match(refused.Error, @"an input of (\d+) x").Groups[1].ValueSpan,
            System.Globalization.CultureInfo.InvariantCulture);
        Directory.Delete(folder["model"], recursive: true);
        Assert.InRange(side, 4, 300);
        Enlarged(folder, side - 8); // the pictures on the way to the input count too
        await CliRun.Succeeds(args);
    }

    [Fact]
    public async Task In_a_folder_the_image_is_reported_and_the_others_go_on()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["in"]);
        foreach (string name in (string[])["a.png", "b.png"]) File.Copy(CliRun.Photo, Path.Combine(folder["in"], name));
        CliRun run = await CliRun.Of("segment", folder["in"], "--model", Enlarged(folder, 16_384), "--memory", "64M", "--out", folder["out"]);
        Assert.Equal(1, run.Code);
        Assert.Equal(3, run.Error.TrimEnd().Split('\n').Length);
        Assert.Contains("2 failed", run.Output);
    }
}
