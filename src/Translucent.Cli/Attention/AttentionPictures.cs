// Files of attention of any stream: a map over the photograph per token and head where patches are read, shaded boxes where regions are,
// a table per head in every other case.

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Streams;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Attention;

/// <summary>Draws and writes what was found.</summary>
sealed class AttentionPictures(StreamScene scene, AttentionFound found)
{
    const int Cells = 3600; // pixels of all maps of a sheet side by side, about

    /// <summary>Whether each token has pictures of its own over the photograph.</summary>
    public bool Maps => scene.HasMap(found.Step.Values);

    /// <summary>Whether named tokens have pictures of shaded regions.</summary>
    public bool Regions => found.Named && scene.HasBoxes(found.Step.Values);

    /// <summary>The name of a token that reads, with its number where the name does not tell it.</summary>
    public string Reader(int index) => scene.NameOf(found.Step.Queries, found.Tokens[index]);

    /// <summary>What the whole is, in words.</summary>
    public string What => $"{found.Site} attention of layer {found.Layer}";

    /// <summary>Writes all files but the page.</summary>
    public void Write(RunFolder folder, CancellationToken stop)
    {
        List<Func<FileToWrite[]>> pictures = [];
        for (int t = 0; t < found.Tokens.Count && (Maps || Regions); t++) Token(folder, pictures, t);
        for (int h = 0; h < found.Titles.Count && !Maps; h++)
        {
            Tensor values = found.OfHead(h);
            string name = $"attention-{StreamScene.FileOf(found.Titles[h])}", title = $"{found.Titles[h]}: {What}";
            pictures.Add(() =>
            [
                PictureFile.Png($"{name}.png", NamedMatrix.Cells(values, Scale(values)),
                    $"{title}: a row per token that reads, a column per token that is read"),
                PictureFile.Svg($"{name}.svg", Table(values, title), $"{title}: the same with names"),
            ]);
        }
        folder.Add(pictures, stop);
        folder.Numbers("attention.npy", found.Rows, $"float32 [heads, tokens, {found.Step.Values.Length}]: {What}; heads: {string.Join(", ", found.Titles)}; "
            + $"tokens: {Describe.Line(string.Join(" ", found.Tokens), 400)}; every row sums to 1");
    }

    /// <summary>A head as a table with names.</summary>
    public Figure Table(Tensor values, string title) =>
        NamedMatrix.Draw(values, [.. found.Tokens.Select(i => scene.NameOf(found.Step.Queries, i))],
            [.. Enumerable.Range(0, values.Width).Select(i => scene.NameOf(found.Step.Values, i))], Scale(values), title);

    /// <summary>What one token reads in one head, over a picture.</summary>
    /// <param name="photo">The picture, at any size.</param>
    /// <param name="row">[K].</param>
    public Image Over(Image photo, Tensor row) => scene.Over(photo, found.Step.Values, row, MapLook.Usual);

    void Token(RunFolder folder, List<Func<FileToWrite[]>> pictures, int t)
    {
        string name = $"attention-{StreamScene.FileOf(Reader(t))}", whose = $"{Reader(t)} in layer {found.Layer} of {found.Site}";
        Tensor rows = found.OfToken(t);
        Image photo = scene.Photo!;
        int columns = (int)Math.Ceiling(Math.Sqrt(found.Titles.Count + 1));
        pictures.Add(() =>
        [
            .. found.Titles.Select((title, h) => PictureFile.Png($"{name}-{StreamScene.FileOf(title)}.png", Over(photo, Row(rows, h)),
                $"{title}: what {whose} looks at, over the photograph")),
            PictureFile.Svg($"{name}.svg", Sheet.Of([.. found.Titles.Select((title, h) => (Figure.Of(Over(Resize.Within(photo, Math.Clamp(Cells / columns, 96,
                400)).ToRgb(), Row(rows, h))), title))], columns, title: $"what {whose} looks at, each on its own scale"), $"a sheet: what {whose} looks at"),
        ]);
        if (!Maps) return;
        folder.Numbers($"{name}.maps.npy", ((PatchGrid)found.Step.Values.Layout).Map(rows),
            $"float32 [heads, h, w]: attention of {whose}: {string.Join(", ", found.Titles)}");
        folder.Numbers($"{name}.rows.npy", rows, "float32 [heads, K]: the same to all tokens; every row sums to 1");
    }

    static ColorScale Scale(Tensor values) => ColorScale.Of(values, MapLook.Usual.Colors);

    static Tensor Row(Tensor rows, int h) => new([rows.Width], rows.Row(h));
}
