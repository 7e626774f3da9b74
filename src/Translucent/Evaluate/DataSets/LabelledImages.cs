// Pictures with what is known of each, whatever files they come from: what every evaluation of vision models takes.

using System.Security.Cryptography;
using System.Text;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>A picture of a data set, read when it is needed.</summary>
/// <param name="Key">What tells it from the others, the same on every machine, such as a path within the data set.</param>
/// <param name="Read">Its pixels.</param>
/// <param name="Class">The index of its class in <see cref="LabelledImages.Classes"/>; null where none is known.</param>
sealed record LabelledImage(string Key, Func<Image> Read, int? Class = null)
{
    /// <summary>Which pixels, [height · width], show what the class names; null where that is not known.</summary>
    public Func<bool[]>? Mask { get; init; }
}

/// <summary>A data set.</summary>
/// <param name="Name">What it is called in results.</param>
/// <param name="Classes">Names of the classes; none where pictures have none.</param>
/// <param name="Images">In the order that decides which shard an image belongs to, and in which results are added up.</param>
sealed record LabelledImages(string Name, IReadOnlyList<string> Classes, IReadOnlyList<LabelledImage> Images)
{
    /// <summary>What tells images from others of the same keys, such as the seed that they are drawn from; empty where keys do.</summary>
    public string Origin { get; init; } = "";

    /// <summary>SHA-256 over origin, keys and classes in their order, in lower-case hexadecimal: the same list, the same hash.</summary>
    public string Hash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (Origin.Length > 0) hash.AppendData(Encoding.UTF8.GetBytes(Origin + "\n\n"));
        foreach (string name in Classes) hash.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
        foreach (LabelledImage image in Images)
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{image.Key}\t{image.Class}\t{(image.Mask is null ? 0 : 1)}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The first so many.</summary>
    public LabelledImages Take(int count) => count >= Images.Count ? this : this with { Images = [.. Images.Take(count)] };
}
