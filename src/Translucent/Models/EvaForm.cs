// What the models of timm's Eva class, DINOv3 among them, have otherwise than each other; Checkpoints/Layouts/TimmEva.cs finds it and writes it into the
// settings.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>Where patches stand, for rotary positions.</summary>
enum RotaryGrid
{
    /// <summary>Nowhere: positions are added to the tokens.</summary>
    None,

    /// <summary>The centre of a patch, each axis from −1 to 1, a turn for one period; numbers i and i + D/2 are pairs (DINOv3).</summary>
    Centred,

    /// <summary>Row and column, stretched to the grid of the first training; neighbours are pairs (EVA-02).</summary>
    Stretched,

    /// <summary>The same with the column first, and counted from a number that the model has (Perception Encoder).</summary>
    StretchedAcross,

    /// <summary>Column, then row, counted from 0; neighbours are pairs (RoPE-ViT: Heo et al. 2024, arXiv:2403.13298).</summary>
    Counted,

    /// <summary>Column and row together, counted from 0, by learned frequencies of each head and block; neighbours are pairs (RoPE-Mixed).</summary>
    Mixed,
}

/// <summary>The form of an Eva model.</summary>
/// <param name="Name">The family's name.</param>
/// <param name="ClassToken">Whether there is a class token.</param>
/// <param name="Registers">Tokens behind it.</param>
/// <param name="Positions">Whether positions are added to the tokens.</param>
/// <param name="Rotary">Where patches stand for rotary positions.</param>
/// <param name="LayerScale">Whether both branches of a block are scaled number by number.</param>
/// <param name="Averages">Whether the classifier reads the mean of the patches.</param>
/// <param name="NormBehindMean">Whether the last normalisation stands behind that mean.</param>
sealed record EvaForm(
    string Name, bool ClassToken, int Registers, bool Positions, RotaryGrid Rotary, bool LayerScale, bool Averages, bool NormBehindMean)
{
    /// <summary>Whether the tokens are normalised before the first block, and patches have no bias.</summary>
    public bool NormBefore { get; init; }

    /// <summary>Whether a normalisation stands above the last block, or behind the mean.</summary>
    public bool NormLast { get; init; } = true;

    /// <summary>Heads of the attention that pools all tokens, those before the patches too; 0 where none does.</summary>
    public int PoolingHeads { get; init; }

    /// <summary>Patches along either axis of the images of the first training, to which stretched grids are stretched.</summary>
    public int FirstTraining { get; init; } = 16;

    /// <summary>The number of the first row and column of a stretched grid.</summary>
    public int FirstPlace { get; init; }

    /// <summary>The key of config.json under which deduced settings stand; files of Hugging Face have none.</summary>
    public const string Key = "eva_form";

    /// <summary>P, tokens before the patches.</summary>
    public int Prefix => (ClassToken ? 1 : 0) + Registers;

    /// <summary>What the settings say; Hugging Face's DINOv3 where they say nothing.</summary>
    /// <exception cref="Files.TranslucentException">They are of another program's Eva, or a setting is outside its range.</exception>
    public static EvaForm Of(ConfigSection config)
    {
        if (!config.Has(Key))
        {
            if (config.String("model_type") == "eva")
                throw config.Error("model_type", "is 'eva', which is read with timm's names and timm's config.json alone; that has no model_type");
            int registers = config.Int("num_register_tokens", 0);
            if (registers is < 0 or > 1 << 16) throw config.Wrong("num_register_tokens", "a number of tokens from 0 on");
            return new("DINOv3", true, registers, false, RotaryGrid.Centred, true, false, false);
        }
        ConfigSection form = config.Section(Key);
        RotaryGrid grid = Enum.TryParse(form.String("rotary"), out RotaryGrid found) ? found
            : throw form.Wrong("rotary", $"one of {string.Join(", ", Enum.GetNames<RotaryGrid>())}");
        return new(form.String("name"), form.Bool("class_token"), form.Int("registers"), form.Bool("positions"), grid, form.Bool("layer_scale"),
            form.Bool("averages"), form.Bool("norm_behind_mean"))
        {
            NormBefore = form.Bool("norm_before"),
            NormLast = form.Bool("norm_last"),
            PoolingHeads = form.Int("pooling_heads"),
            FirstTraining = form.Int("first_training"),
            FirstPlace = form.Int("first_place"),
        };
    }

    /// <summary>The turns of queries and keys of all blocks, or null where there are none or each block learned its own.</summary>
    /// <param name="headWidth">D, a multiple of 4.</param>
    /// <param name="theta">The largest period, but for one step, in units of the smallest.</param>
    /// <param name="periods">[D/4] as a checkpoint of DINOv3 states them, in the place of powers of theta; or null.</param>
    public GridPositions? Turns(int headWidth, double theta, double[]? periods)
    {
        if (Rotary is RotaryGrid.None or RotaryGrid.Mixed) return null;
        int count = headWidth / 4;
        double[] frequencies = [.. Enumerable.Range(0, count).Select(i => 1 / (periods?[i] ?? Math.Pow(theta, (double)i / count)))];
        if (Rotary == RotaryGrid.Centred) frequencies = Array.ConvertAll(frequencies, f => 2 * Math.PI * f);
        bool columnsFirst = Rotary is RotaryGrid.Counted or RotaryGrid.StretchedAcross;
        return new GridRotary((rows, columns) => new GridAngles(Prefix, Places(rows), Places(columns), frequencies, columnsFirst),
            neighbours: Rotary != RotaryGrid.Centred);
    }

    double[] Places(int count) => [.. Enumerable.Range(0, count).Select(i => Rotary switch
    {
        RotaryGrid.Centred => 2 * (i + 0.5) / count - 1,
        RotaryGrid.Stretched or RotaryGrid.StretchedAcross => (double)(i + FirstPlace) * FirstTraining / count,
        _ => i,
    })];
}
