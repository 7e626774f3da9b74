// attention.html of `translucent attention`: chosen tokens, each with what it looks at in every head.

using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Cli.Verbs;
using Translucent.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page.</summary>
sealed class AttentionPage(ImageRun run) : ImagePage(run, mapSide: 240)
{
    /// <summary>The whole page.</summary>
    /// <param name="run">The image.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="titles">What each map is.</param>
    /// <param name="tokens">What each token looks at.</param>
    public static string Render(ImageRun run, int layer, IReadOnlyList<string> titles, IReadOnlyList<TokenAttention> tokens)
    {
        AttentionPage page = new(run);
        page.Head($"attention, layer {layer}");
        foreach (TokenAttention one in tokens) page.Token(one, titles);
        return page.Finish(PageNotes.Section([PageNotes.ColoursOf(run.Look),
            ("Attention", "A row of attention says how much a token reads of every other token in one head; it is positive and sums to 1. It shows where "
                + "information is moved from, not what it does to an answer: 'translucent tokens' and 'translucent explain' weigh it with gradients."),
            ("Rest", "What goes to tokens that are no patches, such as the class token and registers, is on no map; under each map stands how much is."),
            PageNotes.Mind]));
    }

    void Token(TokenAttention one, IReadOnlyList<string> titles)
    {
        ChosenToken token = one.Token;
        Add($"<section><h2>{(token.IsClass ? "Class token" : $"Token {token}")}</h2>"
            + "<p class='lead'>What it looks at. Move over a map: the same patch is marked in all of them, with its value.</p><div class='cards small'>");
        for (int i = 0; i < titles.Count; i++)
        {
            Tensor map = MapPictures.At(one.Maps, i);
            string share = (100 * TensorPrimitives.Sum<float>(map.Span)).ToString("0.0", CultureInfo.InvariantCulture);
            Card($"<h3>{Html.Text(titles[i])}</h3>", map, $"{share} % goes to patches", $"attention-{token.FileName}.maps.npy", token);
        }
        Add("</div></section>");
    }
}
