// tokens.html of `translucent tokens`: point at a patch, see what its token stands for; chosen tokens across layers.

using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page.</summary>
sealed class TokensPage(ImageRun run) : LayersPage(run)
{
    /// <summary>The whole page.</summary>
    /// <param name="run">The image.</param>
    /// <param name="explainer">What the maps are.</param>
    /// <param name="layer">The layer of <paramref name="all"/>.</param>
    /// <param name="all">[n, h, w], or null.</param>
    /// <param name="tokens">T chosen tokens.</param>
    /// <param name="layers">Their layers.</param>
    /// <param name="chosen">[T, layers, h, w], or null.</param>
    public static string Render(ImageRun run, TokenExplainer explainer, int layer, Tensor? all, IReadOnlyList<ChosenToken> tokens, IReadOnlyList<int> layers,
        Tensor? chosen)
    {
        TokensPage page = new(run);
        page.Head($"what tokens of layer {layer} stand for");
        if (all is not null) page.Explorer(all, layer);
        if (chosen is not null) page.Rows(tokens, layers, chosen, token => layers.Count > 1 ? $"token-{token.FileName}-layers.npy" : "chosen.maps.npy");
        return page.Finish(PageNotes.Section([PageNotes.ColoursOf(run.Look), Meaning(explainer), PageNotes.OwnPatch, PageNotes.Mind]), "tokens.js");
    }

    void Explorer(Tensor all, int layer)
    {
        Add($"<section><h2>Every token of layer {layer}</h2>");
        if (Run.Trace.Grid.Count > CellExplorer.MostCells)
        {
            Add($"<p class='lead'>{Run.Trace.Grid.Count} tokens are too many for a page; their maps are in <a href='all.maps.npy'>all.maps.npy</a> and on <a "
                + "href='all.svg'>all.svg</a>.</p></section>");
            return;
        }
        Add($"{CellExplorer.Pair(all, Run.FullGeometry, Run.Look, "patch", "all.maps.npy")}</section>");
    }
}
