// translucent verify: a checkpoint and every method against numbers that were exported from elsewhere, such as PyTorch.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Translucent.Verify;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>verify</c>.</summary>
static class VerifyVerb
{
    public static Command Create()
    {
        Argument<string> model = new("MODEL") { Description = "A Hugging Face model folder, or the name of a bundled model." };
        Option<string?> input = new("--input", "-i")
        {
            Description = "Safetensors with pixel_values [1, 3, H, W], prepared for the model; where they are needed, ultra_w [N, C], target_vectors "
                + "[classes, C] and logit_scale. [default: input.safetensors in the model folder]",
            HelpName = "FILE",
        };
        Option<string?> golden = new("--golden", "-g")
        {
            Description = "Safetensors with the expected tensors, any of those in docs/verify.md. A float32_error.json beside it states tolerances: ten times "
                + "its \"relative\", at least 1e-5. [default: golden.safetensors in the model folder]",
            HelpName = "FILE",
        };
        Option<double> tolerance = new("--tolerance")
        {
            Description = "For tensors without a stated tolerance: how far off they may be, as a share of the largest value of the tensor.",
            HelpName = "SHARE",
            DefaultValueFactory = _ => 1e-4,
            CustomParser = Share,
        };
        Option<long?> memory = ComputeOptions.Memory("sweeps");
        Option<int> threads = ComputeOptions.Threads();
        PublishedOptions published = new();
        Option<string?> json = new("--json") { Description = "Also write the comparison to this file. [default: not written]", HelpName = "FILE" };

        Command command = new("verify", "Compare a model and every method with golden tensors from another implementation; exit code 1 when one falls short.")
        {
            model, input, golden, tolerance, memory, threads, json,
        };
        published.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            SweepOptions options = new() { MemoryBytes = parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes(), Stop = stop };
            string folder = ModelFolders.Find(parse.GetRequiredValue(model), "MODEL");
            if (published.Read(parse, folder) is { } facts)
            {
                if (((Option[])[input, golden, tolerance]).FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } other)
                    throw new UsageException($"{other.Name}: is for golden tensors; --published brings its inputs, numbers and tolerances along.");
                return Task.FromResult(facts.Run(Terminal.Of(parse), parse.GetValue(json), stop));
            }
            string from = parse.GetValue(input) ?? Path.Combine(folder, "input.safetensors"), against = parse.GetValue(golden)
                ?? Path.Combine(folder, "golden.safetensors");
            return Task.FromResult(Run(Terminal.Of(parse), folder, from, against, parse.GetValue(tolerance), options, parse.GetValue(json)));
        });
        return command;
    }

    static int Run(Terminal terminal, string folder, string input, string golden, double tolerance, SweepOptions options, string? json)
    {
        Stopwatch clock = Stopwatch.StartNew();
        foreach ((string option, string path) in (ReadOnlySpan<(string, string)>)[("--input", input), ("--golden", golden)])
            if (!File.Exists(path) && !Directory.Exists(path)) throw new TranslucentException($"{option} {path}: there is no such file, expected safetensors.");
        MachineReport.CheckPath(json);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        string? hash = json is null ? null : checkpoint.Hash(options.Stop);
        using Model model = Open(checkpoint, input);
        VerifyProgress progress = new();
        using GoldenCheck check = GoldenCheck.Open(model, input, golden, tolerance, options with { Progress = progress });

        terminal.Unread(ModelFolders.NameOf(folder), checkpoint.UnreadSettings);
        terminal.Line(Plan(check, golden, tolerance));
        List<GoldenResult> results = [];
        terminal.Work("comparing", done => results = progress.Run(check, done));
        VerifyTable.Print(terminal, check.Uncovered, results);
        if (json is not null)
        {
            VerifyReport.Write(json, new VerifyReport(folder, hash!, input, golden, tolerance, clock.Elapsed.TotalSeconds), results, check.Uncovered);
            terminal.Line($"written: {json}");
        }
        return results.Count > 0 && results.TrueForAll(r => r.Verdict == GoldenVerdict.Pass) ? CommandLine.Success : CommandLine.Failure;
    }

    /// <summary>The model that the input is for: a text tower where the input is a text, else the image tower.</summary>
    static Model Open(Checkpoint checkpoint, string input)
    {
        string type = checkpoint.Config.String("model_type");
        if (type is "detr" or "lxmert" || LanguageModels.ModelTypes.Contains(type)) return Pretrained.Open(checkpoint);
        using Safetensors given = Safetensors.Open(input);
        return given.TryGet("input_ids", out _) ? ClipText.Open(checkpoint) : VisionModels.Open(checkpoint);
    }

    /// <summary>What is about to be done, how long it will take, and in how much memory.</summary>
    static string Plan(GoldenCheck check, string golden, double tolerance)
    {
        string stated = check.StatedTolerances == 0 ? FormattableString.Invariant($"tolerance {tolerance:0.##e-0}")
            : FormattableString.Invariant($"tolerances from {VerifyTable.Beside(golden)} ({tolerance:0.##e-0} for others)");
        double seconds = check.Flops / (check.Flops > 1e10 ? Speed() : 1e10);
        return FormattableString.Invariant(
            $"{check.Trace.Model.Family}, {check.Trace.Blocks.Count} blocks, {string.Join(", ", check.Trace.Streams.Select(s => Tokens(check.Trace, s)))}. ")
            + FormattableString.Invariant($"Comparing {check.Covered.Count} of {check.Covered.Count + check.Uncovered.Count} golden tensors, {stated}: ")
            + $"{Terminal.About(seconds)}, {ByteSize.Text(check.Bytes)} of memory.";
    }

    /// <summary>How many tokens a stream has, and what they are.</summary>
    static string Tokens(Models.Trace trace, TokenStream stream)
    {
        string of = trace.Streams.Count == 1 ? "" : $" of {stream.Name}";
        return FormattableString.Invariant($"{stream.Length} tokens{of}{(stream.Layout is PatchGrid grid ? $" ({grid.Rows} x {grid.Columns} patches)" : "")}");
    }

    /// <summary>Operations per second of sweeps, from a product of the same kind.</summary>
    static double Speed()
    {
        const double Share = 0.7; // what a sweep reaches of the speed of its products
        SampleProduct product = new(788, 768, 768);
        product.Run();
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < 10; i++) product.Run();
        return Share * 10 * product.Flops / clock.Elapsed.TotalSeconds;
    }

    static double Share(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and < 1) return share;
        result.AddError($"--tolerance {text}: expected a share from 0 to less than 1, such as 1e-4.");
        return 0;
    }
}
