// translucent benchmark: what this machine can do, and how near the engine comes to it.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Translucent.Cli.Options;
using Translucent.Cli.Records;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>benchmark</c>.</summary>
static class BenchmarkVerb
{
    static readonly string[] s_suites = ["engine", "forward", "ultra", "methods", "sparse", "detr", "tokenizers", "language", "summary"];
    static readonly string[] s_usual = ["s16", "b32", "b16"];

    public static Command Create()
    {
        Argument<string> suite = new("SUITE")
        {
            Description = "engine: products against the FMA peak; forward: passes of vision transformers; ultra: maps of all tokens; methods: class maps for "
                + "1 and 16 classes; sparse: all tokens and 1000 classes by the sparse sweep; detr: a detector and its objects; tokenizers: megabytes of text "
                + "a second; language: a language model that reads and writes; summary: 32 tokens of its text explained; all: everything but these two.",
            DefaultValueFactory = _ => "all",
        };
        suite.AcceptOnlyFromAmong([.. s_suites, "all"]);
        Option<string[]> shapes = new("--shapes")
        {
            Description = "Models s16, b32, b16, l14 (224 x 224 pixels, random weights), b8at448 and products MxNxK, MxNxKt (right operand [N, K]), "
                + "heads*targets*MxNxK. [default: s16,b32,b16 and seven products]",
            HelpName = "NAME,...",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = Shapes,
        };
        Option<MethodChoice> methods = MethodChoice.Option(BenchmarkMethods.Usual);
        Option<int?> tokens = new("--tokens")
        {
            Description = "ultra: explain only so many tokens; language, summary: read so many. [default: all]",
            HelpName = "COUNT",
            CustomParser = r => Parsers.Number("--tokens", 1, int.MaxValue)(r),
        };
        Option<int?> layer = new("--layer", "-l")
        {
            Description = "ultra: l of the tokens z^(l). [default: L+1, behind the last block]",
            HelpName = "L",
            CustomParser = r => Parsers.Number("--layer", 2, 1000)(r),
        };
        Option<string[]> tokenizers = new("--tokenizer")
        {
            Description = "tokenizers: folders with a tokenizer.json, or such files. [default: none, and no such suite]",
            HelpName = "FOLDER",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string[]> languages = new("--shape")
        {
            Description = $"language, summary: {string.Join(", ", BenchmarkLanguage.Shapes.Select(s => s.Name))}, random bfloat16 weights in memory. "
                + "[default: stories110m]",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };
        languages.AcceptOnlyFromAmong([.. BenchmarkLanguage.Shapes.Select(s => s.Name)]);
        Option<string?> text = new("--text") { Description = "tokenizers: the text that they read. [default: words made up]", HelpName = "FILE" };
        Option<bool> profile = new("--profile") { Description = "forward: also the time of every kind of operation, and its share of the peak." };
        Option<bool> quick = new("--quick") { Description = "Fewer repetitions, and 40 tokens of each model." };
        Option<long?> memory = ComputeOptions.Memory("sweeps");
        Option<int> threads = ComputeOptions.Threads("Threads that compute.");
        Option<string?> json = new("--json") { Description = "Also write the numbers to this file. [default: not written]", HelpName = "FILE" };

        Command command = new("benchmark", "Measure products, forward passes and sweeps as shares of what the machine can do.") { suite, shapes, methods,
            tokens, layer, tokenizers, languages, text, profile, quick, memory, threads, json };
        command.SetAction((parse, stop) =>
        {
            MachineReport.CheckPath(parse.GetValue(json));
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            string[] named = parse.GetValue(shapes) ?? [];
            ModelShape[] models = [.. ModelShape.All.Where(m => (named.Any(IsModel) ? named : s_usual).Contains(m.Name))];
            ProductShape[] products = named.Any(n => !IsModel(n)) ? [.. named.Where(n => !IsModel(n)).Select(n => ProductShape.Of(n)!)] : ProductShape.Usual;
            BenchmarkSettings settings = new(models, products, parse.GetRequiredValue(methods).Methods, parse.GetValue(tokens), parse.GetValue(layer),
                parse.GetValue(quick), parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes(),
                parse.GetValue(tokenizers) ?? [], parse.GetValue(text), parse.GetValue(profile));
            string chosen = parse.GetRequiredValue(suite);
            if (chosen == "tokenizers" && settings.Tokenizers.Length == 0)
                throw new UsageException("benchmark tokenizers: expected --tokenizer, a folder with a tokenizer.json.");
            string[] shapesOfLanguage = parse.GetValue(languages) is { Length: > 0 } some ? some : ["stories110m"];
            Run(new BenchmarkRun(settings, Terminal.Of(parse), stop), shapesOfLanguage, s => chosen == "all" && s is not ("language" or "summary")
                ? named.Length == 0 || named.Any(n => IsModel(n) == (s != "engine"))
                : chosen == s, parse.GetValue(json));
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    static void Run(BenchmarkRun run, string[] languages, Func<string, bool> wanted, string? json)
    {
        run.Terminal.Line(FormattableString.Invariant(
            $"{MachineReport.Processor}, {Environment.ProcessorCount} processors; FMA peak {run.Peak / 1e9:F1} GFLOP/s on {Compute.Default.Threads}."));
        if (wanted("engine")) BenchmarkEngine.Run(run);
        if (wanted("forward")) BenchmarkForward.Run(run);
        if (wanted("ultra")) BenchmarkUltra.Run(run);
        if (wanted("methods")) BenchmarkMethods.Run(run);
        if (wanted("sparse")) BenchmarkSparse.Run(run);
        if (wanted("detr")) BenchmarkDetr.Run(run);
        if (wanted("tokenizers") && run.Settings.Tokenizers.Length > 0) BenchmarkTokenizers.Run(run);
        if (wanted("language")) BenchmarkLanguage.Run(run, languages);
        if (wanted("summary")) BenchmarkSummary.Run(run, languages);
        if (json is null) return;
        Write(json, run);
        run.Terminal.Line($"written: {json}");
    }

    static void Write(string path, BenchmarkRun run)
    {
        BenchmarkRecord record = new("benchmark", MachineReport.Program(), MachineReport.Machine(), run.Settings.Quick, [.. run.Rows.Select(Row)]);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, record, ReportJson.Ascii.BenchmarkRecord));
    }

    static JsonObject Row(BenchmarkRow row)
    {
        JsonObject made = new() { ["suite"] = row.Suite, ["name"] = row.Name };
        foreach ((string key, double value) in row.Numbers) made[key] = value;
        return made;
    }

    static bool IsModel(string name) => ModelShape.All.Any(m => m.Name == name);

    static string[] Shapes(ArgumentResult result)
    {
        string[] names = [.. result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Distinct()];
        if (names.Length == 0) result.AddError("--shapes: expected at least one.");
        foreach (string name in names)
        {
            if (IsModel(name)) continue;
            if (ProductShape.Of(name) is not { } product)
                result.AddError($"--shapes {name}: expected {string.Join(", ", ModelShape.All.Select(m => m.Name))} or a product such as 788x3072x768.");
            else if (product.Bytes > 16e9)
                result.AddError($"--shapes {name}: would take {ByteSize.Text(product.Bytes)} of memory, expected at most 16 GiB.");
        }
        return names;
    }
}
