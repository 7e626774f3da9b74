using System.Text.Json;
using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>What a command line answered.</summary>
sealed record CliRun(int Code, string Output, string Error)
{
    /// <summary>Runs a command line in this process, with redirected output.</summary>
    public static Task<CliRun> Of(params string[] args) => Of(CancellationToken.None, args);

    public static async Task<CliRun> Of(CancellationToken stop, params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await CommandLine.Run(Program.Root(), args, output, error, stop);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs it and expects success.</summary>
    public static async Task<CliRun> Succeeds(params string[] args)
    {
        CliRun run = await Of(args);
        Assert.True(run.Error.Length == 0, run.Error);
        Assert.Equal(0, run.Code);
        return run;
    }

    /// <summary>A classifier of random weights, so small that what it computes takes no time: for what is said of runs, whatever they show.</summary>
    public static string[] Small => ["--model", Golden.File("vision/vit"), "--render-size", "64"];

    public static string Photo => Samples.File("chelsea.png");

    /// <summary>The model's own forward pass over a photograph.</summary>
    public static Trace Trace(VisionTransformer model, string photo)
    {
        Tensor pixels = model.Preprocessor.Apply(ImageFile.Read(photo));
        return model.Forward(pixels.Reshape(1, 3, pixels.Shape[1], pixels.Shape[2]));
    }

    /// <summary>The same with less context.</summary>
    public static Trace Masked(VisionTransformer model, string photo, AttentionMask mask)
    {
        Tensor pixels = model.Preprocessor.Apply(ImageFile.Read(photo));
        return model.Forward(pixels.Reshape(1, 3, pixels.Shape[1], pixels.Shape[2]), Keep.Boundaries, new Arena(), mask);
    }

    public static VisionTransformer Model() => VisionModels.Open(Samples.Model("cifar10-vit"));

    public static JsonElement Result(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "result.json")));
        return document.RootElement.Clone();
    }

    public static Tensor Numbers(string folder, string name) => Npy.Read(Path.Combine(folder, name)).ToTensor();

    public static void SameNumbers(ReadOnlySpan<float> expected, Tensor found) =>
        Assert.True(expected.SequenceEqual(found.Span), $"{found}: other numbers than the library's.");
}
