// The files of `translucent ask`: coloured words, shaded regions, numbers, and a page that works without a network.

using System.Globalization;
using System.Text;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Sites;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Objects;

static class AskPage
{
    const int Side = 560; // of the photograph on the page

    static readonly Rgb s_for = new(0xC8, 0x2B, 0x1E), s_against = new(0x1F, 0x5F, 0xC4), s_warm = new(0xE0, 0x6A, 0x00);

    public static void Write(RunFolder folder, Asked asked, AskOptions options)
    {
        foreach ((StreamMethod method, Tensor text, Tensor image) in asked.Relevance)
        {
            if (Speaks(text)) folder.Numbers($"{method.Name}.text.npy", text,
                $"float32 [T]: {method.Name}, relevance of the question's tokens for {asked.Explained}");
            if (!Speaks(image)) continue;
            folder.Numbers($"{method.Name}.image.npy", image, $"float32 [R]: {method.Name}, relevance of the regions for {asked.Explained}");
            if (asked.Photo is not { } photo) continue;
            PhotoBox[] boxes = Boxes(asked, method, image, photo);
            folder.Add(PictureFile.Png($"{method.Name}.regions.png", BoxPicture.Draw(photo, boxes), $"{method.Name}: regions shaded by their relevance"));
            folder.Add(PictureFile.Svg($"{method.Name}.regions.svg", BoxPicture.Named(photo, boxes), $"{method.Name}: the same with the numbers"));
        }
        folder.Text("index.html", Render(asked, options, folder.Files), "all of it on one page, for a browser");
    }

    static bool Speaks(Tensor relevance) => relevance.Length > 0 && !float.IsNaN(relevance.Span[0]);

    /// <summary>Regions as boxes, the most relevant on top; red or orange for what speaks for the answer, blue for what speaks against it.</summary>
    static PhotoBox[] Boxes(Asked asked, StreamMethod method, Tensor relevance, Image photo)
    {
        float[] v = relevance.ToArray();
        float low = method.IsSigned ? 0 : v.Min(), most = v.Max(x => Math.Abs(x - low));
        return [.. Enumerable.Range(0, v.Length).OrderByDescending(r => Math.Abs(v[r])).Select(r =>
        {
            ReadOnlySpan<float> box = asked.Regions.Row(r);
            double share = most == 0 ? 0 : (v[r] - low) / most;
            string label = FormattableString.Invariant($"{(asked.Names[r].Length > 0 ? asked.Names[r] : $"{r}")} {v[r]:G2}");
            return new PhotoBox(box[0] * photo.Width, box[1] * photo.Height, box[2] * photo.Width, box[3] * photo.Height, !method.IsSigned ? s_warm : share >= 0
                ? s_for : s_against, label, 0.6 * Math.Abs(share));
        })];
    }

    static string Render(Asked asked, AskOptions options, IReadOnlyList<WrittenFile> files)
    {
        StringBuilder html = new();
        string picture = options.Image is null ? "" : $" of {Html.Text(Path.GetFileName(options.Image))}";
        html.Append($"{Html.Head(options.Question)}<style>{Html.Resource("page.css")}")
            .Append(".words{font-size:22px;line-height:2}.words span{padding:4px 5px;border-radius:6px;margin-right:3px}")
            .Append(".words .special{color:var(--soft);font-size:14px}</style></head>")
            .Append($"<body>{SiteLinks.Place}<header><div><h1>{Html.Text(options.Question)}</h1>")
            .Append($"<p>{asked.Tokens.Count} tokens, {asked.Regions.Shape[0]} regions{picture}</p></div></header><main>")
            .Append("<section class='hero'><figure>");
        if (asked.Photo is { } whole) html.Append(
            $"<img alt='The picture' style='width:100%;border-radius:8px' src='{Html.Png(ObjectPage.Shown(whole, Side))}'>");
        html.Append($"</figure><div><h2>The model answers</h2><p class='answer'>{Html.Text(asked.Answers[0].Label)}</p><ol class='bars'>");
        foreach (ClassPrediction a in asked.Answers.Take(5))
            html.Append($"<li><span>{Html.Text(a.Label)} <small>{a.Index}</small></span><span class='track'>")
                .Append(CultureInfo.InvariantCulture, $"<i style='width:{100 * a.Probability:0.#}%'></i></span><b>{Html.Percent(a.Probability)}</b></li>");
        html.Append("</ol></div></section>");
        foreach ((StreamMethod method, Tensor text, Tensor image) in asked.Relevance) Method(html, asked, method, text, image);
        html.Append("<section><h2>How to read it</h2><dl class='notes'><dt>Words</dt><dd>The stronger the colour, the more relevant the word; ")
            .Append("[CLS] and [SEP], which frame the question, are left without colour, because the identity of [CLS] would drown the words.</dd>")
            .Append("<dt>Regions</dt><dd>Boxes are shaded by their relevance, from the lowest to the highest of the picture. ")
            .Append("Signed methods: red speaks for the answer, blue against it.</dd></dl></section>");
        html.Append("<section><h2>Files</h2><table><tr><th>file</th><th>what</th></tr>");
        foreach (WrittenFile file in files)
            html.Append($"<tr><td><a href='{Html.Text(Uri.EscapeDataString(file.Name))}'>{Html.Text(file.Name)}</a></td><td>{Html.Text(file.What)}</td></tr>");
        return html.Append("<tr><td><a href='result.json'>result.json</a></td><td>answers, words, regions and their relevance as JSON</td></tr></table>")
            .Append("</section></main></body></html>").ToString();
    }

    static void Method(StringBuilder html, Asked asked, StreamMethod method, Tensor text, Tensor image)
    {
        html.Append($"<section><h2>{Html.Name(method.Name)}: {Html.Text(asked.Explained)}</h2>")
            .Append($"<p class='lead'>{Html.Text(method.Meaning)} {Html.Text(method.Source)}.</p>");
        if (Speaks(text))
        {
            html.Append("<p class='words'>");
            IReadOnlyList<(string Text, double Share)> words = AskRun.Words(asked.Tokens, text, method.IsSigned);
            for (int i = 0; i < words.Count; i++)
            {
                Rgb color = !method.IsSigned ? s_warm : words[i].Share >= 0 ? s_for : s_against;
                string background = FormattableString.Invariant($"rgb({color.R} {color.G} {color.B} / {0.75 * Math.Abs(words[i].Share):0.###})");
                html.Append($"<span{(asked.Tokens.Special[i] ? " class='special'" : "")} style='background:{background}' ")
                    .Append($"title='{Html.Number(text.Span[i])}'>{Html.Text(words[i].Text)}</span>");
            }
            html.Append("</p>");
        }
        if (asked.Photo is { } whole && Speaks(image))
        {
            Image photo = ObjectPage.Shown(whole, Side);
            string svg = BoxPicture.Named(photo, Boxes(asked, method, image, photo)).ToSvg(method.Name);
            html.Append($"<figure><img alt='{Html.Text(method.Name)}: regions' style='width:100%;max-width:640px;border-radius:8px' ")
                .Append($"src='{Html.Svg(svg)}'></figure>");
        }
        html.Append("</section>");
    }
}
