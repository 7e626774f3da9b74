// What a repository holds at a commit: the answer of GET /api/models/{name}/revision/{revision}?blobs=true (huggingface_hub, hf_api.py model_info).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>A file as it is listed: size and hash where the server says them.</summary>
sealed record ListedFile(string Name, long? Size, string? Hash);

/// <summary>The files of a model at one commit.</summary>
/// <param name="Commit">Its SHA-1.</param>
/// <param name="Files">All files, by name.</param>
sealed record RepositoryListing(string Commit, IReadOnlyDictionary<string, ListedFile> Files)
{
    /// <summary>Reads the answer; nothing in it is trusted.</summary>
    /// <exception cref="TranslucentException">It is not such an answer, or names a file that would lie outside the model.</exception>
    public static RepositoryListing Parse(ReadOnlyMemory<byte> json, RepositoryId id)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement, id);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter of escapes that are no text
        {
            throw Wrong(id, "is not JSON");
        }
    }

    static RepositoryListing Read(JsonElement root, RepositoryId id)
    {
        string? commit = Text(root, "sha");
        if (!RemoteFile.IsGitHash(commit)) throw Wrong(id, "names no commit");
        if (!root.TryGetProperty("siblings", out JsonElement siblings) || siblings.ValueKind != JsonValueKind.Array) throw Wrong(id, "lists no files");
        Dictionary<string, ListedFile> files = new(StringComparer.Ordinal);
        foreach (JsonElement sibling in siblings.EnumerateArray())
        {
            string name = Text(sibling, "rfilename") ?? throw Wrong(id, "lists a file without a name");
            if (!SafeName.StaysInside(name))
                throw new TranslucentException($"{id}: the server lists the file '{ServerText.OneLine(name)}', which would lie outside the model; nothing was "
                    + "fetched. Do not trust this server.");
            bool large = sibling.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
            string? hash = large ? Text(lfs, "sha256") : Text(sibling, "blobId");
            long? size = Number(large ? lfs : sibling, "size");
            if (hash is not null && !RemoteFile.IsHash(hash)) throw Wrong(id, "gives a hash that is none");
            files[name] = new ListedFile(name, size, hash);
        }
        return new RepositoryListing(commit!, files);

        long? Number(JsonElement of, string key)
        {
            if (!of.TryGetProperty(key, out JsonElement value) || value.ValueKind != JsonValueKind.Number) return null;
            return value.TryGetInt64(out long number) && number is >= 0 and <= RemoteFile.Longest ? number : throw Wrong(id, "gives a size that is none");
        }
    }

    static string? Text(JsonElement of, string key) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    static TranslucentException Wrong(RepositoryId id, string what) =>
        new($"{id}: the server's answer {what}; it may not be a hub of Hugging Face (check HF_ENDPOINT, or a sign-in page of your network).");
}
