// Facts about a language model that lie in a file, as another program computed or published them: verify --published FILE.json (docs/verify.md).

using System.Text.Json;
using System.Text.RegularExpressions;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Reads them.</summary>
static partial class PublishedFile
{
    const double Tolerance = 2e-5; // six digits are told

    /// <summary>The facts of a file: lists <c>texts</c> or <c>examples</c> of objects with a text and what a model makes of it, and greedy texts.</summary>
    /// <param name="path">JSON.</param>
    /// <exception cref="TranslucentException">The file is not there, is no such file, or has no facts.</exception>
    public static IReadOnlyList<PublishedFact> Read(string path)
    {
        if (!File.Exists(path)) throw TranslucentException.OfRequest($"--published {path}: there is no such file.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement.Clone();
            string model = root.TryGetProperty("model", out JsonElement name) ? name.GetString()! : Path.GetFileName(path), source = Path.GetFileName(path);
            List<JsonElement> texts = [.. new[] { "texts", "examples" }.Where(key => root.TryGetProperty(key, out _))
                .SelectMany(key => root.GetProperty(key).EnumerateArray())];
            PublishedFact[] found = [.. texts.SelectMany((text, i) => OfText(model, source, text, i + 1)), .. Greedy(model, source, root, texts)];
            return found.Length > 0 ? found : throw Wrong(path, "has no facts that are known");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Wrong(path, e.Message.TrimEnd('.'));
        }
    }

    static TranslucentException Wrong(string path, string what) => TranslucentException.OfRequest(
        $"--published {path}: {what}; expected texts with ids, logits, last_logits_A_B, argmax or layerL_headH_last_row, or greedy texts.");

    static IEnumerable<PublishedFact> OfText(string model, string source, JsonElement text, int number)
    {
        string words = text.GetProperty("text").GetString()!;
        PublishedInput input = new($"text {number}", false, run => run.Language.Forward(words, cancellationToken: run.Stop));
        foreach (JsonProperty fact in text.EnumerateObject())
        {
            if (Compute(fact.Name, input) is not { } compute) continue;
            double[] expected = fact.Value.ValueKind == JsonValueKind.Number ? [fact.Value.GetDouble()]
                : [.. fact.Value.EnumerateArray().Select(v => v.GetDouble())];
            bool whole = fact.Name is "ids" or "argmax";
            yield return new PublishedFact(model, $"text {number}: {fact.Name}", input, [expected.Length], [expected.Length], expected, whole ? 0 : Tolerance,
                whole ? 0 : Tolerance, source, run =>
                {
                    float[] numbers = compute(run);
                    return new Tensor([numbers.Length], numbers);
                });
        }
    }

    static Func<PublishedRun, float[]>? Compute(string name, PublishedInput input)
    {
        float[] Last(PublishedRun run) => run.Over(input) is { Vocabulary: { } readout } trace ? readout.Logits([trace.Tokens - 1]).ToArray()
            : throw new TranslucentException($"needs a model that predicts tokens, and this is {run.Model.Family}");
        if (name == "ids") return run => [.. run.Over(input).Text!.Ids[0].Select(id => (float)id)];
        if (name == "logits") return run => run.Language.Classes > 0 ? run.Over(input).Logits.ToArray()
            : throw new TranslucentException($"needs a classifier, and this is {run.Model.Family} without classes");
        if (name == "argmax") return run => [TensorPrimitives.IndexOfMax<float>(Last(run))];
        if (FirstLogits().Match(name) is { Success: true } first) return run => Part(Last(run), 0, int.Parse(first.Groups[1].ValueSpan));
        if (SomeLogits().Match(name) is { Success: true } some)
            return run => Part(Last(run), int.Parse(some.Groups[1].ValueSpan), int.Parse(some.Groups[2].ValueSpan));
        if (Row().Match(name) is { Success: true } row) return run => PublishedTexts.LastRow(run.Over(input), int.Parse(row.Groups[1].ValueSpan),
            int.Parse(row.Groups[2].ValueSpan));
        return null;
    }

    static float[] Part(float[] numbers, int from, int to) => to <= numbers.Length ? numbers[from..to]
        : throw new TranslucentException($"needs {to} logits, found {numbers.Length}; the model is another one");

    /// <summary>greedy_NAME_ids, which begin with the token that begins texts; greedy_NAME, the text of those, or of the text whose words are NAME.</summary>
    static IEnumerable<PublishedFact> Greedy(string model, string source, JsonElement root, IReadOnlyList<JsonElement> texts)
    {
        foreach (JsonProperty fact in root.EnumerateObject().Where(p => p.Name.StartsWith("greedy_", StringComparison.Ordinal)))
        {
            if (fact.Value.ValueKind == JsonValueKind.Array)
            {
                int[] ids = [.. fact.Value.EnumerateArray().Select(v => v.GetInt32())];
                yield return new PublishedFact(model, fact.Name, PublishedInput.OfIds(ids[..1], "the token that begins texts"), [ids.Length], [ids.Length],
                    [.. ids.Select(id => (double)id)], 0, 0, source,
                    run => new Tensor([ids.Length], [.. PublishedTexts.Greedy(run, ids[..1], ids.Length).Select(id => (float)id)]));
                continue;
            }
            string expected = fact.Value.GetString()!;
            string? begin = texts.Select(t => t.GetProperty("text").GetString()!)
                .FirstOrDefault(t => t.Equals(fact.Name["greedy_".Length..], StringComparison.OrdinalIgnoreCase));
            int[]? from = root.TryGetProperty(fact.Name + "_ids", out JsonElement list) ? [.. list.EnumerateArray().Select(v => v.GetInt32())] : null;
            if (begin is null && from is null) continue;
            yield return PublishedFact.OfText(model, fact.Name, expected, source, run =>
            {
                IReadOnlyList<int> ids = from is null ? run.Language.Encode(begin!).Ids : from[..1];
                int length = from?.Length ?? ids.Count + expected.Length; // a token is a character at least
                string text = run.Language.Tokenizer!.Decode(PublishedTexts.Greedy(run, ids, Math.Min(length, run.Language.Config.Positions)));
                return text.Length > expected.Length ? text[..expected.Length] : text;
            });
        }
    }

    [GeneratedRegex("^last_logits_first([0-9]{1,6})$")]
    private static partial Regex FirstLogits();

    [GeneratedRegex("^last_logits_([0-9]{1,6})_([0-9]{1,6})$")]
    private static partial Regex SomeLogits();

    [GeneratedRegex("^layer([0-9]{1,3})_head([0-9]{1,3})_last_row$")]
    private static partial Regex Row();
}
