// tokens.html of models of several token streams and of texts: for every token its map, regions and words, layer by layer; all words of a text to point at.

using System.Globalization;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Streams;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Tokens;

/// <summary>Writes the content of the page, and what a terminal shows.</summary>
sealed class TokensReport(StreamScene scene, TokensFound found, TokensPictures pictures, MapLook look)
{
    const int Side = 240, Wide = 560; // pixels of a map, of a picture with regions or of one to point at
    const int MostTokens = 24;        // on the page and on the terminal; the files hold all

    /// <summary>The scripts that the page needs.</summary>
    public string[] Scripts => !found.OneByOne && scene.HasMap(found.Stream) ? ["page.js", "tokens.js"] : ["text.js"];

    /// <summary>Everything between head and settings.</summary>
    public void Write(TextPaper page)
    {
        for (int t = 0; t < Math.Min(found.Tokens.Count, MostTokens) && found.OneByOne; t++) Token(page, t);
        if (found.OneByOne && found.Tokens.Count > MostTokens)
            page.Add($"<p class='lead'>{found.Tokens.Count - MostTokens} more tokens are among the files.</p>");
        if (found.OneByOne) return;
        if (found.Stream.Layout is TextTokens) Explorer(page);
        if (scene.HasMap(found.Stream)) Cells(page);
        foreach (TokenStream over in pictures.Drawn.Where(over => !scene.HasMap(over)))
            page.Add(Picture($"What formed every token, of {over.Name}", pictures.Table(over, "")));
    }

    /// <summary>How to read it.</summary>
    public IEnumerable<(string Term, string Text)> Notes()
    {
        yield return (found.Function, $"Each token z of a layer is a vector inside the model. Its row says of which tokens "
            + $"{What(found.Function[^1])} was made: attention weighted by its gradient, gathered over every attention beneath, whatever streams it joins "
            + "(Hosseini et al., arXiv:2411.12589; between streams as Cui, Fan and Chen).");
        if (pictures.Drawn.Any(scene.HasMap)) yield return PageNotes.ColoursOf(look);
        if (pictures.Drawn.Any(over => !pictures.IsOverPhoto(over)))
            yield return ("Words", "The stronger the colour, the more of the token was made of it, up to the largest of its line.");
        if (!found.OneByOne && pictures.Drawn.Any(over => !scene.HasMap(over)))
            yield return ("Tables", "A row for each token, a column for each that it may have been made of, as shares of the largest of the row.");
        if (found.OneByOne && pictures.Drawn.Any(scene.HasBoxes))
            yield return ("Regions", "Boxes are shaded by their relevance, the largest of a picture strongest.");
        yield return ("Framed", "The token itself. It always bears on itself through the residual connection, which would drown everything else; its own "
            + "number is therefore shown as the largest of the others. In files it stands as it is.");
        yield return ("Which", $"Layer {found.At.Layer} of {found.Stream.Name}; --stream, --layer and --token choose others.");
        yield return PageNotes.Mind;
    }

    /// <summary>The tokens as a table: shares of the streams, and what bears most on each.</summary>
    public void Show(Terminal terminal)
    {
        bool several = pictures.Streams.Count > 1;
        terminal.Table(["token", .. several ? pictures.Streams.Select(s => $">{s.Name}") : [], "formed most by"],
            Enumerable.Range(0, Math.Min(found.Tokens.Count, MostTokens)).Select(t => (string[])[Visible.Line(pictures.Name(t)),
                .. several ? pictures.Streams.Select(s => Html.Percent(found.At.Shares(t)[s.Name])) : [], Visible.Line(string.Join(", ", Most(t)))]));
        if (found.Tokens.Count > MostTokens) terminal.Line($"{found.Tokens.Count - MostTokens} more are among the files.");
    }

    /// <summary>The tokens that bear most on a target beside itself, with their numbers.</summary>
    IEnumerable<string> Most(int target) => pictures.Streams.SelectMany(over => found.At[over.Name].Row(target).ToArray()
            .Select((value, token) => (Over: over, Token: token, Value: value)))
        .Where(e => e.Value > 0 && (e.Over != found.Stream || e.Token != found.Tokens[target])).OrderByDescending(e => e.Value).Take(3)
        .Select(e => $"{scene.NameOf(e.Over, e.Token)} {e.Value.ToString("G3", CultureInfo.InvariantCulture)}");

