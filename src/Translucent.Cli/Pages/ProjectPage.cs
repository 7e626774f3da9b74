// project.html of `translucent project`: what every token stands for in every layer, how classes come into being, which memories did it.

using System.Text;
using System.Text.Json;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain.Projection;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs.Records;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page.</summary>
sealed class ProjectPage(ImageRun run, Projection found, ClassColors colors) : ImagePage(run)
{
    const int MostClasses = 5; // listed for each token

    /// <summary>The whole page.</summary>
    public static string Render(ImageRun run, Projection found, IReadOnlyList<int> layers, ClassColors colors, ClassPictures pictures, string curves)
    {
        ProjectPage page = new(run, found, colors);
        page.Head("what each token stands for", strength: 90);
        page.Prediction();
        page.Grids(layers, pictures);
        page.Curves(curves);
        page.Importance();
        page.MemoryTables();
        page.Data(layers);
        return page.Finish(ProjectNotes.Section(run, found), "project.js");
    }

    void Grids(IReadOnlyList<int> layers, ClassPictures pictures)
    {
        Add("<section><h2>What each token stands for</h2><p class='lead'>The model's own classifier, asked about single tokens. Move over a patch or a class "
            + "token: its best classes, in every layer.</p>");
        Add("<ul class='legend'>");
        foreach (int cls in colors.Classes)
            Add($"<li><i class='chip' style='background:{colors[cls]}'></i><b>{colors.Letter(cls)}</b> {Html.Text(Run.Model.Short(cls))}</li>");
        if (colors.HasOther) Add($"<li><i class='chip' style='background:{ClassColors.Other}'></i>other classes</li>");
        Add($"<li class='ramp'><i></i>0 to 1: {ClassColors.StrengthText}</li></ul><div class='cards medium'>");
        foreach (int layer in layers)
        {
            TopClass cls = found.Best(layer, 0)[0];
            Add($"<figure class='card tokens' data-layer='{layer}'><h3>layer {layer} "
                + $"<small>{(layer == 1 ? "embedding" : $"behind block {layer - 1}")}</small></h3>");
            Add($"<div class='photo grey map' tabindex='0' role='img' aria-label='Classes of the tokens of layer {layer}'>"
                + $"<img class='heat grid' alt='' style='{Seen}' src='{Html.Png(pictures.Cells(layer))}'>");
            Add($"<span class='letters' style='{Seen}'>{Letters(layer)}</span><i class='cell'></i></div>");
            Add($"<p class='whose'>class token, probability</p><div class='cls'><i class='chip' style='background:{colors[cls.Class]}'></i>"
                + $"<span>{Name(cls.Class)}</span><b>{Html.Percent(cls.Probability)}</b></div>");
            Add($"<p class='whose list'>share of image tokens</p><ol class='tops'>{Most(layer)}</ol></figure>");
        }
        Add("</div></section>");
    }

    /// <summary>The classes that most image tokens of a layer stand for.</summary>
    string Most(int layer)
    {
        StringBuilder html = new();
        IEnumerable<IGrouping<int, int>> most = Enumerable.Range(Run.Trace.Grid.Prefix, Run.Trace.Grid.Count)
            .GroupBy(token => found.Best(layer, token)[0].Class);
        foreach (IGrouping<int, int> group in most.OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Take(Math.Min(MostClasses, found.Top.Count)))
            html.Append($"<li><i class='chip' style='background:{colors[group.Key]}'></i><span>{Name(group.Key)}</span>")
                .Append($"<b>{Html.Percent((double)group.Count() / Run.Trace.Grid.Count)}</b></li>");
        return html.ToString();
    }

    /// <summary>A letter on every region of patches that stand for one class.</summary>
    string Letters(int layer)
    {
        PatchGrid grid = Run.Trace.Grid;
        int[] classes = [.. Enumerable.Range(0, grid.Count).Select(i => found.Best(layer, grid.Prefix + i)[0].Class)];
        return Layers.Marks(classes, grid.Columns, grid.Rows, 1, colors.Letter);
    }

    string Name(int cls) => Html.Text(Run.Model.Short(cls));

