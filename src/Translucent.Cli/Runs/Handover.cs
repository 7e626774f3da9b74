// What a run hands on when an image is done: its record to another program (--json), its page to a browser (--open).

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Sites;
using Translucent.Runs;

namespace Translucent.Cli.Runs;

/// <summary>Hands on the results of images.</summary>
sealed class Handover(HandoverChoice choice, Terminal terminal)
{
    string? _page;

    /// <summary>Hands on the only result of a run, with its pages linked to what other verbs wrote there.</summary>
    /// <param name="choice">What was asked for.</param>
    /// <param name="terminal">Where a record goes.</param>
    /// <param name="folder">A folder whose result.json is complete.</param>
    public static void Of(HandoverChoice choice, Terminal terminal, string folder)
    {
        Handover handover = new(choice, terminal);
        Site site = Site.Of(folder, alone: true, ofItsOwn: true, handover.Done);
        site.Add(folder);
        site.End();
        handover.End();
    }

    /// <summary>Takes a folder whose result.json is complete.</summary>
    public void Done(string folder)
    {
        if (!choice.Json && !choice.Open) return;
        using JsonDocument record = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, RunRecord.FileName)));
        if (choice.Json) terminal.Answer(Line(record.RootElement));
        _page ??= Page(record.RootElement) is { } page ? Path.Combine(folder, page) : null;
    }

    /// <summary>Opens the page of the first image.</summary>
    public void End()
    {
        if (choice.Open && _page is not null) Browser.Open(_page, terminal.Warn);
    }

    /// <summary>A record on one line.</summary>
    static string Line(JsonElement record)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter writer = new(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) record.WriteTo(writer);
        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }

    static string? Page(JsonElement record) => record.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!)
        .FirstOrDefault(name => name.EndsWith(".html", StringComparison.Ordinal));
}
