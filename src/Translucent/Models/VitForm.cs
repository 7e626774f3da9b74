// What timm's vision transformers may have otherwise than Hugging Face's; Checkpoints/Layouts/TimmForm.cs finds it and writes it into the settings.

using Translucent.Checkpoints;
using Translucent.Images;

namespace Translucent.Models;

/// <summary>The form of a ViT.</summary>
/// <param name="ClassToken">Whether there is a class token.</param>
/// <param name="Registers">Tokens without position behind the class token.</param>
/// <param name="PositionsOfPatches">Whether positions are of patches alone.</param>
/// <param name="PatchBias">Whether the projection of patches has a bias.</param>
/// <param name="NormBefore">Whether a normalisation stands before the first block.</param>
/// <param name="LayerScale">Whether both branches of a block are scaled number by number.</param>
/// <param name="Averages">Whether the classifier reads the mean of the patches.</param>
/// <param name="NormBehindMean">Whether the last normalisation stands behind that mean.</param>
/// <param name="Pools">Whether a learned query pools the patches by attention.</param>
/// <param name="FlatPatches">Whether the projection of patches is a linear layer over their numbers, channels innermost (NaFlexViT).</param>
/// <param name="Positions">How the positions of other grids are found.</param>
sealed record VitForm(
    bool ClassToken, int Registers, bool PositionsOfPatches, bool PatchBias, bool NormBefore, bool LayerScale, bool Averages, bool NormBehindMean,
    bool Pools = false, bool FlatPatches = false, PositionsForm? Positions = null)
{
    /// <summary>The key of config.json under which deduced settings stand; files of Hugging Face have none.</summary>
    public const string Key = "timm_form";

    /// <summary>What the settings say; Hugging Face's ViT where they say nothing.</summary>
    public static VitForm Of(ConfigSection config)
    {
        if (config.String("model_type", "") == "ijepa") return new(false, 0, false, true, false, false, Averages: true, false);
        if (!config.Has(Key)) return new(true, 0, false, true, false, false, false, false);
        ConfigSection form = config.Section(Key);
        return new(form.Bool("class_token", true), form.Int("registers", 0), form.Bool("positions_of_patches", false), form.Bool("patch_bias", true),
            form.Bool("norm_before", false), form.Bool("layer_scale", false), form.Bool("averages", false), form.Bool("norm_behind_mean", false),
            form.Bool("pools", false), form.Bool("flat_patches", false), PositionsForm.Of(form));
    }
}

/// <summary>How a model of timm with flexible patches places the patches of a grid.</summary>
/// <param name="Factorised">Whether a position is the sum of one of its row and one of its column.</param>
/// <param name="KeepsShape">Whether rows and columns are enlarged alike.</param>
/// <param name="Filter">The filter that enlarges.</param>
sealed record PositionsForm(bool Factorised, bool KeepsShape, Resampling Filter)
{
    /// <summary>The key of the form under which it stands.</summary>
    public const string Key = "positions";

    /// <summary>What the settings say; null where they say nothing, as of models for one size.</summary>
    public static PositionsForm? Of(ConfigSection form)
    {
        if (!form.Has(Key)) return null;
        ConfigSection positions = form.Section(Key);
        return new(positions.Bool("factorised", false), positions.Bool("keeps_shape", false),
            positions.Bool("bilinear", false) ? Resampling.Bilinear : Resampling.Bicubic);
    }
}
