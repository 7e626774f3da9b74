// The frame of a page about a text: head, settings, files, and the end. It needs no other file, and its policy lets it load none.

using System.Text;
using System.Text.Json;
using Translucent.Cli.Pages;
using Translucent.Cli.Sites;
using Translucent.Runs;

namespace Translucent.Cli.Language;

/// <summary>A page that is being written.</summary>
sealed class TextPaper
{
    readonly StringBuilder _html = new();

    /// <param name="title">What it is about.</param>
    /// <param name="lead">A line beneath the title, HTML.</param>
    public TextPaper(string title, string lead)
    {
        Add($"{Html.Head(title)}<style>{Html.Resource("page.css")}{Html.Resource("text.css")}</style></head>");
        Add($"<body>{SiteLinks.Place}<header><div><h1 dir='auto'>{Html.Text(title)}</h1><p>{lead}</p></div></header><main>");
    }

    public void Add(string html) => _html.Append(html).Append('\n');

    /// <summary>A part of a text on its ground of colour.</summary>
    /// <param name="text">What is shown.</param>
    /// <param name="share">-1 .. 1.</param>
    /// <param name="title">What is told of it, or null.</param>
    /// <param name="attributes">More attributes.</param>
    /// <param name="chosen">Whether it stands out from the others.</param>
    public static string Part(string text, double share, string? title = null, string attributes = "", bool chosen = false)
    {
        string style = Math.Abs(share) < 0.005 ? "" : FormattableString.Invariant($" style='--s:{Math.Abs(share):0.###}'");
        string told = title is null ? "" : $" title='{Html.Text(title)}'";
        return $"<span class='part{(share < 0 ? " against" : "")}{(chosen ? " chosen" : "")}'{style}{told}{attributes}>{Html.Text(text)}</span>";
    }

    /// <summary>A table of text and numbers.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<string[]> rows)
    {
        static string Class(string heading) => heading.StartsWith('>') ? " class='number'" : "";
        Add($"<div class='wide'><table class='numbers'><tr>{string.Concat(headings.Select(h => $"<th{Class(h)}>{Html.Text(h.TrimStart('>'))}</th>"))}</tr>");
        foreach (string[] row in rows) Add($"<tr>{string.Concat(row.Select((cell, i) => $"<td{Class(headings[i])}>{Html.Text(cell)}</td>"))}</tr>");
        Add("</table></div>");
    }

    /// <summary>Notes, settings, files, scripts, and the end.</summary>
    /// <returns>The whole page.</returns>
    public string Finish(IEnumerable<(string Term, string Text)> notes, LanguageInfo info, JsonElement settings, IReadOnlyList<WrittenFile> files,
        params string[] scripts) => Finish(notes, info.Line, info.Hash, settings, files, scripts);

    /// <inheritdoc cref="Finish(IEnumerable{ValueTuple{string, string}}, LanguageInfo, JsonElement, IReadOnlyList{WrittenFile}, string[])"/>
    /// <param name="notes">How to read it.</param>
    /// <param name="model">The model, in a line.</param>
    /// <param name="hash">Its SHA-256.</param>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="files">What was written.</param>
    /// <param name="scripts">Resources.</param>
    public string Finish(IEnumerable<(string Term, string Text)> notes, string model, string hash, JsonElement settings, IReadOnlyList<WrittenFile> files,
        params string[] scripts)
    {
        Add(PageNotes.Section(notes));
        Add("<section><h2>Settings</h2><table class='facts'>");
        void Row(string name, string value) => Add($"<tr><th>{Html.Text(name)}</th><td>{Html.Text(value)}</td></tr>");
        Row("model", model);
        Row("model sha256", hash);
        foreach (JsonProperty setting in settings.EnumerateObject()) Row(setting.Name.Replace('_', ' '), PageNotes.Value(setting.Value));
        Row("translucent", $"{ThisProgram.Version}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}");
        Add("</table></section><section><h2>Files</h2><table class='files'>");
        foreach (WrittenFile file in files)
            Add($"<tr><td><a href='{Html.Text(Uri.EscapeDataString(file.Name))}'>{Html.Text(file.Name)}</a></td>"
                + $"<td>{ByteSize.Text(file.Bytes)}</td><td>{Html.Text(file.What)}</td></tr>");
        Add("<tr><td><a href='result.json'>result.json</a></td><td></td><td>settings, versions, seconds, and the SHA-256 of every file</td></tr></table>"
            + "</section></main>");
        foreach (string script in scripts) Add($"<script>{Html.Resource(script)}</script>");
        Add("</body></html>");
        return _html.ToString();
    }
}
