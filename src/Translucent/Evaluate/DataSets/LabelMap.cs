// The number that a file gives every pixel: a palette index, a grey level or a colour, never anything that was converted or resampled.

using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>A number for every pixel.</summary>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Values">[Height · Width]: of a file the raw palette index or grey level, or with <paramref name="Coloured"/> 0xRRGGBB; of a data set the class
/// from 0, and -1 where a pixel does not count.</param>
/// <param name="Coloured">Whether the numbers are colours.</param>
sealed record LabelMap(int Width, int Height, int[] Values, bool Coloured = false)
{
    /// <summary>Marks a pixel that does not count.</summary>
    public const int Ignored = -1;

    /// <summary>Every number replaced.</summary>
    public LabelMap Map(Func<int, int> of) => new(Width, Height, Array.ConvertAll(Values, v => of(v)));

    /// <summary>Checks that every number is a class or does not count.</summary>
    /// <exception cref="TranslucentException">One is not; the message begins with <paramref name="name"/>.</exception>
    public LabelMap Checked(int classes, string name)
    {
        for (int i = 0; i < Values.Length; i++)
            if (Values[i] < Ignored || Values[i] >= classes)
                throw new TranslucentException($"{name}: pixel {i % Width},{i / Width} has the label {Values[i]}, expected a class 0 to {classes - 1} "
                    + "or a value that is ignored.");
        return this;
    }
}

/// <summary>How files become pixels; the library has no codec of its own.</summary>
/// <param name="Photo">Reads a photograph.</param>
/// <param name="Labels">Reads a label image exactly.</param>
sealed record PictureReader(Func<string, Image> Photo, Func<string, LabelMap> Labels);
