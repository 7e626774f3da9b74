// BSDS500 (Arbeláez, Maire, Fowlkes, Malik, "Contour Detection and Hierarchical Image Segmentation", TPAMI 33, 2011): photographs and several human
// segmentations of each, whose regions have no classes: groundTruth/PART/NAME.mat, cells of structs with a field Segmentation.

using Translucent.Files;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>A photograph with what several people made of it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Photo">Opens the photograph.</param>
/// <param name="People">Opens the regions, numbered from 0, by each of them.</param>
sealed record HumanSegmentation(string Key, Func<Image> Photo, Func<IReadOnlyList<LabelMap>> People)
{
    /// <summary>Both, of the same size.</summary>
    /// <exception cref="TranslucentException">A file cannot be read, or sizes differ.</exception>
    public (Image Photo, IReadOnlyList<LabelMap> People) Open()
    {
        Image photo = Photo();
        IReadOnlyList<LabelMap> people = People();
        if (people.Count == 0) throw new TranslucentException($"{Key}: no human segmentation, expected at least one.");
        return people.FirstOrDefault(p => (p.Width, p.Height) != (photo.Width, photo.Height)) is not { } other ? (photo, people)
            : throw new TranslucentException($"{Key}: the photograph is {photo.Width} x {photo.Height} pixels and a segmentation "
                + $"{other.Width} x {other.Height}, expected the same size.");
    }
}

/// <summary>Reads BSDS500.</summary>
static class Bsds500
{
    /// <summary>The photographs of a part, by name.</summary>
    /// <param name="root">The folder BSR, BSDS500, or data in it.</param>
    /// <param name="reader">Opens photographs.</param>
    /// <param name="part">test, val or train.</param>
    /// <exception cref="TranslucentException">A folder or a file of segmentations is missing.</exception>
    public static IReadOnlyList<HumanSegmentation> Read(string root, PictureReader reader, string part = "test")
    {
        string data = Path.GetDirectoryName(DataFolder.Find(root, "photographs of BSDS500", "BSDS500/data/images", "data/images", "images"))!;
        string photographs = DataFolder.Find(data, "photographs of BSDS500", $"images/{part}");
        string truth = DataFolder.Find(data, "human segmentations of BSDS500", $"groundTruth/{part}");
        return [.. DataFolder.Pairs(DataFolder.Photographs(photographs), key => Path.Combine(truth, key + ".mat"), root)
            .Select(p => new HumanSegmentation($"{part}/{p.Key}", () => reader.Photo(p.Photo), () => People(p.Labels)))];
    }

    static LabelMap[] People(string path)
    {
        MatArray people = MatFile.Read(path, "groundTruth");
        try
        {
            return [.. people.Cells.Select(person => person.Field("Segmentation").Labels(v => v - 1))];
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: {e.Message}.", e);
        }
    }
}
