// What tensors say of the settings of their model: sizes from shapes, the rest from the conventions of a layout. What neither says is
// asked for, with the key to write.

using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>Settings of a checkpoint without a Hugging Face config.json.</summary>
/// <param name="layout">The layout's name, for messages.</param>
/// <param name="tensors">The tensors under their Hugging Face names.</param>
/// <param name="stored">All names in the file, without the prefix.</param>
/// <param name="given">config.json, if there is one that says only some things, or those of another program.</param>
/// <param name="folder">Where config.json is or should be.</param>
/// <param name="prepared">Whether preprocessor_config.json says how photographs are prepared.</param>
sealed class Deduction(string layout, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlySet<string> stored, ConfigSection? given, string folder,
    bool prepared)
{
    static readonly double[] s_imageNetMean = [0.485, 0.456, 0.406], s_imageNetDeviation = [0.229, 0.224, 0.225];

    // Heads of the published sizes, common to all layouts: 64 wide each, but for ViT-H, -g and -G.
    static readonly (int Width, int Heads)[] s_heads =
    [
        (192, 3), (384, 6), (512, 8), (768, 12), (896, 14), (1024, 16), (1152, 16), (1280, 16), (1408, 16), (1536, 24), (1664, 16),
    ];

    /// <summary>config.json as it would be.</summary>
    public Settings Config { get; } = new();

    /// <summary>preprocessor_config.json as it would be; empty when the family's defaults are right.</summary>
    public Settings? Preprocessor { get; private set; }

    /// <summary>What config.json says, if there is one.</summary>
    public ConfigSection? Given => given;

    /// <summary>Whether preprocessor_config.json says how photographs are prepared.</summary>
    public bool IsPrepared => prepared;

    /// <summary>Where config.json and others are or should be.</summary>
    public string Folder => folder;

    /// <summary>Whether there is a tensor of this Hugging Face name.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool HasStored(string name) => stored.Contains(name);

    /// <summary>The Hugging Face names of all tensors.</summary>
    public IEnumerable<string> Names => tensors.Keys;

    /// <summary>The length of one axis of a tensor.</summary>
    /// <exception cref="TranslucentException">There is no such tensor, or it has not that axis.</exception>
    public int Axis(string name, int axis) => tensors.TryGetValue(name, out StoredTensor? tensor)
        ? axis < tensor.Shape.Length ? tensor.Shape[axis] : throw new TranslucentException($"{tensor}: expected at least {axis + 1} axes.")
        : throw new TranslucentException($"{folder}: the {layout} checkpoint lacks the tensor that becomes {Describe.Name(name)}, from which its settings "
            + "follow; write them to config.json, or fetch the whole checkpoint.");

    /// <summary>How many axes a tensor has; 0 where there is none.</summary>
    public int Axes(string name) => tensors.TryGetValue(name, out StoredTensor? tensor) ? tensor.Shape.Length : 0;

    /// <summary>How many layers there are whose first tensor has this name, <c>#</c> standing for their number from 0 on.</summary>
    public int Layers(string name)
    {
        int count = 0;
        while (Has(name.Replace("#", $"{count}"))) count++;
        return count;
    }

    /// <summary>The side of the square of patches that a table of positions is for.</summary>
    /// <param name="positions">The table [.., positions, width].</param>
    /// <param name="axis">Which axis counts positions.</param>
    /// <param name="before">Positions before those of patches.</param>
    /// <exception cref="TranslucentException">They are not those of a square.</exception>
    public int Grid(string positions, int axis, int before)
    {
        int count = Axis(positions, axis), side = (int)Math.Sqrt(Math.Max(0, count - before));
        return side * side + before == count && side > 0
            ? side
            : throw new TranslucentException(
                $"{tensors[positions]}: {count} positions are not {before} and a square of patches, which {layout} checkpoints have.");
    }

    /// <summary>How many attention heads an encoder has: as published for its width, or as config.json says, also among the arguments of a model of
    /// timm.</summary>
    public int Heads(int width, ConfigSection? config) => config?.Has("num_attention_heads") == true ? config.Int("num_attention_heads")
        : TimmForm.Arguments(this) is { } arguments && arguments.Has("num_heads") ? arguments.Int("num_heads")
        : Array.Find(s_heads, s => s.Width == width).Heads is > 0 and int heads ? heads
        : throw Unknown("num_attention_heads", $"no published model is {width} wide");

    /// <summary>An error about a key that only the user can know.</summary>
    public TranslucentException Unknown(string key, string why, string file = "config.json") =>
        new($"{folder}: the {layout} checkpoint does not tell '{key}' ({why}); write it to {Path.Combine(folder, file)}.");

    /// <summary>States how photographs are prepared.</summary>
    /// <param name="shorter">What the shorter side becomes.</param>
    /// <param name="crop">The side of the square kept at the centre.</param>
    /// <param name="resample">The filter: 2 bilinear, 3 bicubic.</param>
    /// <param name="mean">What is subtracted; ImageNet's when null.</param>
    /// <param name="deviation">What is divided by; ImageNet's when null.</param>
    /// <param name="squash">Whether both sides become that long, whatever the shape.</param>
    public void Prepare(int shorter, int crop, int resample, double[]? mean = null, double[]? deviation = null, bool squash = false) => Preprocessor =
        new Settings().Add("do_resize", true)
        .Add("size", squash ? new Settings().Add("height", shorter).Add("width", shorter) : new Settings().Add("shortest_edge", shorter))
        .Add("resample", resample)
        .Add("do_center_crop", true).Add("crop_size", new Settings().Add("height", crop).Add("width", crop))
        .Add("image_mean", mean ?? s_imageNetMean).Add("image_std", deviation ?? s_imageNetDeviation);
}
