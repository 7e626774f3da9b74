// The cache that all tools of Hugging Face share (huggingface_hub, docs guides/manage-cache.md): models--org--name/{blobs,refs,snapshots}, .locks.

using System.Diagnostics.CodeAnalysis;
using System.Text;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>Paths in the cache, and what is there.</summary>
sealed class HubCache(string root)
{
    const string Blobs = "blobs", Refs = "refs", Snapshots = "snapshots", Tag = "CACHEDIR.TAG";

    static readonly string[] s_weights = [".safetensors", ".bin", ".pth", ".pt", ".npz"];

    /// <summary>The folder that holds all models.</summary>
    public string Root => root;

    /// <summary>The content of a file, by its hash.</summary>
    public string Blob(RepositoryId id, string hash) => Path.Combine(root, id.Folder, Blobs, hash);

    /// <summary>Content that is still arriving.</summary>
    public string Incomplete(RepositoryId id, string hash) => Blob(id, hash) + ".incomplete";

    /// <summary>The file that one process at a time locks while it fetches a content.</summary>
    public string Lock(RepositoryId id, string hash) => Path.Combine(root, ".locks", id.Folder, hash + ".lock");

    /// <summary>The folder that looks like the model at a commit.</summary>
    public string Snapshot(RepositoryId id, string commit) => Path.Combine(root, id.Folder, Snapshots, commit);

    /// <summary>A file of a model at a commit.</summary>
    /// <exception cref="TranslucentException">Its name cannot be that of a file on every system.</exception>
    public string File(RepositoryId id, string commit, string name) => SafeName.IsSafe(name)
        ? SafeName.In(Snapshot(id, commit), name)
        : throw new TranslucentException(
            $"{id}: names the file '{ServerText.OneLine(name)}', which no file can be called on every system; its author has to rename it.");

    /// <summary>Makes the folders of a model.</summary>
    public void Prepare(RepositoryId id, string commit)
    {
        bool first = !Directory.Exists(root);
        foreach (string folder in (string[])[Path.Combine(root, id.Folder, Blobs), Path.Combine(root, id.Folder, Refs), Snapshot(id, commit),
            Path.Combine(root, ".locks", id.Folder)])
            Directory.CreateDirectory(folder);
        // bford.info/cachedir: backups pass the folder over
        if (first) System.IO.File.WriteAllText(
            Path.Combine(root, Tag), "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of models from the Hugging Face hub.\n");
    }

    /// <summary>Notes which commit a branch or tag stands for.</summary>
    public void SetRef(RepositoryId id, string commit)
    {
        if (id.Revision == commit) return;
        string path = Path.Combine(root, id.Folder, Refs, id.Revision);
        if (System.IO.File.Exists(path) && System.IO.File.ReadAllText(path) == commit) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream => stream.Write(Encoding.ASCII.GetBytes(commit)));
    }

    /// <summary>The commit that a revision stands for, as far as the cache knows: from refs, or a commit, also its first seven digits or more.</summary>
    public string? Commit(RepositoryId id)
    {
        string path = Path.Combine(root, id.Folder, Refs, id.Revision);
        if (System.IO.File.Exists(path) && System.IO.File.ReadAllText(path).Trim() is var noted && RemoteFile.IsGitHash(noted)) return noted;
        string[] commits = id.Revision.Length < 7 ? [] : [.. Commits(id).Where(c => c.StartsWith(id.Revision, StringComparison.Ordinal))];
        return commits.Length == 1 ? commits[0] : null;
    }

    /// <summary>Commits of which the cache holds files.</summary>
    public IEnumerable<string> Commits(RepositoryId id) => Names(Path.Combine(root, id.Folder, Snapshots)).Where(RemoteFile.IsGitHash);

    /// <summary>Branches and tags that are known, with their commits.</summary>
    public IEnumerable<(string Name, string Commit)> Known(RepositoryId id)
    {
        string refs = Path.Combine(root, id.Folder, Refs);
        if (!Directory.Exists(refs)) yield break;
        foreach (string path in Directory.EnumerateFiles(refs, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (RepositoryId.TryParse($"{id.Name}@{Path.GetRelativePath(refs, path).Replace('\\', '/')}", out RepositoryId? at) && Commit(at) is { } commit)
                yield return (at.Revision, commit);
    }

    /// <summary>Models of which the cache holds anything.</summary>
    public IEnumerable<RepositoryId> Models() => Names(root).Select(RepositoryId.NameOf).OfType<string>().Select(RepositoryId.Parse);

    /// <summary>The folder of a model that was fetched; null when nothing of it is in the cache.</summary>
    /// <exception cref="TranslucentException">Something of it is there, but not all, or not this revision.</exception>
    public string? Find(RepositoryId id)
    {
        if (Commit(id) is { } commit && Directory.Exists(Snapshot(id, commit)))
            return Gap(id, commit) is { } gap ? throw new TranslucentException($"{id}: {gap}; 'translucent models pull {id}' fetches what is missing.")
                : Snapshot(id, commit);
        string[] known = [.. Known(id).Select(k => $"{id with { Revision = k.Name }}")];
        if (known.Length > 0) throw new TranslucentException(
            $"{id}: this revision is not in the cache, which has {string.Join(", ", known.Take(5))}; fetch it with 'translucent models pull {id}'.");
        return Commits(id).Any() || HasIncomplete(id)
            ? throw new TranslucentException($"{id}: is only partly in the cache; 'translucent models pull {id}' goes on where it stopped.") : null;
    }

    /// <summary>What is visibly missing from a snapshot; null when nothing is.</summary>
    public string? Gap(RepositoryId id, string commit)
    {
        string[] files = Directory.GetFiles(Snapshot(id, commit));
        if (Array.Find(files, f => !SnapshotLink.Content(f).Exists) is { } broken) return $"{Path.GetFileName(broken)} leads to a file that is gone";
        if (Array.Exists(files, f => s_weights.Contains(Path.GetExtension(f)))) return null;
        return HasIncomplete(id) ? "the download was not finished" : "has no weights in the cache";
    }

    /// <summary>The model whose snapshot a folder is; null for any other folder.</summary>
    public static bool TryName(string folder, [NotNullWhen(true)] out string? name)
    {
        string? snapshots = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        name = Path.GetFileName(snapshots) == Snapshots ? RepositoryId.NameOf(Path.GetFileName(Path.GetDirectoryName(snapshots)) ?? "") : null;
        return name is not null;
    }

    bool HasIncomplete(RepositoryId id) => Names(Path.Combine(root, id.Folder, Blobs)).Any(name => name.EndsWith(".incomplete", StringComparison.Ordinal));

    static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal) : [];
}
