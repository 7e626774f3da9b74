// The language model of a run, as records and pages name it.

using System.Globalization;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Models;
using Translucent.Runs.Records;
using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>An open language model with what identifies it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Name">The name of its folder, or org/name.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Hash">SHA-256 of config.json and the weights; empty where it was not asked for.</param>
/// <param name="Parameters">Numbers in its weights.</param>
/// <param name="WeightBytes">Bytes of its weights.</param>
sealed record LanguageInfo(LanguageModel Model, string Name, string Folder, string Hash, long Parameters, long WeightBytes) : IDisposable
{
    /// <summary>L+1, the layer behind the last block.</summary>
    public int TopLayer => Model.Config.Depth + 1;

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer => Model.Tokenizer!;

    /// <summary>As in "tiny: Llama, 22 blocks of width 2048, 1100.0 million parameters".</summary>
    public string Line => $"{Name}: {Model.Family}, {Model.Config.Depth} blocks of width {Model.Config.Width}, "
        + $"{(Parameters / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} million parameters";

    /// <summary>Says which model it is, and which of its settings nobody read.</summary>
    public void Announce(Terminal terminal)
    {
        terminal.Line(Line);
        terminal.Unread(Name, Model.UnreadSettings);
    }

    /// <summary>For result.json.</summary>
    public ModelRecord Record => new(Name, Folder, Model.Family, Hash, Parameters)
    {
        Blocks = Model.Config.Depth,
        Width = Model.Config.Width,
        Heads = Model.Config.Heads,
        Classes = Model.Classes > 0 ? Model.Classes : null,
    };

    /// <summary>The name of a class, without what a terminal would interpret.</summary>
    public string Label(int index) => index < Model.Labels.Count ? Visible.Words(Model.Labels[index]) : $"class {index}";

    /// <summary>The class of a label: its name, in any case, or its index; null where there is none.</summary>
    public int? Class(string label)
    {
        for (int c = 0; c < Model.Classes; c++)
            if (Label(c).Equals(label, StringComparison.OrdinalIgnoreCase) || label == c.ToString(CultureInfo.InvariantCulture)) return c;
        return null;
    }

    /// <summary>Opens a language model that has a tokenizer.</summary>
    /// <param name="model">A folder, the name of a bundled model, or org/name.</param>
    /// <param name="stop">Ends the reading of its weights.</param>
    /// <param name="hashed">Whether its weights are read to tell them apart, for records.</param>
    /// <exception cref="UsageException">There is none of this name, it is no language model, or it has no tokenizer.</exception>
    public static LanguageInfo Open(string model, CancellationToken stop, bool hashed = true)
    {
        string folder = ModelFolders.Find(model), type, hash = "";
        long parameters, bytes;
        using (Checkpoint checkpoint = Checkpoint.Open(folder))
        {
            type = checkpoint.Config.String("model_type", "");
            if (!LanguageModels.ModelTypes.Contains(type))
                throw new UsageException($"--model {model}: is of {(type.Length == 0 ? "no named type" : $"type {type}")}, expected a language model "
                    + $"({string.Join(", ", LanguageModels.ModelTypes)}).");
            if (hashed) hash = checkpoint.Hash(stop);
            (parameters, bytes) = (checkpoint.ParameterCount, checkpoint.Bytes);
        }
        LanguageModel opened = LanguageModels.Open(folder);
        if (opened.Tokenizer is not null) return new LanguageInfo(opened, ModelFolders.NameOf(folder), folder, hash, parameters, bytes);
        opened.Dispose();
        throw new UsageException($"--model {model}: has no tokenizer.json, so it reads no text; fetch the file into its folder.");
    }

    public void Dispose() => Model.Dispose();
}
