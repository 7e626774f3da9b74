// Names of the answers of a model that answers questions, as the data of LXMERT has them (github airsplay/lxmert, data/vqa and data/gqa).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Reads lists of answers.</summary>
static class AnswerList
{
    /// <summary>Reads a JSON array of answers in the order of the head, or an object from answers to their indices.</summary>
    /// <exception cref="TranslucentException">It is neither, or an index is missing or there twice.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        using JsonDocument document = Parse(path);
        JsonElement root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
            return [.. root.EnumerateArray().Select((a, i) => a.ValueKind == JsonValueKind.String ? Describe.Line(a.GetString()!)
                : throw new TranslucentException($"{path}: answer {i} is {JsonFile.Kind(a.ValueKind)}, expected text."))];
        if (root.ValueKind != JsonValueKind.Object)
            throw new TranslucentException(
                $"{path}: is {JsonFile.Kind(root.ValueKind)}, expected an array of answers, or an object from answers to their indices.");
        string?[] names = new string?[root.EnumerateObject().Count()];
        foreach (JsonProperty answer in root.EnumerateObject())
        {
            if (answer.Value.ValueKind != JsonValueKind.Number || !answer.Value.TryGetInt32(out int index) || index < 0 || index >= names.Length
                || names[index] is not null)
                throw new TranslucentException(
                    $"{path}: {Describe.Name(answer.Name)} has no index of its own, expected every number from 0 to {names.Length - 1} once.");
            names[index] = Describe.Line(answer.Name);
        }
        return names!;
    }

    static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new TranslucentException($"{path}: is not valid JSON: {Describe.Line(e.Message)}", e);
        }
    }
}
