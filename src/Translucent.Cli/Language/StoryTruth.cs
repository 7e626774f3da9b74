// Stories whose summaries depend on known sentences (docs/shapes.md), one JSON object a line, and how well scores of words find those sentences.

using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.Metrics;
using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>A line of stories.jsonl.</summary>
/// <param name="Sentences">The story.</param>
/// <param name="Summary">Its summary.</param>
/// <param name="Sources">Which sentences decide it, from 0.</param>
sealed record KnownStory(IReadOnlyList<string> Sentences, string Summary, IReadOnlyList<int> Sources)
{
    /// <summary>The sentences in one line.</summary>
    public string Text => string.Join(' ', Sentences);

    /// <summary>Reads stories; those that every sentence decides tell nothing and are passed over.</summary>
    /// <exception cref="UsageException">There is no such file, or a line is something else; the message says which.</exception>
    public static IReadOnlyList<KnownStory> Read(string path, int limit)
    {
        if (!File.Exists(path)) throw new UsageException($"{path}: there is no such file.");
        List<KnownStory> found = [];
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (found.Count == limit) break;
            if (string.IsNullOrWhiteSpace(line)) continue;
            KnownStory story = Parse(line) ?? throw new UsageException(
                $"{path}: line {number}: expected {{\"sentences\": [..], \"summary\": .., \"sources\": [..]}}, as 'data shapes' writes.");
            if (story.Sources.Count < story.Sentences.Count) found.Add(story);
        }
        return found.Count > 0 ? found : throw new UsageException($"{path}: has no story with a sentence that does not matter.");
    }

    static KnownStory? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, StoryJson.Default.KnownStory) is { Sentences.Count: > 0, Summary.Length: > 0 } story
                && story.Sentences.All(s => s is { Length: > 0 }) && story.Sources.All(s => s >= 0 && s < story.Sentences.Count) ? story : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The sentence of every token of the story.</summary>
    public int[] SentenceOf(ShownText shown)
    {
        int[] ends = new int[Sentences.Count];
        for (int s = 0, at = 0; s < ends.Length; s++) ends[s] = (at += Sentences[s].Length + 1) - 1;
        return [.. shown.Spans.Select(span => Array.FindIndex(ends, end => Middle(span) < end))];
    }

    static double Middle(TextSpan span) => (span.Start + span.End - 1) / 2.0;

    /// <summary>How well scores of tokens find the sentences that matter; a sentence has the mean of its tokens.</summary>
    public StoryScore Judge(string method, IReadOnlyList<float> scores, int[] sentenceOf)
    {
        float[] sums = new float[Sentences.Count];
        int[] counts = new int[Sentences.Count];
        for (int i = 0; i < sentenceOf.Length; i++)
        {
            sums[sentenceOf[i]] += scores[i];
            counts[sentenceOf[i]]++;
        }
        float[] means = [.. sums.Zip(counts, (sum, count) => count == 0 ? float.NegativeInfinity : sum / count)];
        bool[] truth = [.. Enumerable.Range(0, Sentences.Count).Select(Sources.Contains)];
        float[] words = [.. scores];
        bool[] wordTruth = [.. sentenceOf.Select(s => truth[s])];
        return new StoryScore(method, RankedTruth.RocArea(means, truth), RankedTruth.PrecisionAtTrue(means, truth), RankedTruth.RocArea(words, wordTruth),
            RankedTruth.PrecisionAtTrue(words, wordTruth));
    }
}

/// <summary>What a story said about a method: areas under the ROC curve and precisions among as many as matter, of sentences and of words.</summary>
sealed record StoryScore(string Method, double SentenceArea, double SentencePrecision, double WordArea, double WordPrecision);

/// <summary>A story that is done.</summary>
sealed record StoryLine(int Item, bool Right, IReadOnlyList<StoryScore> Methods);

/// <summary>What decides about the results.</summary>
sealed record StorySettings(string Version, string Model, string Tokenizer, string Data, string Separator, int Directions);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(KnownStory))]
[JsonSerializable(typeof(StoryLine))]
[JsonSerializable(typeof(StorySettings))]
sealed partial class StoryJson : JsonSerializerContext;
