// Which family reads which model folder: the one table to extend for a new family.

using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Models;

/// <summary>Opens vision models from Hugging Face folders, and from files of the layouts that <see cref="Checkpoint"/> knows.</summary>
public static class VisionModels
{
    static readonly Dictionary<string, Func<Checkpoint, VisionTransformer>> s_families = new()
    {
        ["vit"] = ViT.Load,
        ["deit"] = ViT.Load,
        ["vit_msn"] = ViT.Load,
        ["ijepa"] = ViT.Load,
        ["dinov2"] = Dinov2.Load,
        ["dinov2_with_registers"] = Dinov2.Load,
        ["dinov3_vit"] = Eva.Load,
        ["eva"] = Eva.Load,
        ["beit"] = Beit.Load,
        ["data2vec-vision"] = Beit.Load,
        ["clip_vision_model"] = ClipVision.Load,
        ["clip"] = ClipVision.Load,
        ["siglip_vision_model"] = SiglipVision.Load,
        ["siglip"] = SiglipVision.Load,
        ["siglip2_vision_model"] = SiglipVision.Load,
        ["siglip2"] = SiglipVision.Load,
    };

    /// <summary>What <c>model_type</c> in a config.json may be.</summary>
    public static IReadOnlyCollection<string> ModelTypes => s_families.Keys;

    /// <summary>Opens the model in a folder or a file; its weights stay memory-mapped until it is disposed.</summary>
    /// <param name="path">A Hugging Face folder, or a file of weights.</param>
    /// <exception cref="TranslucentException">There is no readable model of a known family; the message says what is wrong with it. Folder or files are not
    /// there.</exception>
    public static VisionTransformer Open(string path) => Open(Checkpoint.Open(path));

    /// <summary>Makes a model of an open checkpoint, which it takes over.</summary>
    /// <param name="checkpoint">Open; disposed with the model, or at once where it does not fit.</param>
    /// <exception cref="TranslucentException">The checkpoint is not of a known family, or its tensors do not fit its settings.</exception>
    public static VisionTransformer Open(Checkpoint checkpoint)
    {
        try
        {
            return Load(checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Open(Checkpoint)"/>, but a checkpoint that does not fit stays open.</summary>
    internal static VisionTransformer Load(Checkpoint checkpoint)
    {
        string type = checkpoint.Config.String("model_type");
        if (s_families.TryGetValue(type, out var load)) return load(checkpoint);
        string what = type switch
        {
            "siglip_text_model" or "siglip2_text_model" => "a text tower alone has no image to explain (ClipText reads it)",
            "clip_text_model" => "a text tower alone has no image to explain (ClipText reads it)",
            "detr" => "this is a detector: 'translucent detect' and 'translucent explain' read it, in code Detr.Open",
            "swin" or "swinv2" or "donut-swin" or "swin2sr" or "maxvit" or "hiera" or "pvt" or "pvt_v2" or "segformer" or "mobilevit" =>
                $"{Describe.Name(type)} is not a family that is read: its tokens become others between its stages, and the methods here follow one sequence of "
                + "tokens (docs/models.md)",
            "lxmert" => "this model answers questions about pictures: 'translucent ask' reads it, in code Lxmert.Open",
            _ when LanguageModels.ModelTypes.Contains(type) =>
                "this is a language model: 'translucent text', 'classify', 'lens', 'embed' and 'generate' read it, in code LanguageModels.Open",
            _ => $"{Describe.Name(type)} is not a family that is read; these are: {string.Join(", ", Pretrained.ModelTypes)}",
        };
        throw checkpoint.Config.Wrong("model_type", $"one of {string.Join(", ", s_families.Keys)}; {what}");
    }
}
