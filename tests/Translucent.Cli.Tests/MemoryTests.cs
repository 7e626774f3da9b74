using System.Diagnostics;
using Translucent.Images;
using Translucent.Pictures;

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

    [Fact]
    public async Task A_picture_that_takes_more_to_decode_is_reported_and_the_others_go_on()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["in"]);
        foreach (string name in (string[])["a.png", "z.png"]) File.Copy(CliRun.Photo, Path.Combine(folder["in"], name));
        ImageFile.Write(folder["in/m.png"], new Image(4000, 2500, 4, new byte[4000 * 2500 * 4]));
        string[] args = ["tokens", folder["in"], "--token", "cls", "--memory", "70M", "--out", folder["out"]];
        CliRun run = await CliRun.Of(args);
        Assert.Equal(1, run.Code);
        Assert.Contains("m.png: PNG: 4000 x 2500 pixels take 76 MiB to decode, and --memory allows 70 MiB. Give more with --memory", run.Error);
        Assert.Contains("2 images done, 0 skipped, 1 failed", run.Output);
        run = await CliRun.Of([.. args, "--max-pixels", "9000000"]);
        Assert.Contains("4000 x 2500 pixels are 10 megapixels; at most 9 are read", run.Error);
    }

    [Fact]
    public async Task Values_of_a_regression_have_no_probability()
    {
        using TempFolder folder = new();
        string model = Enlarged(folder, 32);
        string config = Path.Combine(model, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).TrimEnd().TrimEnd('}') + ",\"problem_type\":\"regression\"}");
        foreach (string verb in (string[])["explain", "compare"])
        {
            CliRun run = await CliRun.Of(verb, CliRun.Photo, "--model", model, "--scalar", "probability", "--out", folder["out"]);
            Assert.Equal(2, run.Code);
            Assert.Contains("--scalar probability: the scores of model are values (problem_type regression), not probabilities; leave it out.", run.Error);
        }
        await CliRun.Succeeds("explain", CliRun.Photo, "--model", model, "--target", "3", "--no-segmentation", "--render-size", "64", "--out", folder["out"]);
    }
}
