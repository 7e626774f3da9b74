// Classes that the user gave as texts, on their way into a model and into result.json.

using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Runs;

/// <summary>What <c>--classes</c> and <c>--template</c> said.</summary>
sealed class PromptClasses(ClassTexts texts)
{
    /// <summary>Refuses a model that has no classes and was given none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="so">What cannot be done.</param>
    /// <param name="instead">What can be.</param>
    /// <exception cref="UsageException">It has none; the message says how a model gets some.</exception>
    public static void Require(ModelInfo model, string so, string instead)
    {
        if (model.Transformer.Classes > 0) return;
        string texts = model.Transformer.TakesTexts ? "--classes \"a cat,a dog\" gives it some, and " : "";
        throw new UsageException($"{model.Name}: this {model.Config.Family} checkpoint has no classifier, so {so}; {texts}{instead}.");
    }

    /// <summary>The model with the texts as its classes; the model it was made of must outlive it.</summary>
    /// <exception cref="UsageException">The model does not compare images with texts, or a text does not fit into it.</exception>
    public ModelInfo Of(ModelInfo model, Terminal terminal, CancellationToken stop)
    {
        VisionTransformer images = model.Transformer;
        if (images.Classes > 0) throw new UsageException(
            $"--classes: {model.Name} ({model.Config.Family}) has {images.Classes} classes of its own; --target chooses among them.");
        if (!images.TakesTexts)
            throw new UsageException($"--classes: {model.Name} is of the family {model.Config.Family}, which knows no texts; CLIP and SigLIP do.");
        if (ZeroShot.Missing(model.Folder) is { Count: > 0 } missing)
            throw new UsageException(
                $"--classes: {model.Name} has no {string.Join(", ", missing)}; texts need a folder of CLIP or SigLIP with both towers and its tokenizer.");
        try
        {
            terminal.Work("texts", progress => images = images.WithTexts(model.Folder, texts, progress, stop));
        }
        catch (TranslucentException e) when (e.IsOfRequest)
        {
            throw new UsageException($"--classes: {e.Message}");
        }
        foreach (string doubt in ModelDoubts.OfTexts(model.Name, model.Folder, texts, "--classes")) terminal.Warn(doubt);
        if (texts.Classes.Count == 1 && images.Meaning == ScoreMeaning.OneOf) terminal.Line(
            $"{texts.Classes[0]}: the only text, and so 100 % probable whatever the image shows; name others beside it for probabilities that say something.");
        TokenizerSha256 = FileHash.Of([.. ZeroShot.TokenizerFiles(model.Folder).SelectMany(File.ReadAllBytes)]);
        return model with { Transformer = images, Prompts = this };
    }

    /// <summary>The texts.</summary>
    public ClassTexts Texts => texts;

    /// <summary>Of the files of the tokenizer that read them; null before <see cref="Of"/>.</summary>
    public string? TokenizerSha256 { get; private set; }
}
