// What people should know of a model before they trust its explanations: said on the terminal and on the pages of the studio in the same words.

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Runs;

/// <summary>Sentences, none where there is no doubt.</summary>
static class ModelDoubts
{
    /// <summary>Names the keys of a model's config.json that nobody read and that may matter; label2id, which id2label contradicts, by itself.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="keys">The keys (<see cref="Checkpoint.UnreadSettings"/>).</param>
    public static IEnumerable<string> OfSettings(string model, IReadOnlyList<string> keys)
    {
        string[] others = [.. keys.Where(key => key != SettingsInUse.Numbers)];
        if (others.Length > 0)
            yield return $"{model}: config.json has settings that are not read ({Describe.Names(others)}); if they change the model, so do its explanations.";
        if (others.Length < keys.Count)
            yield return $"{model}: '{SettingsInUse.Numbers}' of config.json numbers the classes otherwise than 'id2label', whose names are shown.";
    }

    /// <summary>What is said of texts as classes: keys that the text tower did not read, and the first text whose encoding was mistaken.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="folder">Its folder, with both towers and a tokenizer.</param>
    /// <param name="texts">The classes.</param>
    /// <param name="source">Where they were given: an option, or a field of a page.</param>
    public static IEnumerable<string> OfTexts(string model, string folder, ClassTexts texts, string source)
    {
        foreach (string doubt in OfSettings(model, ZeroShot.UnreadSettings(folder))) yield return doubt;
        foreach ((string prompt, string found, string meant) in ZeroShot.Doubts(folder, texts).Take(1))
            yield return $"{source}: {Describe.Name(prompt)} looks as if its encoding had been mistaken ({Describe.Name(found)} for {Describe.Name(meant)}); "
                + "open_clip repairs such texts (ftfy), this program reads them as they are: write the text as it should be.";
    }
}
