// What scenes may contain and how often: every setting of the generator, with its default.

using Translucent.Files;

namespace Translucent.Shapes;

/// <summary>Ties a colour to a kind, for experiments with shortcuts: "discs are red".</summary>
/// <param name="Kind">The kind that is biased.</param>
/// <param name="Colour">The colour it gets.</param>
/// <param name="Share">The probability of that colour, 0 .. 1; the others of <see cref="ShapesOptions.Colours"/> share the rest equally. 0 means never.</param>
public readonly record struct ColourBias(ShapeKind Kind, ShapeColour Colour, double Share = 1);

/// <summary>The distribution that scenes are drawn from.</summary>
public sealed record ShapesOptions
{
    /// <summary>Pixels per row, 32 .. 2048.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Rows, 32 .. 2048.</summary>
    public int Height { get; init; } = 128;

    /// <summary>The fewest objects, 0 .. 8; all numbers up to <see cref="MaxObjects"/> are equally frequent.</summary>
    public int MinObjects { get; init; }

    /// <summary>The most objects, 0 .. 8.</summary>
    public int MaxObjects { get; init; } = 8;

    /// <summary>Kinds that occur, equally often.</summary>
    public IReadOnlyList<ShapeKind> Kinds { get; init; } = Attributes.Kinds;

    /// <summary>Colours that occur, equally often where no bias says otherwise.</summary>
    public IReadOnlyList<ShapeColour> Colours { get; init; } = Attributes.Colours;

    /// <summary>Surfaces that occur, equally often.</summary>
    public IReadOnlyList<Surface> Surfaces { get; init; } = Attributes.Surfaces;

    /// <summary>Backgrounds that occur, equally often.</summary>
    public IReadOnlyList<Backdrop> Backdrops { get; init; } = Attributes.Backdrops;

    /// <summary>Colours tied to kinds, at most one for a kind.</summary>
    public IReadOnlyList<ColourBias> Bias { get; init; } = [];

    /// <summary>The smallest diameter of an object as a share of the shorter side of the image, 0.05 .. 1 (and never below 8 pixels).</summary>
    public double MinSize { get; init; } = 0.18;

    /// <summary>The largest diameter, as above. Crowded scenes get fewer large objects.</summary>
    public double MaxSize { get; init; } = 0.42;

    /// <summary>The share of each object's pixels that stays visible behind others and the image's edges, 0.1 .. 1.</summary>
    public double MinVisible { get; init; } = 0.5;

    /// <summary>Objects are turned by up to this many degrees either way, 0 .. 180.</summary>
    public int Rotation { get; init; } = 180;

    /// <summary>The strongest image noise, as a standard deviation in steps of 8 bits, 0 .. 50; each scene draws its own up to it.</summary>
    public double Noise { get; init; } = 6;

    /// <summary>How much the light may vary over a scene and between scenes, 0 .. 1.</summary>
    public double Light { get; init; } = 0.25;

    /// <summary>At most this many questions per scene, 0 .. 64; fewer where fewer can be asked without doubt.</summary>
    public int Questions { get; init; } = 10;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="TranslucentException">A setting is out of its range, or two contradict each other.</exception>
    public void Validate()
    {
        Range(Width, 32, 2048, "width");
        Range(Height, 32, 2048, "height");
        Range(MaxObjects, 0, 8, "most objects");
        Range(MinObjects, 0, MaxObjects, "fewest objects");
        Some(Kinds, "kinds");
        Some(Colours, "colours");
        Some(Surfaces, "surfaces");
        Some(Backdrops, "backgrounds");
        Range(MaxSize, 0.05, 1, "largest size");
        Range(MinSize, 0.05, MaxSize, "smallest size");
        Range(MinVisible, 0.1, 1, "least visible share");
        Range(Rotation, 0, 180, "rotation");
        Range(Noise, 0, 50, "noise");
        Range(Light, 0, 1, "light");
        Range(Questions, 0, 64, "questions");
        foreach (ColourBias bias in Bias)
        {
            Range(bias.Share, 0, 1, "share of a bias");
            string name = $"the bias {bias.Kind.Name()}={bias.Colour.Name()}";
            if (!Kinds.Contains(bias.Kind)) throw TranslucentException.OfRequest($"{name}: there are no {bias.Kind.Plural()} among the kinds.");
            if (bias.Share > 0 && !Colours.Contains(bias.Colour))
                throw TranslucentException.OfRequest($"{name}: {bias.Colour.Name()} is not among the colours.");
            if (bias.Share < 1 && !Colours.Any(c => c != bias.Colour))
                throw TranslucentException.OfRequest($"{name}: there is no other colour for the rest of the {bias.Kind.Plural()}.");
            if (Bias.Count(b => b.Kind == bias.Kind) > 1) throw TranslucentException.OfRequest($"{name}: {bias.Kind.Plural()} have more than one bias.");
        }
    }

    static void Range(double value, double low, double high, string what)
    {
        if (!(value >= low && value <= high)) throw TranslucentException.OfRequest(FormattableString.Invariant($"{what}: {value}, expected {low} to {high}."));
    }

    static void Some<T>(IReadOnlyList<T> choices, string what)
    {
        if (choices.Count == 0 || choices.Distinct().Count() != choices.Count)
            throw TranslucentException.OfRequest($"{what}: expected at least one, each once.");
    }
}
