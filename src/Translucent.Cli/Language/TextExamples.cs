// Texts with summaries or labels as data to evaluate explanations on: one JSON object a line, or the tables of GLUE.

using System.Text.Json;

namespace Translucent.Cli.Language;

/// <summary>A text with its summary, or with its label.</summary>
sealed record TextExample(string Text, string? Summary, string? Label);

/// <summary>Reads them.</summary>
static class TextExamples
{
    /// <summary>Lines {"context": .., "summary": ..} or {"text": .., "label": ..}, all of one kind; other keys are passed over. A file that ends in .tsv is a
    /// table with a line of headings, among them label and sentence or text.</summary>
    /// <exception cref="UsageException">There is no such file, or a line is something else; the message says which.</exception>
    public static IReadOnlyList<TextExample> Read(string path, int limit)
    {
        if (!File.Exists(path)) throw new UsageException($"{path}: there is no such file.");
        List<TextExample> found = [];
        int number = 0;
        (int Text, int Label)? columns = null;
        bool table = path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (found.Count == limit) break;
            if (table && columns is null)
            {
                columns = Headings(path, line);
                continue;
            }
            if (columns is { } at)
            {
                found.Add(Cells(line, at) ?? throw new UsageException($"{path}: line {number}: expected a text and a label, divided by tabs."));
                continue;
            }
            found.Add(Example(line) ?? throw new UsageException(
                $"{path}: line {number}: expected {{\"context\": .., \"summary\": ..}} or {{\"text\": .., \"label\": ..}}, all texts."));
            if (found[^1].Summary is null != found[0].Summary is null)
                throw new UsageException($"{path}: line {number}: is of another kind than the first, expected one kind.");
        }
        return found.Count > 0 ? found : throw new UsageException($"{path}: has no lines, expected a text in each.");
    }

    static (int Text, int Label) Headings(string path, string line)
    {
        string[] names = line.Split('\t', StringSplitOptions.TrimEntries);
        (int text, int label) = (Array.FindIndex(names, n => n is "sentence" or "text"), Array.IndexOf(names, "label"));
        return text >= 0 && label >= 0 ? (text, label)
            : throw new UsageException($"{path}: line 1: expected headings divided by tabs, among them label and sentence or text.");
    }

    static TextExample? Cells(string line, (int Text, int Label) at)
    {
        string[] cells = line.Split('\t', StringSplitOptions.TrimEntries);
        return cells.Length > Math.Max(at.Text, at.Label) && cells[at.Text].Length > 0 && cells[at.Label].Length > 0
            ? new TextExample(cells[at.Text], null, cells[at.Label]) : null;
    }

    static TextExample? Example(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            string? Of(string key) => !document.RootElement.TryGetProperty(key, out JsonElement value) ? null
                : value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
            if (Of("context") is { Length: > 0 } context && Of("summary") is { Length: > 0 } summary) return new TextExample(context.Trim(), summary.Trim(),
                null);
            return Of("text") is { Length: > 0 } text && Of("label") is { Length: > 0 } label ? new TextExample(text, null, label) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter of escapes that are no text
        {
            return null;
        }
    }
}
