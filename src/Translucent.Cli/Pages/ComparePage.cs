// compare.html of `translucent compare`: one row of maps for every method, one column for every class, and how far methods agree.

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Images;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page.</summary>
sealed class ComparePage(ImageRun run) : ImagePage(run, mapSide: 300)
{
    const int MostClasses = 6; // on the page; the files hold all

    /// <summary>The whole page.</summary>
    public static string Render(ImageRun run, ClassMapSet set, IReadOnlyList<Agreement> agreements, CompareScale scale)
    {
        ComparePage page = new(run);
        page.Head("methods beside each other");
        page.Prediction();
        page.Rows(set, scale);
        page.Agreements([.. agreements.Take(MostClasses)]);
        return page.Finish(PageNotes.Compared(set, scale));
    }

    void Rows(ClassMapSet set, CompareScale scale)
    {
        NamedTarget[] classes = [.. set.Maps.Select(m => m.Class).OfType<NamedTarget>().Distinct()];
        Add("<section><h2>The same question, asked in different ways</h2><p class='lead'>Move over a map: the same patch is marked in all of them, with its "
            + "value.</p>");
        foreach (IGrouping<ClassMethod, ClassMap> row in set.Maps.GroupBy(m => m.Method))
        {
            ClassMap[] ofMethod = [.. row];
            Add($"<div class='method' id='{row.Key.Name}'><div><h3><span>{Html.Name(row.Key.Name)}</span></h3><p "
                + $"class='lead'>{Html.Text(row.Key.Meaning)}</p></div><div class='cards small'>");
            foreach (ClassMap map in ofMethod.Where(m => m.Class is null || classes.Take(MostClasses).Contains(m.Class)))
            {
                string title = map.Class is null ? "<h3>whatever the class</h3>" : $"<h3><em>{Html.Text(map.Class.Label)}</em></h3>";
                Card(title, map.Map, ComparePictures.Scale(map, ofMethod, scale), map.OnGrid(Run.Trace.Grid.Rows, Run.Trace.Grid.Columns), "",
                    $"compare-{map.FileName}.map.npy");
            }
            Add("</div></div>");
        }
        if (classes.Length > MostClasses) Add($"<p class='lead'>{classes.Length - MostClasses} more classes are among the files.</p>");
        foreach ((string method, string reason) in set.LeftOut) Add($"<p class='lead'>{method} left out: {Html.Text(reason)}</p>");
        Add("</section>");
    }

    void Agreements(IReadOnlyList<Agreement> agreements)
    {
        ColorScale colours = new(MapPictures.SignedColors, -1, 1);
        Add("<section><h2>How far they agree</h2><p class='lead'>Rank correlation of every two maps, patch by patch: 1 where they order the patches alike, 0 "
            + "where they have nothing to do with each other. Agreement is no proof: methods of one family share their mistakes.</p>");
        foreach (Agreement agreement in agreements)
        {
            string heads = string.Concat(agreement.Methods.Select(m => $"<th scope='col'><span>{m}</span></th>"));
            Add($"<h3 class='of'><em>{Html.Text(agreement.Class)}</em></h3><div class='wide'>"
                + $"<table class='agreement'><thead><tr><th></th>{heads}</tr></thead><tbody>");
            for (int i = 0; i < agreement.Methods.Length; i++)
                Add($"<tr><th scope='row'>{agreement.Methods[i]}</th>{string.Concat(agreement.Values.Row(i).ToArray().Select(v => Cell(v, colours)))}</tr>");
            string file = $"agreement-{agreement.FileName}.csv";
            Add($"</tbody></table></div><p class='lead'><a href='{Html.Text(Uri.EscapeDataString(file))}'>{Html.Text(file)}</a></p>");
        }
        Add("</section>");
    }

    static string Cell(float value, ColorScale colours)
    {
        if (float.IsNaN(value)) return "<td>-</td>";
        Rgb colour = colours.At(value);
        string letters = colour.Luma >= 140 ? "#1b2230" : "#fff";
        return FormattableString.Invariant($"<td style='background:{colour};color:{letters}'>{value:0.00;-0.00;0.00}</td>");
    }
}
