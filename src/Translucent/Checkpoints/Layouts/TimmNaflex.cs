// NaFlexViT, timm's vision transformer with flexible patches (github.com/huggingface/pytorch-image-models, timm/models/naflexvit.py): SigLIP 2's NaFlex towers
// and classifiers with registers. The projection of patches is mostly a linear layer over [row, column, channel]; positions are of patches alone, a table over
// a square grid, enlarged with the antialiased filter, or the sums of one for rows and one for columns, enlarged linearly without.

using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>timm's models named <c>naflexvit_*</c>; photographs are prepared at the fixed size of pretrained_cfg, as timm's own transforms do, or as
/// preprocessor_config.json says.</summary>
static class TimmNaflex
{
    const string Projection = "embeddings.patch_embeddings.projection", Table = "embeddings.position_embeddings";

    public static Layout Layout { get; } = new("timm NaFlexViT", ["embeds.proj.weight"],
    [
        new("embeds.cls_token", "embeddings.cls_token"),
        new("embeds.reg_token", "embeddings.register_tokens"),
        new("embeds.pos_embed", Table) { Shape = Flat },
        new("embeds.pos_embed_y", Table + "_y"),
        new("embeds.pos_embed_x", Table + "_x"),
        new("embeds.proj.*", Projection + ".*"),
        .. TimmViT.Encoder,
        new("head.*", "classifier.*"),
    ], Deduce)
    {
        Fits = (prefix, _) => !prefix.EndsWith("visual.trunk.", StringComparison.Ordinal), // those of open_clip
    };

    const int LongestSide = 4096; // of a table of positions

    /// <summary>[1, side, side, C] as [1, side², C]; others as they are.</summary>
    public static int[] Flat(int[] shape) =>
        shape is [1, var height, var width, var c] && height == width && height is > 0 and <= LongestSide ? [1, height * width, c] : shape;

    /// <summary>Whether the checkpoint has this layout.</summary>
    public static bool IsOf(Deduction d) => d.HasStored("embeds.proj.weight");

    /// <summary>Whether patches are projected as rows of numbers, not by a convolution.</summary>
    public static bool IsFlat(Deduction d) => d.Axes(Projection + ".weight") == 2;

    /// <summary>Pixels of a side of a patch, and channels: of a convolution its axes, of a linear layer those that its inputs leave, three channels or as many
    /// as config.json has.</summary>
    /// <exception cref="TranslucentException">No square of pixels has so many numbers.</exception>
    public static (int Patch, int Channels) Patches(Deduction d, string projection)
    {
        if (d.Axes(projection) == 4) return (d.Axis(projection, 2), d.Axis(projection, 1));
        int numbers = d.Axis(projection, 1), channels = Channels(d), side = (int)Math.Sqrt(numbers / Math.Max(1, channels));
        return channels > 0 && side > 0 && side * side * channels == numbers ? (side, channels)
            : throw d.Unknown("num_channels", $"the projection of patches reads {numbers} numbers, which are no square of pixels of {channels} channels");
    }

    /// <summary>How many places the positions are for.</summary>
    /// <exception cref="TranslucentException">They are not those of a square.</exception>
    public static int Positions(Deduction d)
    {
        if (d.Has(Table)) return d.Axes(Table) == 3 ? d.Grid(Table, 1, 0) is var side ? side * side : 0
            : throw new TranslucentException(
                $"{d.Folder}: the positions of the patches (embeds.pos_embed) are not [1, side, side, width], the one form that is read.");
        if (!d.Has(Table + "_y"))
            throw new TranslucentException($"{d.Folder}: has no positions (embeds.pos_embed); models of timm's NaFlexViT with rotary positions are not read.");
        int rows = d.Axis(Table + "_y", 1), columns = d.Axis(Table + "_x", 1);
        return rows == columns && rows is > 0 and <= LongestSide ? rows * columns
            : throw new TranslucentException($"{d.Folder}: has positions of {rows} rows and {columns} columns, expected those of a square.");
    }

    /// <summary>Adds how patches are placed: as the arguments say, else as the published models are built, which their names tell.</summary>
    /// <exception cref="TranslucentException">Nothing tells, or it is none that is read.</exception>
    public static void Place(Deduction d, Settings form)
    {
        ConfigSection? given = TimmForm.Arguments(d);
        string name = d.Given?.String("architecture", "") ?? "";
        if (name.Length == 0 && given?.Has("pos_embed_interp_mode") != true)
            throw d.Unknown("architecture", "the names of timm's models tell how positions are enlarged, as in naflexvit_base_patch16_gap");
        bool factorised = d.Has(Table + "_y");
        if (given?.Bool("patchify_channels_last", true) == false) throw given.Wrong("patchify_channels_last", "true: channels stand innermost");
        string mode = given?.Has("pos_embed_interp_mode") == true ? given.String("pos_embed_interp_mode")
            : factorised || name.Contains("siglip", StringComparison.Ordinal) ? "bilinear" : "bicubic"; // rows and columns alone: always linear
        if (mode is not ("bilinear" or "bicubic")) throw given!.Wrong("pos_embed_interp_mode", "bilinear or bicubic");
        form.Add("positions", new Settings()
            .Add("factorised", factorised)
            .Add("bilinear", factorised || mode == "bilinear")
            .Add("keeps_shape", given?.Has("pos_embed_ar_preserving") == true ? given.Bool("pos_embed_ar_preserving", false)
                : name.Contains("_par", StringComparison.Ordinal)));
    }

    static int Channels(Deduction d) => d.Given?.Has("num_channels") == true ? d.Given.Int("num_channels")
        : TimmForm.Arguments(d) is { } given && given.Has("in_chans") ? given.Int("in_chans") : 3;

    static void Deduce(Deduction d)
    {
        TimmViT.Sizes(d);
        TimmViT.Classes(d);
        int image = TimmConfig.InputSize(d, Published);
        if (!TimmConfig.Prepare(d, image)) d.Prepare(Published, Published, resample: 3, s_half, s_half);
    }

    const int Published = 384; // pixels of a side that timm prepares for these models, with this mean and deviation

    static readonly double[] s_half = [0.5, 0.5, 0.5];
}
