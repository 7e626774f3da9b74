// One run of `models pull`: list, choose, announce, fetch, check.

using Translucent.Files;
using Translucent.Hub;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>Brings one model into the cache.</summary>
/// <param name="settings">Where the hub and the cache are.</param>
/// <param name="patience">How long to wait for the hub.</param>
/// <param name="terminal">What the user reads.</param>
/// <param name="force">Whether a model that cannot be opened is fetched all the same.</param>
sealed class PullRun(HubSettings settings, Patience patience, Terminal terminal, bool force)
{
    readonly HubCache _cache = new(settings.Cache);

    /// <summary>Fetches what is missing of a model.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TranslucentException">The hub or the cache refuses; what has arrived is kept.</exception>
    public async Task<int> Run(RepositoryId id, CancellationToken stop)
    {
        if (settings.Offline) return Show(id, _cache.Find(id)
            ?? throw new TranslucentException($"{id}: is not in the cache ({_cache.Root}), and HF_HUB_OFFLINE forbids to fetch it; unset HF_HUB_OFFLINE."));
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (patience.Limit is { } longest) limit.CancelAfter(longest);
        try
        {
            using HubClient client = new(settings, patience, terminal.Warn);
            return Show(id, await Fetch(client, id, limit.Token));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TranslucentException($"{id}: took longer than the time limit of {Terminal.Duration(patience.Limit!.Value.TotalSeconds)}; what has "
                + "arrived is kept. Give the command again to go on, or more time with --time-limit.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new TranslucentException($"{id}: the cache cannot be read or written: {e.Message.TrimEnd('.')}. Free space or repair the folder "
                + $"{_cache.Root}, or set HF_HUB_CACHE to another; what has arrived is kept.");
        }
    }

    /// <summary>Fetches the files.</summary>
    /// <returns>The folder of the snapshot.</returns>
    async Task<string> Fetch(HubClient client, RepositoryId id, CancellationToken stop)
    {
        RepositoryListing listing = await client.List(id, stop);
        FilePlan plan = FilePlan.Of(listing, id);
        string commit = listing.Commit, snapshot = _cache.Snapshot(id, commit);
        FileDownload download = new(client, _cache, settings.Symlinks, patience, terminal.Warn);

        // First what is small and says what the rest is.
        long first = 0;
        foreach (ListedFile file in plan.Settings.Where(f => f.Name is FilePlan.Config or FilePlan.OpenClip).Append(plan.Index).OfType<ListedFile>())
        {
            RemoteFile small = await client.Describe(file, id, commit, stop);
            if (await download.Fetch(small, id, commit, new Progress<double>(), stop)) first += small.Size;
        }
        if (plan.Settings.Any(f => f.Name == FilePlan.Config)) CheckFamily(id, Path.Combine(snapshot, FilePlan.Config));
        ListedFile[] shards = plan.Index is null ? [] : FilePlan.Shards(Path.Combine(snapshot, plan.Index.Name), listing, id);

        List<RemoteFile> files = [];
        foreach (ListedFile file in plan.Settings.Append(plan.Index).OfType<ListedFile>().Concat(plan.Weights).Concat(shards))
            files.Add(await client.Describe(file, id, commit, stop));
        Announce(id, commit, files, download, first);
        foreach (RemoteFile file in files)
        {
            if (download.IsThere(file, id, commit)) continue;
            bool fetched = false;
            await terminal.WorkAsync($"{file.Name} ({ByteSize.Text(file.Size)})", async done => fetched = await download.Fetch(file, id, commit, done, stop));
            terminal.Line($"{file.Name}: {ByteSize.Text(file.Size)}, {(fetched ? "fetched and checked" : "was there already")}");
        }
        _cache.SetRef(id, commit);
        return snapshot;
    }

    void CheckFamily(RepositoryId id, string config)
    {
        if (KnownFamily.Foreign(config) is not { } family) return;
        string refusal = $"{id}: its family '{family}' is not supported yet ({string.Join(", ", Pretrained.ModelTypes)} are)";
        if (!force) throw new TranslucentException($"{refusal}; its weights were not fetched. --force fetches them all the same.");
        terminal.Warn($"{refusal}; fetching it all the same.");
    }

    /// <summary>Says how much will come, before it does.</summary>
    /// <param name="first">Bytes that this run has fetched to know.</param>
    /// <param name="id">The repository.</param>
    /// <param name="commit">Which state of it.</param>
    /// <param name="files">All that is fetched.</param>
    /// <param name="download">Knows what is there already.</param>
    void Announce(RepositoryId id, string commit, List<RemoteFile> files, FileDownload download, long first)
    {
        long had = files.Sum(f => download.Had(f, id, commit)) - first, missing = files.Sum(f => f.Size) - had;
        string there = had == 0 ? "" : $", {ByteSize.Text(had)} are there already";
        if (files.TrueForAll(f => download.IsThere(f, id, commit)))
        {
            terminal.Line($"{id}: all {files.Count} files are in the cache already.");
            return;
        }
        terminal.Raw($"{id}: {files.Count} files of commit {commit[..7]}, {ByteSize.Text(missing)} to fetch{there}; into {_cache.Root}");
        if (Free() is { } free && free < missing)
            throw new TranslucentException($"{id}: needs {ByteSize.Text(missing)} more, but {_cache.Root} has {ByteSize.Text(free)} free; free space, or set "
                + "HF_HUB_CACHE to a folder with more.");
    }

    /// <summary>Free bytes where the cache lies, if the system says.</summary>
    long? Free()
    {
        string folder = Path.GetFullPath(_cache.Root);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent) folder = parent;
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Opens what was fetched and says how to use it.</summary>
    int Show(RepositoryId id, string snapshot)
    {
        ModelReport report = ModelInspection.Of(snapshot);
        terminal.Line();
        if (!report.Opens)
        {
            terminal.Line($"{id}: is in the cache, but does not open: {InspectText.Why(report)}");
            terminal.Line($"See 'translucent models inspect {id}'.");
            return force ? CommandLine.Success : CommandLine.Failure;
        }
        if (report.Sizes is { } sizes)
        {
            terminal.Line($"{id} opens: {sizes.Family}, layers: {sizes.Layers}; {InspectText.Count(report.Parameters)} parameters.");
            terminal.Line($"Use it:  {InspectNeeds.Example(sizes, $"{id}")}");
        }
        else
        {
            VisionConfig c = report.Config!;
            (string classes, string verb, string more) = report.Classes > 0 ? ($"{report.Classes} classes", "explain", "")
                : report.MissingForTexts is { Count: 0 } ? ("texts as classes", "explain", " --classes \"a cat,a dog\"")
                : ("no classifier", "tokens", "");
            terminal.Line($"{id} opens: {c.Family}, {c.Depth} layers of {c.Heads} heads, {InspectText.Count(report.Parameters)} parameters, {classes}.");
            terminal.Line($"Use it:  translucent {verb} PHOTO --model {id}{more}");
        }
        terminal.Raw($"Folder:  {snapshot}");
        return CommandLine.Success;
    }
}
