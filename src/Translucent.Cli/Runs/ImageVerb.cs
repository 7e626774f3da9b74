// What a verb that looks at images must say for itself; ImageRuns does the rest.

using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Runs;

/// <summary>A verb with the settings it was given.</summary>
abstract class ImageVerb
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Texts that are the classes of the model, or null.</summary>
    public virtual PromptClasses? Prompts => null;

    /// <summary>How maps are drawn.</summary>
    public virtual MapLook Look => MapLook.Usual;

    /// <summary>How sweeps go; null where the verb has none that may be sparse.</summary>
    public virtual RowsChoice? Rows => null;

    /// <summary>Random ones of the targets whose sweeps may be sparse, as kinds: latent tokens, classes.</summary>
    public virtual IEnumerable<(string Of, Targets Targets)> Samples(ImageRun run, Random random, int count) => [];

    /// <summary>Holds the settings against a model.</summary>
    /// <exception cref="UsageException">They ask for what the model does not have.</exception>
    public abstract void Check(ModelInfo model);

    /// <summary>Its own settings, for result.json.</summary>
    public abstract RunSettings Settings { get; }

    /// <summary>What it will do with an image that went through the model.</summary>
    /// <exception cref="UsageException">The settings ask for what the image does not have.</exception>
    public abstract Workload Plan(Trace trace);

    /// <summary>Does it, and writes the files.</summary>
    /// <returns>What was found, in a few words.</returns>
    public abstract string Run(ImageRun run);

    /// <summary>Shows what the model predicts before the work begins, when there is only one image.</summary>
    public virtual void Show(ImageRun run, Terminal terminal)
    {
    }

    /// <summary>Shows the findings, when there is only one image.</summary>
    public virtual void Conclude(ImageRun run, Terminal terminal)
    {
    }

    /// <summary>How far to trust each map, for result.json; null where that was not asked for.</summary>
    public virtual IReadOnlyList<TrustOfMap>? Trust => null;

    /// <summary>Checks a layer 2 .. L+1; null stands for L+1.</summary>
    internal static int Layer(int? layer, ModelInfo model) => layer switch
    {
        null => model.TopLayer,
        { } l when l >= 2 && l <= model.TopLayer => l,
        { } l => throw new UsageException(
            $"--layer {l}: {model.Name} has layers 2 to {model.TopLayer} (layer 1 is the embedding, {model.TopLayer} the output of the last block)."),
    };
}
