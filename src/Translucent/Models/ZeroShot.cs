// CLIP and SigLIP as classifiers of classes that are given as texts: both towers of one folder (docs/models.md).

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;
using Translucent.Text;
using Translucent.Text.Cleaning;
using Translucent.Text.Reading;

namespace Translucent.Models;

/// <summary>Zero-shot classification (Radford et al. 2021, arXiv:2103.00020; Zhai et al. 2023, arXiv:2303.15343).</summary>
public static class ZeroShot
{
    /// <summary>The files of a model's folder, or beside its file of weights, that its tokenizer is read from: tokenizer.json, else vocab.json and merges.txt,
    /// else, of SigLIP, spiece.model; empty when it has none.</summary>
    /// <param name="folder">A Hugging Face folder, or a file of weights.</param>
    public static IReadOnlyList<string> TokenizerFiles(string folder)
    {
        folder = Checkpoint.FolderOf(folder);
        string[] one = [Path.Combine(folder, "tokenizer.json")], two = [Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt")];
        return one.All(File.Exists) ? one : two.All(File.Exists) ? two
            : SentencePieceFile.IsIn(folder) ? [Path.Combine(folder, SentencePieceFile.Name)] : [];
    }

    /// <summary>What a CLIP or SigLIP folder would have to have besides for texts to be its classes: tensors and files; empty when it has all.</summary>
    /// <param name="folder">A Hugging Face folder, or a file of weights.</param>
    /// <exception cref="TranslucentException">A file is damaged. There is no such folder.</exception>
    public static IReadOnlyList<string> Missing(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        List<string> missing = [];
        if (!checkpoint.Names.Any(name => name.StartsWith("text_model.", StringComparison.Ordinal))) missing.Add("text_model.*");
        bool siglip = checkpoint.Config.String("model_type", "") is "siglip" or "siglip2";
        bool bare = siglip && checkpoint.Config.Kind("text_config") == JsonValueKind.Object && checkpoint.Config.Section("text_config") is var text
            && text.Kind("projection_size") == JsonValueKind.Number && text.Int("projection_size") == 0;
        string[] needed = bare ? ["logit_scale", "logit_bias"] : siglip ? ["text_model.head.weight", "logit_scale", "logit_bias"]
            : ["text_projection.weight", "visual_projection.weight", "logit_scale"];
        missing.AddRange(needed.Where(name => !checkpoint.TryGet(name, out _)));
        if (TokenizerFiles(folder).Count == 0) missing.Add("tokenizer.json");
        return missing;
    }

    /// <summary>The same image tower with texts as classes: scores exp(logit_scale)·cos(image, t_c), of SigLIP + logit_bias; labels as given.</summary>
    /// <param name="images">The image tower of the folder; it must outlive the result.</param>
    /// <param name="folder">A CLIP or SigLIP folder with both towers and its tokenizer.</param>
    /// <param name="texts">The classes.</param>
    /// <param name="progress">Told which share of the prompts is done, 0 .. 1.</param>
    /// <param name="cancellationToken">Stops between batches of prompts.</param>
    /// <exception cref="TranslucentException">A prompt is too long.</exception>
    /// <exception cref="TranslucentException">The folder lacks something, or is damaged; the message says what.</exception>
    /// <exception cref="TranslucentException">The family of the image tower has classes of its own.</exception>
    /// <exception cref="TranslucentException">There is no such folder.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static VisionTransformer WithTexts(this VisionTransformer images, string folder, ClassTexts texts,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Missing(folder) is { Count: > 0 } missing)
            throw new TranslucentException(
                $"{folder}: has no {string.Join(", ", missing)}, expected a folder of CLIP or SigLIP with image tower, text tower and tokenizer.");
        Tokenizer tokenizer = Tokenizer.Open(Checkpoint.FolderOf(folder));
        using ClipText text = ClipText.Open(folder);
        Tensor vectors = texts.Vectors(text, Encoder(tokenizer, text), progress, cancellationToken);
        return images.WithClasses(vectors, text.LogitScale!.Value, texts.Classes);
    }

    /// <summary>From a text to the ids that a tower reads: cleaned and filled up as it was trained.</summary>
    internal static Func<string, int[]> Encoder(Tokenizer tokenizer, ClipText text) =>
        text.Config.FillId is { } fill ? SiglipPrompt.Encoder(tokenizer, text.Config, fill)
        : text.Config.Clean is { } kind && OpenClipText.Cleaning(kind) is var clean ? prompt => [.. tokenizer.Encode(clean(prompt)).Ids]
        : prompt => [.. tokenizer.Encode(prompt).Ids];

    /// <summary>Keys of text_config that the text tower of a folder did not ask for and that may matter.</summary>
    internal static IReadOnlyList<string> UnreadSettings(string folder)
    {
        Checkpoint checkpoint = Checkpoint.Open(folder);
        using ClipText text = ClipText.Open(checkpoint);
        return [.. checkpoint.UnreadSettings.Where(key => key.StartsWith("text_config.", StringComparison.Ordinal))];
    }

    /// <summary>Prompts that the original program would repair before it reads them, and this does not: the first letters that are wrong, and what they should
    /// be. None where the original repairs nothing.</summary>
    /// <param name="folder">A CLIP or SigLIP folder.</param>
    /// <param name="texts">The classes.</param>
    internal static IEnumerable<(string Prompt, string Found, string Meant)> Doubts(string folder, ClassTexts texts)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        if (checkpoint.Config.Kind("text_config") != JsonValueKind.Object || !checkpoint.Config.Section("text_config").Has("clean")) yield break;
        foreach (string prompt in texts.Prompts)
            if (BrokenEncoding.In(prompt) is (var found, var meant)) yield return (prompt, found, meant);
    }
}
