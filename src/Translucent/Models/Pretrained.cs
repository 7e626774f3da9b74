// Opens any pretrained model that is known: the family files say how each is read.

using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Models;

/// <summary>Opens pretrained models of every family.</summary>
public static class Pretrained
{
    static readonly Dictionary<string, Func<Checkpoint, Model>> s_families = new()
    {
        ["clip_text_model"] = ClipText.Open,
        ["siglip_text_model"] = ClipText.Open,
        ["siglip2_text_model"] = ClipText.Open,
        ["detr"] = Detr.Open,
        ["lxmert"] = checkpoint => Lxmert.Open(checkpoint),
    };

    /// <summary>Every <c>model_type</c> that is read.</summary>
    internal static IEnumerable<string> ModelTypes => VisionModels.ModelTypes.Concat(s_families.Keys).Concat(LanguageModels.ModelTypes);

    /// <summary>Whether models of a <c>model_type</c> are read.</summary>
    internal static bool Knows(string type) => ModelTypes.Contains(type);

    /// <summary>Whether a <c>model_type</c> is for <see cref="VisionModels"/>, which also say what is wrong with one that nobody reads.</summary>
    internal static bool IsVision(string type) => !s_families.ContainsKey(type) && !LanguageModels.ModelTypes.Contains(type);

    /// <summary>Opens the model in a folder or a file; its weights stay memory-mapped until it is disposed.</summary>
    /// <param name="path">A Hugging Face folder, or a file of weights.</param>
    /// <exception cref="TranslucentException">There is no readable model of a known family; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">Folder or files are not there.</exception>
    public static Model Open(string path) => Open(Checkpoint.Open(path));

    /// <summary>Makes a model of an open checkpoint, which it takes over.</summary>
    /// <param name="checkpoint">Open; disposed with the model, or at once where it does not fit.</param>
    /// <exception cref="TranslucentException">The checkpoint is not of a known family, or its tensors do not fit its settings.</exception>
    public static Model Open(Checkpoint checkpoint)
    {
        string type;
        try
        {
            type = checkpoint.Config.String("model_type");
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
        return s_families.TryGetValue(type, out Func<Checkpoint, Model>? open) ? open(checkpoint)
            : IsVision(type) ? VisionModels.Open(checkpoint) : LanguageModels.Open(checkpoint);
    }
}
