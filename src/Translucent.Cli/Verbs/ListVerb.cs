// translucent models list: the models on this machine, bundled or in the cache of the hub, and whether they are ready.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Hub;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>models list</c>.</summary>
static class ListVerb
{
    const int LongestReason = 100;

    /// <param name="settings">Where the cache is, read when the verb runs.</param>
    public static Command Create(Func<HubSettings> settings)
    {
        Command command = new(
            "list", "Show the models that --model can name without a path: those that ship with the command, and those in the cache of the Hugging Face hub.");
        command.SetAction(parse => Print(Terminal.Of(parse), new HubCache(settings().Cache)));
        return command;
    }

    static void Print(Terminal terminal, HubCache cache)
    {
        string[][] bundled = [.. ModelFolders.Bundled().DistinctBy(f => Path.GetFileName(f))
            .Select(folder => Row(Path.GetFileName(folder), "bundled", ModelInspection.Of(folder), null))];
        string[][] fetched = [.. cache.Models().SelectMany(id => Rows(cache, id))];
        terminal.Table(["model", "revision", ">size", "family", "state"], bundled.Concat(fetched));
        terminal.Line();
        terminal.Line(fetched.Length > 0 ? $"Cache: {cache.Root}"
            : $"Nothing in the cache ({cache.Root}); 'translucent models pull org/name' fetches a model.");
    }

    static IEnumerable<string[]> Rows(HubCache cache, RepositoryId id)
    {
        ILookup<string, string> names = cache.Known(id).ToLookup(k => k.Commit, k => k.Name);
        string[] commits = [.. cache.Commits(id)];
        foreach (string commit in commits)
        {
            string revision = names[commit].Any() ? string.Join(", ", names[commit]) : commit[..7];
            string[] row;
            try
            {
                row = Row(id.Name, revision, ModelInspection.Of(cache.Snapshot(id, commit)), cache.Gap(id, commit));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                row = [id.Name, revision, "", "", "broken: " + Cut(e.Message)];
            }
            yield return row;
        }
        if (commits.Length == 0) yield return [id.Name, "", "", "", "broken: no snapshot; pull it again"];
    }

    static string[] Row(string name, string revision, ModelReport report, string? gap)
    {
        string? foreign = Foreign(report.Path);
        return [name, revision, ByteSize.Text(Bytes(report.Path)), foreign ?? report.Family ?? InspectText.Plain(report.ModelType ?? ""),
            foreign is null ? State(report, gap) : "family not supported yet"];
    }

    static string? Foreign(string folder)
    {
        try
        {
            string config = Path.Combine(folder, FilePlan.Config);
            return SnapshotLink.Content(config).Exists ? KnownFamily.Foreign(config) : null;
        }
        catch (TranslucentException)
        {
            return null; // the report says what is wrong with it
        }
    }

    static string State(ModelReport report, string? gap)
    {
        if (gap is not null) return $"partial: {gap}; pull it again";
        if (report.Opens) return "ready";
        return "broken: " + Cut(InspectText.Why(report).Replace(report.Path, "").TrimStart(':', '/', ' '));
    }

    static string Cut(string reason) => reason.Length > LongestReason ? reason[..LongestReason] + "..." : reason;

    static long Bytes(string folder) => Directory.EnumerateFiles(folder).Select(SnapshotLink.Content).Where(file => file.Exists).Sum(file => file.Length);
}
