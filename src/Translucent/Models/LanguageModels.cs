// Which family of language models reads which model folder: the one table to extend for a new family.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text;

namespace Translucent.Models;

/// <summary>Opens language models from Hugging Face folders.</summary>
public static class LanguageModels
{
    static readonly Dictionary<string, Func<Checkpoint, LanguageModel>> s_families = new()
    {
        ["llama"] = Llama.Load,
        ["mistral"] = Llama.Load,
        ["qwen2"] = Llama.Load,
        ["qwen3"] = Llama.Load,
        ["gemma"] = Llama.Load,
        ["gpt2"] = Gpt2.Load,
        ["bert"] = Bert.Load,
        ["roberta"] = Roberta.Load,
        ["distilbert"] = DistilBert.Load,
    };

    /// <summary>What <c>model_type</c> in a config.json may be.</summary>
    public static IReadOnlyCollection<string> ModelTypes => s_families.Keys;

    /// <summary>Opens the model in a folder, with its tokenizer where there is one; its weights stay memory-mapped until it is disposed.</summary>
    /// <param name="path">A Hugging Face folder, or a file of weights.</param>
    /// <exception cref="TranslucentException">There is no readable model of a known family, or its tokenizer is damaged; the message says what is wrong.
    /// Folder or files are not there.</exception>
    public static LanguageModel Open(string path)
    {
        Tokenizer? tokenizer = ZeroShot.TokenizerFiles(path).Count > 0 ? Tokenizer.Open(Checkpoint.FolderOf(path)) : null;
        LanguageModel model = Open(Checkpoint.Open(path));
        model.Tokenizer = tokenizer;
        return model;
    }

    /// <summary>Makes a model of an open checkpoint, which it takes over.</summary>
    /// <param name="checkpoint">Open; disposed with the model, or at once where it does not fit.</param>
    /// <exception cref="TranslucentException">The checkpoint is not of a known family, or its tensors do not fit its settings.</exception>
    public static LanguageModel Open(Checkpoint checkpoint)
    {
        try
        {
            string type = checkpoint.Config.String("model_type");
            LanguageModel model = s_families.TryGetValue(type, out Func<Checkpoint, LanguageModel>? load) ? load(checkpoint)
                : throw checkpoint.Config.Wrong("model_type",
                    $"one of {string.Join(", ", s_families.Keys)}; {Describe.Name(type)} is not a language model that is read yet");
            model.EndTokens = EndTokens(checkpoint);
            model.Separator = SeparatorOf(checkpoint);
            return model;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>What stands between a text and its summary where nothing else is said.</summary>
    internal const string DefaultSeparator = "\n\nTL;DR:";

    /// <summary>What a model was trained to read between a text and its summary: <c>translucent_separator</c> of config.json, a key of this project's own
    /// models; else <see cref="DefaultSeparator"/>.</summary>
    internal static string SeparatorOf(Checkpoint checkpoint) => checkpoint.Config.String("translucent_separator", DefaultSeparator);

    /// <summary>eos_token_id, one id or several; generation_config.json goes before config.json.</summary>
    static int[] EndTokens(Checkpoint checkpoint)
    {
        const string Key = "eos_token_id";
        string file = Path.Combine(Checkpoint.FolderOf(checkpoint.Path), "generation_config.json");
        ConfigSection config = checkpoint.Config;
        if (File.Exists(file))
        {
            RealPath.CheckInside(Path.GetDirectoryName(file)!, file);
            if (ConfigSection.Open(file) is { } own && own.Has(Key)) config = own;
        }
        return config.Kind(Key) switch
        {
            JsonValueKind.Undefined => [],
            JsonValueKind.Array => config.Ints(Key),
            _ => [config.Int(Key)],
        };
    }
}
