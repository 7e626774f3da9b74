// Questions about pictures with their answers: the files of VQA v2 (Goyal et al. 2017, arXiv:1612.00837) and those of Shapes (docs/shapes.md).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>A question with what is known about it.</summary>
/// <param name="Image">The id of its picture.</param>
/// <param name="Text">The question.</param>
/// <param name="Answers">How right each answer is, 0 .. 1; others are wrong.</param>
/// <param name="Family">What kind of question it is; empty where that is not known.</param>
/// <param name="Words">Which words decide the answer, from 0, punctuation counted; null where that is not known.</param>
/// <param name="Objects">Which objects of the picture decide it, by their number there; null where that is not known.</param>
sealed record PictureQuestion(
    long Image, string Text, IReadOnlyDictionary<string, double> Answers, string Family = "", IReadOnlyList<int>? Words = null,
    IReadOnlyList<int>? Objects = null)
{
    /// <summary>Reads questions of Shapes (<c>questions.jsonl</c>), or of VQA v2 with a file of annotations.</summary>
    /// <param name="questions">The file of questions.</param>
    /// <param name="annotations">VQA v2: the file of answers.</param>
    /// <exception cref="TranslucentException">A file is damaged, or a question has no answers.</exception>
    public static IReadOnlyList<PictureQuestion> Read(string questions, string? annotations = null)
    {
        try
        {
            return questions.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? [.. File.ReadLines(questions).Where(l => l.Length > 0).Select(Line)]
                : Vqa(questions, annotations ?? throw new TranslucentException(
                    $"{questions}: questions in the form of VQA v2 need the file of their answers; name it with --annotations."));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new TranslucentException($"{questions}: is not in the form of VQA v2 or of Shapes ({Describe.Line(e.Message)}).", e);
        }
    }

    static PictureQuestion Line(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement q = document.RootElement;
        int[] Numbers(string name) => [.. q.GetProperty(name).EnumerateArray().Select(n => n.GetInt32())];
        return new PictureQuestion(q.GetProperty("scene").GetInt64(), q.GetProperty("question").GetString()!, new Dictionary<string,
            double>
        { [q.GetProperty("answer").GetString()!] = 1 },
            q.GetProperty("family").GetString()!, Numbers("words"), Numbers("objects"));
    }

    static List<PictureQuestion> Vqa(string questions, string annotations)
    {
        using JsonDocument asked = JsonDocument.Parse(File.ReadAllBytes(questions)), given = JsonDocument.Parse(File.ReadAllBytes(annotations));
        Dictionary<long, JsonElement> answers = given.RootElement.GetProperty("annotations").EnumerateArray()
            .ToDictionary(a => a.GetProperty("question_id").GetInt64());
        List<PictureQuestion> all = [];
        foreach (JsonElement q in asked.RootElement.GetProperty("questions").EnumerateArray())
        {
            long id = q.GetProperty("question_id").GetInt64();
            if (!answers.TryGetValue(id, out JsonElement a)) throw new TranslucentException($"{annotations}: has no answers to question {id}.");
            all.Add(new PictureQuestion(q.GetProperty("image_id").GetInt64(), q.GetProperty("question").GetString()!, Soft(a),
                a.TryGetProperty("question_type", out JsonElement type) ? type.GetString()! : ""));
        }
        return all;
    }

    /// <summary>The accuracy of VQA: a third for every annotator who gave the answer, at most 1.</summary>
    static Dictionary<string, double> Soft(JsonElement annotation) => annotation.GetProperty("answers").EnumerateArray()
        .GroupBy(a => a.GetProperty("answer").GetString()!).ToDictionary(g => g.Key, g => Math.Min(1, g.Count() / 3.0));
}
