// Names and shapes of tensors as they are published, and what a hub answers: what decides which model a file is, before any number is read.

using System.Text;
using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Hub;
using Translucent.Models;

namespace Translucent.Fuzz;

/// <summary>Readers of names.</summary>
static class NameReaders
{
    const int MostTensors = 400, MostNumbers = 1 << 17; // numbers of all tensors together

    static readonly RepositoryId s_id = RepositoryId.TryParse("org/name", out RepositoryId? id) ? id : throw new InvalidOperationException("org/name");

    /// <summary>A file whose tensors have some names and shapes, all zero, without any settings: diagnosis and loading.</summary>
    public static void Layouts(byte[] file, Sandbox sandbox)
    {
        string path = sandbox.Add("names/model.safetensors", Zeros(file));
        ModelReport report = ModelInspection.Of(path);
        Expect(report.Problem is null || !report.Problem.Any(char.IsControl), $"a message of several lines: {report.Problem}");
        using (Checkpoint checkpoint = Checkpoint.Open(path))
        {
            foreach (string name in checkpoint.Names)
                Expect(checkpoint.TryGet(name, out StoredTensor? tensor) && tensor.Count >= 0, $"'{name}' is listed and not there");
        }
        using Model model = Pretrained.Open(path);
        Expect(model is not VisionTransformer vision || vision.Labels.All(label => label is not null), "a class without a name");
    }

    /// <summary>The answer of a hub about a model, or the index of its shards: what would be fetched.</summary>
    public static void Hub(byte[] file, Sandbox sandbox)
    {
        if (Encoding.Latin1.GetString(file).Contains("weight_map"))
        {
            RepositoryListing known = new(new string('a', 40), new Dictionary<string, ListedFile>
            {
                ["a.safetensors"] = new("a.safetensors", 1, null),
                ["b.safetensors"] = new("b.safetensors", 1, null),
            });
            foreach (ListedFile shard in FilePlan.Shards(sandbox.Add("hub/model.safetensors.index.json", file), known, s_id)) Inside(shard.Name);
            return;
        }
        RepositoryListing listing = RepositoryListing.Parse(file, s_id);
        foreach (string name in listing.Files.Keys) Inside(name);
        FilePlan plan = FilePlan.Of(listing, s_id);
        foreach (ListedFile wanted in plan.Settings.Concat(plan.Weights))
            Expect(listing.Files.ContainsKey(wanted.Name) && wanted.Size is null or >= 0, $"{wanted} is not what the server listed");
    }

    static void Inside(string name) =>
        Expect(!Path.IsPathRooted(name) && !name.Split('/', '\\').Contains(".."), $"'{name}' would lie outside the model");

    /// <summary>A safetensors file of a JSON object of names and shapes.</summary>
    static byte[] Zeros(byte[] file)
    {
        Dictionary<string, int[]> tensors = [];
        try
        {
            using JsonDocument json = JsonDocument.Parse(file);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new TranslucentException("the list of tensors is no object");
            foreach (JsonProperty tensor in json.RootElement.EnumerateObject().Take(MostTensors))
                if (tensor.Value.ValueKind == JsonValueKind.Array && tensor.Value.EnumerateArray().All(n => n.TryGetInt32(out int side) && side >= 0))
                    tensors[tensor.Name] = [.. tensor.Value.EnumerateArray().Select(n => n.GetInt32())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TranslucentException("the list of tensors is no JSON");
        }
        StringBuilder header = new("{");
        long at = 0;
        foreach ((string name, int[] shape) in tensors)
        {
            long count = shape.Aggregate(1L, (product, side) => Math.Min(product * side, MostNumbers));
            if (at + count > MostNumbers) continue;
            header.Append(header.Length > 1 ? "," : "").Append($"\"{JsonEncodedText.Encode(name)}\":{{\"dtype\":\"F16\",\"shape\":[{string.Join(',', shape)}],")
                .Append($"\"data_offsets\":[{2 * at},{2 * (at + count)}]}}");
            at += count;
        }
        byte[] text = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[2 * at]];
    }

    static void Expect(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidProgramException(otherwise);
    }
}
