// Which class has which colour in pictures of what tokens stand for; only so many classes have one of their own.

using Translucent.Cli.Runs;
using Translucent.Images;

namespace Translucent.Cli.Pictures;

/// <summary>The colours of classes in one image: first the classes that were asked for, then those that most tokens stand for.</summary>
sealed class ClassColors
{
    const int Most = 12; // colours that are told apart side by side

    /// <summary>Of all classes without a colour of their own.</summary>
    public static Rgb Other { get; } = new(0x8A, 0x93, 0xA0);

    readonly Dictionary<int, Rgb> _colors = [];

    /// <param name="projection">What was found.</param>
    /// <param name="layers">The layers that are shown.</param>
    public ClassColors(Projection projection, IReadOnlyList<int> layers)
    {
        Dictionary<int, double> weight = [];
        int tokens = 0;
        foreach (int layer in layers)
            for (int token = 0; token < projection.Tokens; token++, tokens++)
            {
                TopClass best = projection.Best(layer, token)[0];
                weight[best.Class] = weight.GetValueOrDefault(best.Class) + best.Probability;
            }
        int[] shown = [.. projection.Classes.Select(c => c.Class.Index).Concat(weight.OrderByDescending(w => w.Value).ThenBy(w => w.Key).Select(w => w.Key))
            .Distinct().Take(Most)];
        for (int i = 0; i < shown.Length; i++) _colors[shown[i]] = Palette.Distinct(i);
        (Classes, HasOther) = (shown, weight.Keys.Any(c => !_colors.ContainsKey(c)));
    }

    /// <summary>Those with a colour of their own.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>The letter of a class, which tells it apart beside its colour: A for the first; a dot for those without a colour of their own.</summary>
    public string Letter(int cls) => _colors.Keys.ToList().IndexOf(cls) is >= 0 and int place ? $"{(char)('A' + place)}" : "·";

    /// <summary>Whether tokens stand for classes without a colour of their own.</summary>
    public bool HasOther { get; }

    public Rgb this[int cls] => _colors.GetValueOrDefault(cls, Other);

    /// <summary>How much of a cell's colour shows: from 0.15 at probability 0 to 0.9 at 1.</summary>
    public static double Strength(float probability) => 0.15 + 0.75 * probability;

    /// <summary>What the strength means, for legends.</summary>
    public const string StrengthText = "softmax probability of the class, for this token alone";
}
