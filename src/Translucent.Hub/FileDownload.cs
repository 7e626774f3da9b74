// One file from the hub into the cache: under a lock, resumed where it stopped, checked by size and hash, then named by its snapshot.

using System.Net;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>Downloads the files of one model at one commit.</summary>
/// <param name="client">The hub.</param>
/// <param name="cache">Where files go.</param>
/// <param name="symlinks">Whether snapshots may hold links.</param>
/// <param name="patience">How long to wait.</param>
/// <param name="say">Told what a user should know while waiting.</param>
sealed class FileDownload(HubClient client, HubCache cache, bool symlinks, Patience patience, Action<string> say)
{
    const int Chunk = 1 << 17;

    /// <summary>Whether the snapshot has the file, of the right size.</summary>
    public bool IsThere(RemoteFile file, RepositoryId id, string commit) => Has(cache.File(id, commit, file.Name), file);

    /// <summary>Bytes that are there already, of the content or of its beginning.</summary>
    public long Had(RemoteFile file, RepositoryId id, string commit) =>
        IsThere(file, id, commit) || Has(cache.Blob(id, file.Hash), file) ? file.Size
        : new FileInfo(cache.Incomplete(id, file.Hash)) is { Exists: true } partial && partial.Length <= file.Size ? partial.Length : 0;

    /// <summary>Fetches a file, unless it is there.</summary>
    /// <returns>Whether anything was fetched by this call.</returns>
    /// <exception cref="TranslucentException">It cannot be had; what has arrived is kept.</exception>
    public async Task<bool> Fetch(RemoteFile file, RepositoryId id, string commit, IProgress<double> progress, CancellationToken stop)
    {
        if (IsThere(file, id, commit)) return false;
        string blob = cache.Blob(id, file.Hash), place = cache.File(id, commit, file.Name);
        cache.Prepare(id, commit);
        using CacheLock held = await CacheLock.Take(cache.Lock(id, file.Hash), () => say($"{file.Name}: waiting for another process that fetches it."), stop);
        if (IsThere(file, id, commit)) return false;
        bool isNew = !Has(blob, file);
        if (isNew) await Blob(file, id, commit, blob, progress, stop);
        SnapshotLink.Place(blob, place, symlinks, isNew);
        return isNew;
    }

    async Task Blob(RemoteFile file, RepositoryId id, string commit, string blob, IProgress<double> progress, CancellationToken stop)
    {
        if (file.Size > 0) progress.Report((double)Had(file, id, commit) / file.Size);
        using PartialFile partial = await PartialFile.Open(cache.Incomplete(id, file.Hash), file, stop);
        bool resumed = partial.Length > 0;
        await Complete(partial, file, id, commit, progress, stop);
        if (partial.Hash != file.Hash && resumed)
        {
            partial.Restart(); // what was there from before may be what is wrong
            await Complete(partial, file, id, commit, progress, stop);
        }
        if (partial.Hash != file.Hash)
        {
            (string found, string kind) = (partial.Hash, file.Hash.Length == 64 ? "SHA-256" : "git SHA-1");
            partial.Restart();
            throw new TranslucentException($"{id}: {file.Name}: what arrived has {kind} {found[..12]}.., expected {file.Hash[..12]}..; it was deleted. "
                + "Try again; if it stays so, a proxy or mirror changes files (check HF_ENDPOINT, HTTPS_PROXY).");
        }
        partial.MoveTo(blob);
    }

    /// <summary>Fetches what is missing, again from where a broken connection left it; every request counts, and gives up when nothing new arrives.</summary>
    async Task Complete(PartialFile partial, RemoteFile file, RepositoryId id, string commit, IProgress<double> progress, CancellationToken stop)
    {
        DownloadPace pace = new(patience, partial.Length);
        bool refused = false;
        while (!partial.IsWhole)
        {
            long before = partial.Length;
            using (HttpResponseMessage response = await client.Get(file, id, commit, before, stop))
            {
                bool fits = Fits(response, before, file);
                if (!fits && before == 0)
                    throw new TranslucentException($"{id}: {file.Name}: the server sends something else than the {file.Size} bytes that it announced; check "
                        + "HF_ENDPOINT, or a sign-in page of your network.");
                // no ranges here, or wrong ones: all of it comes again
                if (!fits || (response.StatusCode == HttpStatusCode.OK && before > 0)) partial.Restart();
                if (fits) await Copy(response, partial, file, id, pace, progress, stop);
                refused |= !fits;
            }
            if (partial.IsWhole) break;
            pace.Ended(partial.Length);
            if (pace.IsExhausted)
            {
                string why = refused ? "the server breaks the connection off and refuses to send the rest of the file"
                    : "the connection broke off again and again";
                throw new TranslucentException($"{id}: {file.Name}: {why}; what has arrived is kept, give the command again to go on.");
            }
            await patience.Wait(Patience.After(Math.Max(1, pace.Failures)), stop);
        }
    }

    /// <summary>Reads the body until it ends, breaks off, or falls silent.</summary>
    /// <exception cref="TranslucentException">It comes slower than it must.</exception>
    async Task Copy(HttpResponseMessage response, PartialFile partial, RemoteFile file, RepositoryId id, DownloadPace pace, IProgress<double> progress,
        CancellationToken stop)
    {
        byte[] buffer = new byte[Chunk];
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        while (true)
        {
            int read;
            pace.Begin();
            try
            {
                silence.CancelAfter(patience.Silence);
                read = await (await response.Content.ReadAsStreamAsync(silence.Token)).ReadAsync(buffer, silence.Token);
            }
            catch (Exception e) when (HubClient.IsDropped(e, stop))
            {
                return;
            }
            finally
            {
                pace.End();
            }
            if (read == 0) return;
            await partial.Append(buffer.AsMemory(0, read));
            progress.Report((double)partial.Length / file.Size);
            if (!pace.Arrived(read) && !partial.IsWhole)
                throw new TranslucentException(FormattableString.Invariant($"{id}: {file.Name}: less than {patience.LeastRate:0} bytes a second arrive; ")
                    + "what has arrived is kept. Give the command again to go on, or allow less with --min-rate.");
        }
    }

    /// <summary>Whether an answer is the file from a position on, or all of it.</summary>
    static bool Fits(HttpResponseMessage response, long from, RemoteFile file) => response.StatusCode switch
    {
        HttpStatusCode.OK => response.Content.Headers.ContentLength is not { } length || length == file.Size,
        HttpStatusCode.PartialContent => response.Content.Headers.ContentRange is { } range && range.From == from && (range.Length ?? file.Size) == file.Size,
        _ => false,
    };

    static bool Has(string path, RemoteFile file) => SnapshotLink.Content(path) is { Exists: true } content && content.Length == file.Size;
}