    void Token(TextPaper page, int t)
    {
        page.Add($"<section><h2>{Html.Text(pictures.Name(t))}</h2>");
        string shares = string.Join(", ", found.At.Shares(t).Select(s => $"{Html.Text(s.Key)} {Html.Percent(s.Value)}"));
        if (pictures.Streams.Count > 1) page.Add($"<p class='lead'>What formed it in layer {found.At.Layer}, beside itself: {shares}.</p>");
        foreach (TokenStream over in pictures.Drawn)
            if (scene.HasMap(over)) Maps(page, over, t);
            else if (scene.HasBoxes(over)) Regions(page, over, t);
            else Words(page, over, t);
        page.Add("</section>");
    }

    void Maps(TextPaper page, TokenStream over, int t)
    {
        Image photo = Resize.Within(scene.Photo!, Side).ToRgb();
        page.Add("<div class='cards small'>");
        foreach (StreamUltra rows in found.Layers)
            page.Add($"<figure class='card'><h3>layer {rows.Layer}</h3><img alt='{Html.Text(pictures.Name(t))} in layer {rows.Layer}' "
                + $"style='width:100%;border-radius:8px;display:block' src='{Html.Png(pictures.Over(photo, over, rows, t))}'><figcaption>at most "
                + $"{Html.Number(rows.Shown(over.Name, t).ToArray().Max())}</figcaption></figure>");
        page.Add("</div>");
    }

    void Regions(TextPaper page, TokenStream over, int t) => page.Add($"<figure style='margin-top:16px'>{Shown($"{pictures.Name(t)}: regions",
        pictures.Boxes(ObjectPage.Shown(scene.Photo!, Wide), over, found.At, t))}</figure>");

    void Words(TextPaper page, TokenStream over, int t)
    {
        foreach (StreamUltra rows in found.Layers)
        {
            Tensor row = rows.Shown(over.Name, t);
            string words = string.Join(' ', pictures.Words(over, rows, t).Select((word, i) => TextPaper.Part(word.Text, word.Share, Html.Number(row.Span[i]),
                chosen: word.Framed)));
            page.Add($"<h3 style='margin:20px 0 0'>{Html.Text(over.Name)}, layer {rows.Layer}</h3><p class='running' dir='auto'>{words}</p>");
        }
    }

    /// <summary>All cells of the picture, to point at.</summary>
    void Cells(TextPaper page)
    {
        const string Sheet = "Together they are on <a href='all.svg'>all.svg</a>, each at the place of its cell.";
        page.Add($"<section {CellExplorer.Where((PatchGrid)found.Stream.Layout, scene.Geometry!)}><h2>Every cell, {Html.Text(found.What)}</h2>");
        if (found.Tokens.Count > CellExplorer.MostCells) page.Add($"<p class='lead'>{found.Tokens.Count} cells are too many for a page. {Sheet}</p></section>");
        else
        {
            Image photo = Resize.Within(scene.Photo!, Wide).ToRgb();
            page.Add(CellExplorer.Style(photo, look.Strength));
            page.Add(CellExplorer.Pair(pictures.CellMaps(), scene.Geometry!, look, "cell", $"tokens.{found.Stream.Name}.npy"));
            page.Add($"<p class='lead'>{Sheet}</p></section>");
        }
    }

    /// <summary>All words of the text; what formed each, of words, queries and regions.</summary>
    void Explorer(TextPaper page)
    {
        TokenStream[] streams = [.. pictures.Drawn.Where(over => !scene.HasMap(over))];
        Tensor values = new(found.Tokens.Count, streams.Sum(s => s.Length));
        int column = 0;
        foreach (TokenStream over in streams)
        {
            Tensor part = pictures.Shown(found.At, over);
            for (int t = 0; t < found.Tokens.Count; t++) part.Row(t).CopyTo(values.Row(t)[column..]);
            column += over.Length;
        }
        WordExplorer.Write(page, values, [.. found.Tokens.Select(i => pictures.Word(found.Stream, i))],
            [.. streams.SelectMany(over => Enumerable.Range(0, over.Length).Select(i => pictures.Word(over, i)))],
            new ExplorerWords($"Tokens of layer {found.At.Layer}", "What formed them", " was formed most by: ", " formed most of: "));
    }

    static string Picture(string title, Figure figure) => $"<section><h2>{Html.Text(title)}</h2><div class='wide'>{Shown(title, figure)}</div></section>";

    static string Shown(string alt, Figure figure) =>
        $"<img alt='{Html.Text(alt)}' style='max-width:100%;border-radius:8px' src='{Html.Svg(figure.ToSvg(alt))}'>";

    static string What(char function) => function switch
    {
        's' => "the sum of its entries",
        'e' => "the sum of the squares of its entries",
        _ => "its product with the given vector",
    };
}
