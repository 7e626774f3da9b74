// layers.html of `translucent layers`: chosen tokens, each across all layers.

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Pages;

/// <summary>Writes a page with a row of maps for every token.</summary>
class LayersPage(ImageRun run) : ImagePage(run, mapSide: 240)
{
    const int MostTokens = 24; // on the page; the files hold all

    /// <summary>The whole page.</summary>
    /// <param name="run">The image.</param>
    /// <param name="explainer">What the maps are.</param>
    /// <param name="tokens">T tokens.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="maps">[T, layers, h, w].</param>
    public static string Render(ImageRun run, TokenExplainer explainer, IReadOnlyList<ChosenToken> tokens, IReadOnlyList<int> layers, Tensor maps)
    {
        LayersPage page = new(run);
        page.Head("tokens, layer by layer");
        page.Rows(tokens, layers, maps, token => "layers.maps.npy");
        return page.Finish(PageNotes.Section([PageNotes.ColoursOf(run.Look), Meaning(explainer), PageNotes.OwnPatch, PageNotes.Mind]));
    }

    /// <summary>A section for every token, with its map in every layer.</summary>
    protected void Rows(IReadOnlyList<ChosenToken> tokens, IReadOnlyList<int> layers, Tensor maps, Func<ChosenToken, string> file)
    {
        for (int t = 0; t < tokens.Count && t < MostTokens; t++)
        {
            string hint = t == 0 ? " Move over a map: the same patch is marked in all of them, with its value." : "";
            Add($"<section><h2>{(tokens[t].IsClass ? "Class token" : $"Token {tokens[t]}")}</h2>"
                + $"<p class='lead'>Where its meaning comes from, layer by layer.{hint}</p><div class='cards small'>");
            for (int l = 0; l < layers.Count; l++)
                Card($"<h3>layer {layers[l]}</h3>", MapPictures.At(maps, t * layers.Count + l), "", file(tokens[t]), tokens[t]);
            Add("</div></section>");
        }
        if (tokens.Count > MostTokens) Add($"<p class='lead'>{tokens.Count - MostTokens} more tokens are among the files.</p>");
    }

    protected static (string, string) Meaning(TokenExplainer explainer) => (explainer.Name,
        $"Each token z of a layer is a vector inside the model. Its map says from which patches {What(explainer.Letter)} was made: attention weighted by its "
            + "gradient, gathered over all blocks beneath (Hosseini et al., arXiv:2411.12589). Layer 2 is the output of the first block, the last layer that "
            + "of the last block.");

    static string What(string letter) => letter switch
    {
        "s" => "the sum of its entries",
        "e" => "the sum of the squares of its entries",
        _ => "its product with the given vector",
    };
}
