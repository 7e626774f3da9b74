// A pass that is looked into token by token, and what its tokens are called and where they lie: the same for detectors, questions about pictures and texts.

using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Streams;

/// <summary>The pass and its tokens.</summary>
/// <param name="trace">One input that went through a model.</param>
/// <param name="names">What the tokens of a stream are called; asked once for each.</param>
sealed class StreamScene(Trace trace, Func<TokenStream, IReadOnlyList<string>> names)
{
    static readonly Rgb s_shade = new(0xE0, 0x6A, 0x00);

    readonly Dictionary<TokenStream, IReadOnlyList<string>> _names = [];

    /// <summary>The pass.</summary>
    public Trace Trace => trace;

    /// <summary>The picture as it is shown, or null.</summary>
    public Image? Photo { get; private init; }

    /// <summary>Where the grid lies on it, where there is a grid.</summary>
    public InputGeometry? Geometry { get; private init; }

    /// <summary>[R, 4] regions in shares of the picture, where there are regions.</summary>
    public Tensor? Boxes { get; private init; }

    /// <summary>A picture that went through a detector; queries are called what they found.</summary>
    /// <param name="run">The pass.</param>
    /// <param name="score">Objects above it have names.</param>
    public static StreamScene Of(ObjectRun run, double score)
    {
        IReadOnlyList<Detection> all = run.Trace.Objects!.All();
        return new StreamScene(run.Trace, stream => stream.Layout is PatchGrid grid ? Patches(grid) : [.. all.Select(d => d.Score > score ? d.Label : "")])
        {
            Photo = run.Photo,
            Geometry = run.Geometry,
        };
    }

    /// <summary>A question about a picture.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="renderSize">The longer side of the picture as it is shown, at most.</param>
    public static StreamScene Of(QuestionPass pass, int renderSize) =>
        new(pass.Trace, stream => stream.Layout is TextTokens ? pass.Tokens.Tokens : pass.Names)
        {
            Photo = pass.Picture is null ? null : Resize.Within(pass.Picture, renderSize).ToRgb(),
            Boxes = pass.Regions.Boxes,
        };

    /// <summary>What the tokens of a stream are called.</summary>
    public IReadOnlyList<string> Names(TokenStream stream)
    {
        lock (_names)
            return _names.TryGetValue(stream, out IReadOnlyList<string>? known) ? known : _names[stream] = names(stream);
    }

    /// <summary>What patches are called: by row and column, what comes before them by number.</summary>
    static IReadOnlyList<string> Patches(PatchGrid grid) =>
        [.. Enumerable.Range(0, grid.Prefix).Select(i => i == 0 ? "cls" : $"prefix {i}"),
            .. Enumerable.Range(0, grid.Count).Select(i => $"{i / grid.Columns + 1},{i % grid.Columns + 1}")];

    /// <summary>The name of a token, with its number where the name does not tell it.</summary>
    public string NameOf(TokenStream stream, int token)
    {
        string name = Names(stream)[token];
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
