// Which layers are shown: --layers 2,4,6-8, counted from 1 as in the ULTra paper.

using System.Text.RegularExpressions;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Options;

/// <summary>Layers as the user names them.</summary>
/// <param name="words">What was typed after --layers, none for all.</param>
sealed partial class LayerChoice(IReadOnlyList<string> words)
{
    /// <summary>The layers of a model, each once, in ascending order.</summary>
    /// <param name="model">The model.</param>
    /// <param name="least">1, or 2 where the embedding itself is not meant.</param>
    /// <exception cref="UsageException">A word is no layer, or the model has none of that number.</exception>
    public int[] Of(ModelInfo model, int least)
    {
        if (words.Count == 0) return [.. Enumerable.Range(least, model.TopLayer - least + 1)];
        SortedSet<int> layers = [];
        foreach (string word in words.SelectMany(w => w.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Range().Match(word) is not { Success: true } match || !int.TryParse(match.Groups[1].Value, out int first))
                throw new UsageException($"--layers {word}: expected layers such as 2,5,8-12.");
            int last = first;
            if (match.Groups[2].Success && !int.TryParse(match.Groups[2].Value, out last)) last = int.MaxValue;
            if (first < least || last > model.TopLayer || last < first)
                throw new UsageException($"--layers {word}: {model.Name} has layers {least} to {model.TopLayer} (layer 1 is the embedding, {model.TopLayer} "
                    + "the output of the last block).");
            for (int layer = first; layer <= last; layer++) layers.Add(layer);
        }
        return layers.Count > 0 ? [.. layers] : throw new UsageException("--layers: names no layer, expected layers such as 2,5,8-12.");
    }

    /// <summary>Layers in words, as in "layers 2 to 7" or "layers 2, 5".</summary>
    public static string Text(IReadOnlyList<int> layers) =>
        layers.Count == 1 ? $"layer {layers[0]}"
        : layers.Count > 2 && layers[^1] - layers[0] == layers.Count - 1 ? $"layers {layers[0]} to {layers[^1]}"
        : $"layers {string.Join(", ", layers)}";

    [GeneratedRegex(@"^(\d+)(?:-(\d+))?$")]
    private static partial Regex Range();
}
