// The files of `translucent text`: scores with offsets as CSV and JSON, rows as numbers.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Records;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>Writes them.</summary>
static class TextFiles
{
    public static void Write(RunFolder folder, TextFound found, TextOptions options)
    {
        SummaryLayout layout = found.Layout;
        string method = options.How.Method.Name;
        folder.Text("context.csv", Csv(Tokens(found, layout.Context, layout.ContextText, found.Relevance.Lambda)),
            $"{method}: every token of the text with its score");
        folder.Text("scores.json", JsonSerializer.Serialize(Scores(found, method), ReportJson.Line.TextScoresRecord) + "\n",
            $"{method}: tokens of text and summary with ids, offsets in code points, and scores");
        folder.Numbers("rows.npy", found.Relevance.Rows,
            $"float32 [S, N]: {method}, for every token of the summary the relevance of every token of the sequence");
        folder.Numbers("lambda.npy", new Tensor([found.Relevance.Lambda.Length], found.Relevance.Lambda),
            $"float32 [X]: {method}, the mean over the summary for every token of the text");
        folder.Text("erasure.csv", Csv(found.Erasure), "comprehensiveness and sufficiency at every percentage, of the scores and of random orders");
    }

    /// <summary>For result.json.</summary>
    public static ErasureRecord Record(ErasureComparison e) => new(e.Scored.Full, [.. e.Scored.Percents],
        [.. e.Scored.Comprehensiveness.Select(v => (Measure)v)],
        [.. e.Scored.Sufficiency.Select(v => (Measure)v)], e.Scored.ComprehensivenessAopc, e.Scored.SufficiencyAopc, e.Random.Count, e.RandomComprehensiveness,
            e.RandomSufficiency);

    /// <summary>SHA-256 of a text.</summary>
    public static string Hash(string text) => FileHash.Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Of the files of a tokenizer.</summary>
    public static string TokenizerHash(string folder) =>
        FileHash.Of(Encoding.UTF8.GetBytes(string.Concat(Models.ZeroShot.TokenizerFiles(folder).Select(FileHash.Of))));

    static TextScoresRecord Scores(TextFound found, string method) => new(found.Info.Name, method, found.Explained, found.Layout.ContextText.Text,
        found.Layout.SummaryText.Text,
        Tokens(found, found.Layout.Context, found.Layout.ContextText, found.Relevance.Lambda), Tokens(found, found.Layout.Summary, found.Layout.SummaryText,
            null));

    static IReadOnlyList<TextTokenRecord> Tokens(TextFound found, IReadOnlyList<int> positions, ShownText text, float[]? scores)
    {
        IReadOnlyList<TextSpan> points = text.CodePoints();
        return [.. positions.Select((p, i) => new TextTokenRecord(p, found.Layout.Ids[p], found.Info.Tokenizer.TokenOf(found.Layout.Ids[p]) ?? "",
            text.Text[text.Spans[i].Start..text.Spans[i].End], points[i].Start, points[i].End, scores?[i]))];
    }

    static string Csv(IReadOnlyList<TextTokenRecord> tokens)
    {
        StringBuilder csv = new("position,id,token,text,start,end,score\n");
        foreach (TextTokenRecord t in tokens)
            csv.Append(CultureInfo.InvariantCulture, $"{t.Position},{t.Id},{Quoted(t.Token)},{Quoted(t.Text)},{t.Start},{t.End},{t.Score:G9}\n");
        return csv.ToString();
    }

    static string Csv(ErasureComparison e)
    {
        StringBuilder csv = new("order,percent,words,comprehensiveness,sufficiency\n");
        void Add(string order, Evaluate.Perturb.ErasureResult r)
        {
            for (int k = 0; k < r.Percents.Count; k++)
                csv.Append(CultureInfo.InvariantCulture, $"{order},{r.Percents[k]},{r.Counts[k]},{r.Comprehensiveness[k]:G9},{r.Sufficiency[k]:G9}\n");
        }
        Add("scores", e.Scored);
        for (int i = 0; i < e.Random.Count; i++) Add($"random {i + 1}", e.Random[i]);
        return csv.ToString();
    }

    /// <summary>A field of a CSV file that a spreadsheet does not take for a formula.</summary>
    public static string Quoted(string text) => $"\"{(text.Length > 0 && text[0] is '=' or '+' or '-' or '@' ? "'" : "")}{text.Replace("\"", "\"\"")}\"";
}
