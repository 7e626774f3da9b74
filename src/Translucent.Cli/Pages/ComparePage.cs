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
        page.Rows(set);
        page.Agreements([.. agreements.Take(MostClasses)]);
        return page.Finish(PageNotes.Compared(set, scale, run.Look));
    }

    /// <summary>A row for every method, a column for every class; both heads stay in sight.</summary>
    void Rows(ClassMapSet set)
    {
        NamedTarget[] all = [.. set.Maps.Select(m => m.Class).OfType<NamedTarget>().Distinct()], classes = all[..Math.Min(all.Length, MostClasses)];
        Add("<section><h2>The same question, asked in different ways</h2><p class='lead'>Move over a map: the same patch is marked in all of them, with its "
            + "value.</p><div class='matrix' tabindex='0' role='region' aria-label='Methods and classes'><table><thead><tr><th scope='col'>method</th>");
        if (classes.Length == 0) Add("<th scope='col'>whatever the class</th>");
        foreach (NamedTarget c in classes) Add($"<th scope='col'>{Html.Text(c.Label)}<small>{Html.Percent(c.Probability)}</small></th>");
        Add("</tr></thead><tbody>");
        foreach (IGrouping<ClassMethod, ClassMap> row in set.Maps.GroupBy(m => m.Method))
        {
            Add($"<tr id='{row.Key.Name}'><th scope='row'>{Html.Name(row.Key.Name)}<small>{Html.Text(row.Key.Meaning)}</small></th>");
            bool apart = row.Key.TellsClassesApart && classes.Length > 0;
            foreach (ClassMap? map in apart ? classes.Select(c => row.FirstOrDefault(m => m.Class == c)) : row.Take(1))
            {
                Add(map is { Class: null } && classes.Length > 1 ? $"<td colspan='{classes.Length}'>" : "<td>");
                if (map is not null) Cell(map);
                Add("</td>");
            }
            Add("</tr>");
        }
        Add("</tbody></table></div>");
        if (all.Length > MostClasses) Add($"<p class='lead'>{all.Length - MostClasses} more classes are among the files.</p>");
        foreach ((string method, string reason) in set.LeftOut) Add($"<p class='lead'>{method} left out: {Html.Text(reason)}</p>");
        Add("</section>");
    }

    void Cell(ClassMap map)
    {
        string file = $"compare-{map.FileName}.map.npy", of = map.Class?.Label ?? "whatever the class";
        Add($"<figure class='card'><h3><span>{Html.Name(map.Method.Name)}</span> <em>{Html.Text(of)}</em></h3>"
            + Map(map.OnGrid(Run.Trace.Grid.Rows, Run.Trace.Grid.Columns), map.Map, map.Scale));
        Add($"{Html.Bar(map.Scale, Run.Look.Fade)}<figcaption><output></output>"
            + $"<a href='{Html.Text(Uri.EscapeDataString(file))}'>numbers</a></figcaption></figure>");
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
