// report.html of a job: protocol, tables, charts, confusion, examples, failures. One file that loads nothing and runs nothing.

using System.Globalization;
using System.Text;
using Translucent.Cli.Pages;
using Translucent.Evaluate.Jobs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Jobs;

/// <summary>Writes the page.</summary>
static class ReportPage
{
    /// <summary>The longer side of pictures, at most, in pixels.</summary>
    public const int PictureSide = 240;

    const int MostFailures = 200;

    /// <summary>The whole page.</summary>
    /// <param name="file">What was found.</param>
    /// <param name="preset">By which protocol.</param>
    /// <param name="picture">The picture of an example, or null.</param>
    public static string Render(ResultsFile file, EvaluationPreset preset, Func<ResultExample, Image?> picture)
    {
        StringBuilder html = new();
        JobSettings settings = file.Settings;
        html.Append($"{Html.Head($"{preset.Name}: {settings.Model.Name}")}<style>{Html.Resource("page.css")}{Html.Resource("report.css")}</style></head>\n")
            .Append($"<body><header><div><h1>{Html.Text(preset.Name)}</h1><p>{Html.Text(preset.Meaning)} <b>{Html.Text(settings.Model.Name)}</b> on "
                + $"{file.Measured} {preset.Items} of {Html.Text(settings.Data.Name)}{(file.Failed > 0 ? $"; <b class='bad'>{file.Failed} failed</b>" : "")}"
                + "</p></div>"
                + "</header><main>\n");
        foreach (string note in file.Results.Notes) html.Append($"<p class='lead'>{Html.Text(note)}</p>\n");
        foreach (ResultTable table in file.Results.Tables) Table(html, table);
        Charts(html, file.Results.Charts);
        foreach (ResultConfusion confusion in file.Results.Confusions) Confusion(html, confusion);
        foreach (ResultExamples examples in file.Results.Examples) Examples(html, examples, picture);
        Failures(html, file, preset.Items);
        Protocol(html, settings, preset);
        return html.Append("</main></body></html>\n").ToString();
    }

    static void Table(StringBuilder html, ResultTable table)
    {
        html.Append($"<section><h2>{Html.Text(table.Title)}</h2>");
        if (table.Note.Length > 0) html.Append($"<p class='lead'>{Html.Text(table.Note)}</p>");
        html.Append($"<div class='wide'><table class='results'><thead><tr><th scope='col'>{Html.Text(table.About)}</th>")
            .Append(string.Concat(table.Columns.Select(c => $"<th scope='col'>{Html.Text(c)}</th>"))).Append("</tr></thead><tbody>\n");
        foreach ((ResultRow row, string[] cells) in table.Rows.Zip(JobMerge.Cells(table)))
            html.Append($"<tr><th scope='row'>{Html.Name(Html.Text(row.Name))}</th>{string.Concat(cells.Select(cell => $"<td>{cell}</td>"))}</tr>\n");
        html.Append("</tbody></table></div></section>\n");
    }

    static void Charts(StringBuilder html, IReadOnlyList<ResultChart> charts)
    {
        if (charts.Count == 0) return;
        html.Append("<section><h2>Curves</h2><div class='pair'>\n");
        foreach (ResultChart chart in charts)
        {
            string svg = CurveChart.Draw(chart.Title, chart.Across, chart.Up, [.. chart.Lines.Select(l => new CurveLine(l.Name, l.X, l.Y))]);
            html.Append($"<figure class='paper'><img alt='{Html.Text($"{chart.Title}: {chart.Up} over {chart.Across}")}' src='{Html.Svg(svg)}'></figure>\n");
        }
        html.Append("</div></section>\n");
    }

    static void Confusion(StringBuilder html, ResultConfusion confusion)
    {
        html.Append($"<section><h2>{Html.Text(confusion.Title)}</h2><p class='lead'>Rows: what is true. Columns: what was said, in the order of the rows where "
            + "the names are the same. A cell is as dark as its share of its row.</p><div class='wide'><table class='agreement'><thead><tr><th></th>")
            .Append(string.Concat(confusion.Said.Select(s => $"<th scope='col'><span>{Html.Text(s)}</span></th>"))).Append("</tr></thead><tbody>\n");
        for (int r = 0; r < confusion.True.Count; r++)
        {
            long all = Math.Max(1, confusion.Counts[r].Sum());
            html.Append($"<tr><th scope='row'>{Html.Text(confusion.True[r])}</th>");
            foreach (long count in confusion.Counts[r])
                html.Append(CultureInfo.InvariantCulture, $"<td style='--share:{Math.Round(100.0 * count / all)}%'>{(count == 0 ? "" : count)}</td>");
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div></section>\n");
    }

    static void Examples(StringBuilder html, ResultExamples examples, Func<ResultExample, Image?> picture)
    {
        if (examples.Images.Count == 0) return;
        Image?[] pictures = [.. examples.Images.Select(picture)];
        string cards = pictures.Any(p => p is not null && p.Width > 2 * p.Height) ? "cards" : "cards small"; // several side by side want room
        html.Append($"<section><h2>{Html.Text(examples.Title)}</h2><div class='{cards}'>\n");
        foreach ((ResultExample example, Image? drawn) in examples.Images.Zip(pictures))
        {
            string shown = drawn is { } image ? $"<img class='example' alt='{Html.Text(example.Key)}' src='{Html.Png(image)}'>" : "";
            html.Append($"<figure class='card'>{shown}<figcaption><b>{Html.Text(example.Key)}</b><br>{Html.Text(example.Caption)}</figcaption></figure>\n");
        }
        html.Append("</div></section>\n");
    }

    static void Failures(StringBuilder html, ResultsFile file, string items)
    {
        if (file.Failures.Count == 0) return;
        html.Append($"<section><h2>Failed</h2><p class='lead'>{file.Failed} of {file.Failed + file.Measured} {items} have no result and are no part of any "
            + "number above.</p><table class='facts'>\n");
        foreach (JobFailure failure in file.Failures.Take(MostFailures))
            html.Append($"<tr><th>{Html.Text(failure.Key)}</th><td>{Html.Text(failure.Reason)}</td></tr>\n");
        html.Append("</table>");
        if (file.Failures.Count > MostFailures) html.Append($"<p class='lead'>{file.Failures.Count - MostFailures} more are in results.json.</p>");
        html.Append("</section>\n");
    }

    static void Protocol(StringBuilder html, JobSettings settings, EvaluationPreset preset)
    {
        html.Append("<section><h2>Protocol</h2><table class='facts'>\n");
        void Row(string name, string value, string meaning = "") => html.Append($"<tr><th>{Html.Text(name)}</th><td>{Html.Text(value)}"
            + $"{(meaning.Length > 0 ? $"<br><small>{Html.Text(meaning)}</small>" : "")}</td></tr>\n");
        Row("preset", preset.Name, preset.Source);
        foreach (PresetChoice choice in preset.Choices) Row(choice.Name, settings.Choices.GetValueOrDefault(choice.Name, choice.Value), choice.Meaning);
        Row("model", settings.Model.Name, $"sha256 {settings.Model.Sha256}");
        Row("data", $"{settings.Data.Name}, {settings.Items} {preset.Items}", $"sha256 of the list {settings.Data.Sha256}");
        Row("translucent", settings.Version);
        html.Append("</table></section>\n");
    }
}
