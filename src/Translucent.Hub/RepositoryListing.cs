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
            return Read(JsonSerializer.Deserialize(json.Span, HubJson.Default.ModelAnswer) ?? new ModelAnswer(), id);
        }
        catch (JsonException)
        {
            throw Wrong(id, "is not JSON that describes a model");
        }
    }

    static RepositoryListing Read(ModelAnswer answer, RepositoryId id)
    {
        if (!RemoteFile.IsGitHash(answer.Sha)) throw Wrong(id, "names no commit");
        Dictionary<string, ListedFile> files = new(StringComparer.Ordinal);
        foreach (FileAnswer? file in answer.Siblings ?? throw Wrong(id, "lists no files"))
        {
            string name = file?.Rfilename ?? throw Wrong(id, "lists a file without a name");
            if (!SafeName.StaysInside(name))
                throw new TranslucentException($"{id}: the server lists the file '{ServerText.OneLine(name)}', which would lie outside the model; nothing was "
                    + "fetched. Do not trust this server.");
            (long? size, string? hash) = file.Lfs is { } large ? (large.Size, large.Sha256) : (file.Size, file.BlobId);
            if (size is < 0 or > RemoteFile.Longest) throw Wrong(id, "gives a size that is none");
            if (hash is not null && !RemoteFile.IsHash(hash)) throw Wrong(id, "gives a hash that is none");
            files[name] = new ListedFile(name, size, hash);
        }
        return new RepositoryListing(answer.Sha!, files);
    }

    static TranslucentException Wrong(RepositoryId id, string what) =>
        new($"{id}: the server's answer {what}; it may not be a hub of Hugging Face (check HF_ENDPOINT, or a sign-in page of your network).");
}
