// Files of latent tokens of any stream: of every token a map over the photograph, shaded regions and coloured words, by what its rows are about; tables and
// a contact sheet where all are explained at once; numbers.

using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Streams;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Cli.Tokens;

/// <summary>Draws and writes what was found.</summary>
/// <param name="scene">The pass.</param>
/// <param name="found">The rows.</param>
/// <param name="look">How maps are drawn.</param>
sealed class TokensPictures(StreamScene scene, TokensFound found, MapLook look)
{
    const int Cells = 3600;   // pixels of all maps of a sheet side by side, about
    const int Readable = 560; // pixels of a picture with names on it, at least

    /// <summary>The name of a target.</summary>
    public string Name(int target) => scene.NameOf(found.Stream, found.Tokens[target]);

    /// <summary>The streams that rows are about, in the order of the model.</summary>
    public IReadOnlyList<TokenStream> Streams => scene.Trace.Streams;

    /// <summary>Those of which anything comes in any layer; of the others, as of queries for cells of an encoder, nothing is drawn.</summary>
    public IReadOnlyList<TokenStream> Drawn { get; } =
        [.. scene.Trace.Streams.Where(over => over == found.Stream || found.Layers.Any(rows => rows[over.Name].Span.ContainsAnyExcept(0f)))];

    /// <summary>Writes all files but the page.</summary>
    public void Write(RunFolder folder, CancellationToken stop)
    {
        List<Func<FileToWrite[]>> pictures = [];
        for (int t = 0; t < found.Tokens.Count && found.OneByOne; t++)
            foreach (TokenStream over in Drawn) Token(pictures, t, over);
        if (!found.OneByOne) Together(pictures, stop);
        folder.Add(pictures, stop);
        string whose = $"tokens {Describe.Line(string.Join(" ", found.Tokens), 400)} of {found.Stream.Name}";
        foreach (TokenStream over in Streams)
        {
            folder.Numbers($"tokens.{over.Name}.npy", Rows(found.At, over), $"float32 [T, N]: {found.What}: relevance of every token of {over.Name} for "
                + $"{whose}, as it comes");
            if (found.Layers.Count > 1) folder.Numbers($"tokens-layers.{over.Name}.npy", AcrossLayers(over),
                $"float32 [T, L, N]: the same in layers {found.Layers[0].Layer} to {found.Layers[^1].Layer}");
        }
    }

    /// <summary>What of a row is drawn as a picture over the photograph.</summary>
    public bool IsOverPhoto(TokenStream over) => scene.HasMap(over) || scene.HasBoxes(over);

    /// <summary>A row over the photograph, the cell of the token framed where it is one of this grid.</summary>
    public Image Over(Image photo, TokenStream over, StreamUltra rows, int target) => Marked(scene.Over(photo, over, rows.Shown(over.Name, target), look),
        over, target);

    /// <summary>Regions with their numbers.</summary>
    public Figure Boxes(Image photo, TokenStream over, StreamUltra rows, int target)
    {
        Tensor row = rows.Shown(over.Name, target);
        return BoxPicture.Named(photo, scene.Shaded(photo, row, r => FormattableString.Invariant($"{scene.Names(over)[r]} {r}: {row.Span[r]:G2}").Trim()));
    }

    /// <summary>Words, queries or regions of a row, each with its share of the largest.</summary>
    public IReadOnlyList<ShadedWord> Words(TokenStream over, StreamUltra rows, int target)
    {
        float[] row = rows.Shown(over.Name, target).ToArray();
        float most = row.DefaultIfEmpty().Max();
        return [.. row.Select((v, i) => new ShadedWord(Word(over, i), most > 0 ? v / most : 0, over == found.Stream && i == found.Tokens[target]))];
    }

    /// <summary>What a token reads as among others.</summary>
    public string Word(TokenStream over, int token) => over.Layout is TextTokens ? scene.Names(over)[token] : scene.NameOf(over, token);

    /// <summary>The contact sheet of all cells.</summary>
    Figure ContactSheet(CancellationToken stop) => TokenPictures.ContactSheet(scene.Photo!, scene.Geometry!, (PatchGrid)found.Stream.Layout, CellMaps(),
        found.What, look, stop);

    /// <summary>The maps of all targets over the grid of their stream, [T, h, w].</summary>
    public Tensor CellMaps()
    {
        PatchGrid grid = (PatchGrid)found.Stream.Layout;
        Tensor maps = new(found.Tokens.Count, grid.Rows, grid.Columns);
        for (int t = 0; t < found.Tokens.Count; t++)
            found.At.Shown(found.Stream.Name, t).Span[grid.Prefix..].CopyTo(maps.Span[(t * grid.Count)..]);
        return maps;
    }