    void Curves(string curves) =>
        Add($"<section><h2>How classes come into being</h2><p class='lead'>Layer 1 is the embedding, layer {found.Hidden.Shape[0]} the output of the last "
            + "block. Numbers: <a href='curves.csv'>curves.csv</a>, <a href='curves.svg'>curves.svg</a>.</p><figure class='card "
            + $"curves'>{curves}</figure></section>");

    void Importance()
    {
        Add("<section><h2>Where the class token finds the class</h2><p class='lead'>Importance of the patches for what attention puts into the class token, "
            + "summed over all blocks. Red speaks for the class, blue against it.</p><div class='cards small'>");
        for (int t = 0; t < found.Classes.Count; t++)
        {
            Prediction cls = found.Classes[t].Class;
            Card($"<h3><i class='chip' style='background:{colors[cls.Index]}'></i>{Html.Text(Run.Model.Short(cls.Index))}</h3>",
                MapPictures.At(found.ImportanceMaps, t), "", "importance.npy", colors: ColorMap.BlueWhiteRed);
        }
        Add("</div></section>");
    }

    void MemoryTables()
    {
        Add("<section><h2>Which memories push the class</h2><p class='lead'>For each block the value vectors of attention and MLP that add most to the class: "
            + "number, what it adds, and the class that it pushes most. All numbers: <a href='memories.csv'>memories.csv</a>.</p>");
        foreach (ClassEvolution c in found.Classes)
        {
            Add($"<details{(c == found.Classes[0] ? " open" : "")}><summary><i class='chip' style='background:{colors[c.Class.Index]}'></i> "
                + $"{Html.Text(c.Class.Label)}</summary><div class='wide'><table class='memories'><thead><tr><th>block</th><th>attention<br><small>class "
                + "token</small></th><th>attention<br><small>image tokens, mean</small></th><th>MLP<br><small>class token</small></th><th>MLP<br><small>image "
                + "tokens, mean</small></th></tr></thead><tbody>");
            foreach (IGrouping<int, MemoryRow> block in found.Memories.Where(m => m.Class == c.Class).GroupBy(m => m.Block))
                Add($"<tr><th>{block.Key}</th>{string.Concat(block.OrderBy(m => m.Part == TokenState.Mlp).ThenBy(m => m.Patches).Select(Cell))}</tr>");
            Add("</tbody></table></div></details>");
        }
        Add("</section>");
    }

    string Cell(MemoryRow row)
    {
        StringBuilder html = new("<td><ol class='tops'>");
        foreach (Memory m in row.Top.Take(MostClasses))
            html.Append($"<li><i class='chip' style='background:{colors[m.Class]}'></i><span>#{m.Index} "
                + $"<small>{Name(m.Class)}</small></span><b>{(m.Contribution > 0 ? "+" : "")}{Html.Number(m.Contribution)}</b></li>");
        html.Append("</ol>");
        if (row.Patches) html.Append($"<small>agreement {Html.Percent(row.Agreement)}</small>");
        return html.Append("</td>").ToString();
    }

    /// <summary>The best classes of every token of the shown layers, probabilities in thousandths, for the list under each map.</summary>
    void Data(IReadOnlyList<int> layers)
    {
        int count = Math.Min(MostClasses, found.Top.Count);
        HashSet<int> named = [];
        StringBuilder tops = new();
        foreach (int layer in layers)
        {
            tops.Append(tops.Length == 0 ? "[" : "],[");
            for (int token = 0; token < found.Tokens; token++)
                for (int rank = 0; rank < count; rank++)
                {
                    TopClass best = found.Best(layer, token)[rank];
                    named.Add(best.Class);
                    if (token + rank > 0) tops.Append(',');
                    tops.Append(best.Class).Append(',').Append((int)(1000 * best.Probability + 0.5f));
                }
        }
        string classes = string.Join(",", named.Order()
            .Select(c => $"\"{c}\":[\"{JsonEncodedText.Encode(Run.Model.Short(c))}\",\"{colors[c]}\"]"));
        Add("<script type='application/json' "
            + $"id='tokens'>{{\"prefix\":{Run.Trace.Grid.Prefix},\"count\":{count},\"classes\":{{{classes}}},\"tops\":[{tops}]]}}</script>");
    }
}
