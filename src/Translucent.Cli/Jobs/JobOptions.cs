// What every preset of `translucent evaluate` can be given.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Cli.Jobs;

/// <summary>The values of the common options.</summary>
/// <param name="Data">As typed.</param>
/// <param name="Model">As typed.</param>
/// <param name="Out">The folder of the job.</param>
/// <param name="Shard">Which part to do.</param>
/// <param name="Limit">At most so many images.</param>
/// <param name="Retry">Whether images that failed are tried again.</param>
/// <param name="MemoryBytes">What passes and sweeps may take.</param>
sealed record JobOptions(string Data, string Model, string Out, Shard Shard, int Limit, bool Retry, long MemoryBytes)
{
    /// <summary>The first images of the data set, as many as are wanted.</summary>
    public LabelledImages Images() => DataSources.Open(Data).Take(Limit);

    /// <summary>Passes of a model that stay within the memory.</summary>
    public ItemPasses Passes(ModelInfo model) => new(model.Transformer, (forecast, key) => ComputeOptions.Allowed(MemoryBytes).Check(forecast, key));
}

/// <summary>The common options themselves.</summary>
/// <param name="preset">The name of the preset.</param>
/// <param name="model">The model that is used when none is named.</param>
sealed class JobOptionSet(string preset, string model = ModelFolders.Default)
{
    readonly Option<string> _data = new("--data", "-d") { Description = DataSources.Description, HelpName = "FOLDER|shapes:COUNT", Required = true };

    /// <summary>What --data takes, for help, where it is not pictures with one class each.</summary>
    public string Data { init => _data.Description = value; }

    readonly Option<string> _model = new("--model", "-m")
    {
        Description = "A model folder, a bundled model, or org/name of one in the cache.",
        HelpName = "FOLDER|NAME",
        DefaultValueFactory = _ => model,
    };

    readonly Option<string> _out = new("--out", "-o")
    {
        Description = "The folder of the job; what an earlier run with the same settings has left there is continued.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => Path.Combine("out", preset),
    };

    readonly Option<int?> _limit = new("--limit", "-n")
    {
        Description = "At most so many images, from the first. [default: all]",
        HelpName = "COUNT",
        CustomParser = result => Parsers.Number("--limit", 1, int.MaxValue)(result),
    };

    readonly Option<bool> _retry = new("--retry") { Description = "Try images again that failed in an earlier run." };

    readonly Option<string?> _shard = ShardOption.Create();

    readonly Option<long?> _memory = ComputeOptions.Memory("passes and sweeps");

    readonly Option<int> _threads = ComputeOptions.Threads();

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[_data, _model, _out, _shard, _limit, _retry, _memory, _threads]) verb.Options.Add(option);
    }

    /// <summary>Reads the values, and sets the threads of the numeric layer.</summary>
    public JobOptions Read(ParseResult parse)
    {
        Compute.Default = Compute.Default.WithThreads(parse.GetValue(_threads));
        return new JobOptions(parse.GetRequiredValue(_data), parse.GetRequiredValue(_model), Folder(parse),
            ShardOption.Read(parse.GetValue(_shard), Environment.GetEnvironmentVariable), parse.GetValue(_limit) ?? int.MaxValue, parse.GetValue(_retry),
            parse.GetValue(_memory) ?? SweepOptions.DefaultMemoryBytes());
    }

    /// <summary>The folder of the job.</summary>
    string Folder(ParseResult parse) => parse.GetRequiredValue(_out) is { } folder && !string.IsNullOrWhiteSpace(folder) ? folder
        : throw new UsageException("--out: is empty, expected a folder to write to.");
}
