// A pass that is looked into token by token, and what its tokens are called and where they lie: the same for detectors, questions about pictures and texts.

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Streams;

/// <summary>The pass and its tokens.</summary>
/// <param name="Trace">One input that went through a model.</param>
/// <param name="Names">What the tokens of each stream are called.</param>
/// <param name="Photo">The picture as it is shown, or null.</param>
/// <param name="Geometry">Where the grid lies on it, where there is a grid.</param>
/// <param name="Boxes">[R, 4] regions in shares of the picture, where there are regions.</param>
sealed record StreamScene(Trace Trace, Func<TokenStream, IReadOnlyList<string>> Names, Image? Photo = null, InputGeometry? Geometry = null,
    Tensor? Boxes = null)
{
    static readonly Rgb s_shade = new(0xE0, 0x6A, 0x00);

    /// <summary>What patches are called: by row and column, what comes before them by number.</summary>
    public static IReadOnlyList<string> Patches(PatchGrid grid) =>
        [.. Enumerable.Range(0, grid.Prefix).Select(i => i == 0 ? "cls" : $"prefix {i}"),
            .. Enumerable.Range(0, grid.Count).Select(i => $"{i / grid.Columns + 1},{i % grid.Columns + 1}")];

    /// <summary>The name of a token, with its number where the name does not tell it.</summary>
    public string NameOf(TokenStream stream, int token)
    {
        IReadOnlyList<string> names = Names(stream);
        string name = names[token];
        return stream.Layout switch
        {
            ObjectSlots => $"query {token}{(name.Length > 0 ? $" {name}" : "")}",
            Regions => $"region {token}{(name.Length > 0 ? $" {name}" : "")}",
            PatchGrid => token == 0 && name == "cls" ? "class token" : name.StartsWith("prefix", StringComparison.Ordinal) ? name : $"cell {name}",
            _ => $"{token} {name}",
        };
    }

    /// <summary>A name as part of a file name.</summary>
    public static string FileOf(string name) =>
        SafeName.Of(name.Replace("class token", "cls").Replace("cell ", "").Replace(' ', '-').Replace(',', '-'));

    /// <summary>Whether numbers of a stream can be laid over the picture as a map.</summary>
    public bool HasMap(TokenStream stream) => stream.Layout is PatchGrid && Geometry is not null && Photo is not null;

    /// <summary>Whether they can be laid over it as shaded boxes.</summary>
    public bool HasBoxes(TokenStream stream) => stream.Layout is Regions && Boxes is not null && Photo is not null;

    /// <summary>Numbers of a stream over the picture: a map where it is a grid, shaded boxes where it is regions.</summary>
    /// <param name="photo">The picture, at any size.</param>
    /// <param name="stream">A stream that can be laid over it.</param>
    /// <param name="row">[N].</param>
    /// <param name="look">How maps are drawn.</param>
    public Image Over(Image photo, TokenStream stream, Tensor row, MapLook look)
    {
        if (stream.Layout is not PatchGrid grid) return BoxPicture.Draw(photo, Shaded(photo, row));
        Tensor map = MapPictures.At(grid.Map(row.Reshape(1, row.Length)), 0);
        return MapPictures.Over(photo, Geometry!.Scaled(photo.Width, photo.Height), map, ColorScale.Of(map, look.Colors), look);
    }

    /// <summary>The regions as boxes, shaded by numbers, the largest number strongest and on top.</summary>
    /// <param name="photo">The picture, at any size.</param>
    /// <param name="row">[R].</param>
    /// <param name="label">What stands above a box; nothing when null.</param>
    public PhotoBox[] Shaded(Image photo, Tensor row, Func<int, string>? label = null)
    {
        float most = row.ToArray().DefaultIfEmpty().Max();
        return [.. Enumerable.Range(0, row.Length).OrderByDescending(r => row.Span[r]).Select(r =>
        {
            ReadOnlySpan<float> box = Boxes!.Row(r);
            return new PhotoBox(box[0] * photo.Width, box[1] * photo.Height, box[2] * photo.Width, box[3] * photo.Height, s_shade, label?.Invoke(r) ?? "",
                Fill: most > 0 ? 0.6 * row.Span[r] / most : 0);
        })];
    }
}