    void Token(List<Func<FileToWrite[]>> pictures, int t, TokenStream over)
    {
        string file = $"token-{StreamScene.FileOf(Name(t))}", named = $"{file}.{over.Name}";
        string whose = $"{Name(t)} of {found.Stream.Name} in layer {found.At.Layer}";
        if (scene.HasMap(over))
        {
            pictures.Add(() => [PictureFile.Png($"{file}.png", Over(scene.Photo!, over, found.At, t), $"the map of {whose} over the photograph"),
                PictureFile.Svg($"{file}.svg", Maps(over, t), $"the map of {whose}{(found.Layers.Count > 1
                    ? " in every layer, each on its own scale" : "")}")]);
        }
        else if (scene.HasBoxes(over))
        {
            pictures.Add(() => [PictureFile.Png($"{named}.png", Over(scene.Photo!, over, found.At, t), $"regions shaded by their relevance for {whose}"),
                PictureFile.Svg($"{named}.svg", Boxes(ObjectPage.Shown(scene.Photo!, Readable), over, found.At, t), $"the same with their numbers")]);
        }
        else
        {
            pictures.Add(() => [PictureFile.Svg($"{named}.svg", Figure.Stack(4, [.. found.Layers.Select(rows => WordPicture.Draw(Words(over, rows, t),
                $"{Name(t)}, {found.Function}, layer {rows.Layer}: {over.Name}"))]), $"tokens of {over.Name} coloured by their relevance for {whose}")]);
        }
    }

    Figure Maps(TokenStream over, int t)
    {
        int columns = Math.Min(found.Layers.Count + 1, 7);
        Image photo = Resize.Within(scene.Photo!, Math.Clamp(Cells / columns, 96, 480)).ToRgb();
        if (found.Layers.Count > 1)
            return Sheet.Of([(Figure.Of(Marked(photo, over, t)), Name(t)), .. found.Layers.Select(rows =>
                (Figure.Of(Over(photo, over, rows, t)), $"{found.Function}, layer {rows.Layer}"))], columns);
        PatchGrid grid = (PatchGrid)over.Layout;
        ColorScale scale = ColorScale.Of(grid.Map(found.At.Shown(over.Name, t).Reshape(1, over.Length)), look.Colors);
        return Sheet.WithBar(Figure.Of(Over(photo, over, found.At, t)), scale, $"{Name(t)}: {found.What}", look.Fade);
    }

    /// <summary>All words of a text, or all cells of a picture.</summary>
    void Together(List<Func<FileToWrite[]>> pictures, CancellationToken stop)
    {
        if (scene.HasMap(found.Stream)) pictures.Add(() => [PictureFile.Svg("all.svg", ContactSheet(stop),
            "a contact sheet: the map of every token at the place of its cell")]);
        foreach (TokenStream over in Drawn.Where(over => !scene.HasMap(over)))
        {
            string title = $"{found.What}: a row per token, what formed it of {over.Name}, as shares of the largest of the row";
            Tensor table = Shares(over);
            pictures.Add(() => [PictureFile.Png($"tokens-{over.Name}.png", NamedMatrix.Cells(table, Scale(table)), title),
                PictureFile.Svg($"tokens-{over.Name}.svg", Table(over, title), $"{title}, with names")]);
        }
    }

    /// <summary>A row for every target, with names, each on its own scale: rows of first tokens may be a thousand times those of later ones.</summary>
    public Figure Table(TokenStream over, string title)
    {
        Tensor table = Shares(over);
        return NamedMatrix.Draw(table, [.. Enumerable.Range(0, found.Tokens.Count).Select(Name)],
            [.. Enumerable.Range(0, over.Length).Select(i => scene.NameOf(over, i))], Scale(table), title);
    }

    /// <summary>Rows of all targets as they are shown, [T, N].</summary>
    public Tensor Shown(StreamUltra rows, TokenStream over)
    {
        Tensor all = new(found.Tokens.Count, over.Length);
        for (int t = 0; t < found.Tokens.Count; t++) rows.Shown(over.Name, t).Span.CopyTo(all.Row(t));
        return all;
    }

    /// <summary>The same as shares of the largest of each row.</summary>
    Tensor Shares(TokenStream over)
    {
        Tensor all = Shown(found.At, over);
        for (int t = 0; t < found.Tokens.Count; t++)
            if (TensorPrimitives.Max<float>(all.Row(t)) is > 0 and var most) TensorPrimitives.Divide(all.Row(t), most, all.Row(t));
        return all;
    }

    Tensor Rows(StreamUltra rows, TokenStream over) => rows[over.Name].Reshape(found.Tokens.Count, over.Length);

    Tensor AcrossLayers(TokenStream over)
    {
        Tensor all = new(found.Tokens.Count, found.Layers.Count, over.Length);
        for (int l = 0; l < found.Layers.Count; l++)
            for (int t = 0; t < found.Tokens.Count; t++) Rows(found.Layers[l], over).Row(t).CopyTo(all.Row(t * found.Layers.Count + l));
        return all;
    }

    Image Marked(Image picture, TokenStream over, int target)
    {
        if (over != found.Stream || over.Layout is not PatchGrid grid || found.Tokens[target] < grid.Prefix) return picture;
        int cell = found.Tokens[target] - grid.Prefix;
        return Marker.Frame(picture, scene.Geometry!.Scaled(picture.Width, picture.Height).Cell(cell / grid.Columns, cell % grid.Columns, grid.Rows,
            grid.Columns));
    }

    ColorScale Scale(Tensor values) => ColorScale.Of(values, look.Colors);
}
