// The JSON that a hub answers with and that its repositories hold, as far as it is read: made by source generation, nothing in it required.

using System.Text.Json.Serialization;

namespace Translucent.Hub;

/// <summary>A model at a commit.</summary>
sealed record ModelAnswer(string? Sha = null, IReadOnlyList<FileAnswer?>? Siblings = null);

/// <summary>A file of it.</summary>
sealed record FileAnswer(
    string? Rfilename = null, [property: JsonPropertyName("blobId")] string? BlobId = null, long? Size = null, LargeFileAnswer? Lfs = null);

/// <summary>What is said of a file in large file storage.</summary>
sealed record LargeFileAnswer(string? Sha256 = null, long? Size = null);

/// <summary>The index of a model in shards: the file of every tensor.</summary>
sealed record ShardNames(IReadOnlyDictionary<string, string?>? WeightMap = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(ShardNames))]
sealed partial class HubJson : JsonSerializerContext;
