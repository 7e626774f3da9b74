// An evaluation: what is measured of every image (the items of a job), and how the items become results.

using Translucent.Evaluate.DataSets;
using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Evaluate.Jobs;

/// <summary>A choice of a preset.</summary>
/// <param name="Name">As settings have it.</param>
/// <param name="Value">As it is unless a user says otherwise.</param>
/// <param name="Meaning">What it decides, in one sentence.</param>
sealed record PresetChoice(string Name, string Value, string Meaning);

/// <summary>A protocol with a name; <see cref="EvaluationPresets"/> lists them all.</summary>
/// <param name="Name">Lower case, words joined by dashes.</param>
/// <param name="Meaning">What it asks, in one sentence.</param>
/// <param name="Source">Where the protocol was published.</param>
/// <param name="Choices">Everything it decides.</param>
/// <param name="Reduce">Makes results of the items, which come in their order whichever shard did them; it needs neither model nor data. The name is of the row
/// that differences are taken from; null for the first.</param>
sealed record EvaluationPreset(
    string Name, string Meaning, string Source, IReadOnlyList<PresetChoice> Choices, Func<JobSettings, JobItems, string?, EvaluationResults> Reduce)
{
    /// <summary>What the items are, in the plural.</summary>
    public string Items { get; init; } = "images";

    /// <summary>The choices as settings have them.</summary>
    /// <param name="chosen">Those that a user made; their names are among the choices.</param>
    public IReadOnlyDictionary<string, string> With(params IEnumerable<(string Name, string Value)> chosen)
    {
        Dictionary<string, string> all = Choices.ToDictionary(c => c.Name, c => c.Value);
        foreach ((string name, string value) in chosen)
            all[name] = all.ContainsKey(name) ? value : throw new ArgumentException($"choice '{name}': {Name} has none of this name.", nameof(chosen));
        return all;
    }
}

/// <summary>What an item takes.</summary>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="Bytes">Memory at its highest point, beside the model's weights and the program.</param>
readonly record struct ItemCost(double Flops, double Bytes);

/// <summary>A preset bound to a model and data.</summary>
/// <param name="Preset">The protocol.</param>
/// <param name="Data">The images, one item each.</param>
/// <param name="Choices">The choices of the preset as the user made them.</param>
/// <param name="Classes">Names of the classes that results are about.</param>
/// <param name="Measure">What one image says, as one line of JSON. Sweeps stay within the options.</param>
/// <param name="Cost">What an image takes whose forward pass is like this one.</param>
sealed record Evaluation(
    EvaluationPreset Preset, LabelledImages Data, IReadOnlyDictionary<string, string> Choices, IReadOnlyList<string> Classes,
    Func<LabelledImage, SweepOptions, string> Measure, Func<Trace, SweepOptions, ItemCost> Cost)
{
    /// <summary>What has to be done before the first image that is left, such as training; what it throws ends the job.</summary>
    public Action Prepare { get; init; } = () => { };

    /// <summary>Lets memory go that is kept from image to image; called when an image has exhausted it.</summary>
    public Action Forget { get; init; } = () => { };

    /// <summary>What decides about every number.</summary>
    /// <param name="version">Of the program.</param>
    /// <param name="model">The model.</param>
    public JobSettings Settings(string version, HashedName model) =>
        new(Preset.Name, version, model, new HashedName(Data.Name, Data.Hash()), Data.Images.Count, Choices, Classes);
}
