// The exports that are there: so many of so many bytes. The oldest goes first, but none that is being written, and none that somebody has just looked at.

using Translucent.Files;

namespace Translucent.Studio.Exports;

/// <summary>One export.</summary>
/// <param name="name">What its folder is called.</param>
/// <param name="folder">Its folder.</param>
sealed class KeptExport(string name, string folder)
{
    public string Name => name;

    public string Folder => folder;

    /// <summary>The job that writes or wrote it in this studio; null for one of an earlier studio.</summary>
    public Work.Job? Job { get; set; }

    /// <summary>Whether the command is still at it.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Bytes of its files, once it is done.</summary>
    public long Bytes { get; set; }

    /// <summary>When a page last read something of it.</summary>
    public DateTimeOffset Read { get; set; }
}

/// <summary>Counts exports, and lets the oldest go.</summary>
sealed class KeptExports
{
    /// <summary>How long an export that was read stays, whatever comes: a page of it may be open, and leads to its other files.</summary>
    public static readonly TimeSpan InUse = TimeSpan.FromMinutes(10);

    readonly StudioSettings _settings;
    readonly TimeProvider _time;
    readonly string _folder;
    readonly Lock _lock = new();
    readonly LinkedList<KeptExport> _kept = []; // the oldest first
    readonly Dictionary<string, int> _numbers = []; // the last of each view: names do not come again
    readonly HashSet<string> _gone = [];

    /// <param name="settings">How many are kept, and where.</param>
    /// <param name="views">What names of exports begin with: other folders are left alone.</param>
    /// <param name="time">The clock.</param>
    public KeptExports(StudioSettings settings, IReadOnlyCollection<string> views, TimeProvider time)
    {
        (_settings, _time, _folder) = (settings, time, Path.Combine(settings.Folder, "exports"));
        if (!Directory.Exists(_folder)) return;
        foreach (DirectoryInfo folder in new DirectoryInfo(_folder).GetDirectories().Where(d => d.LinkTarget is null).OrderBy(d => d.LastWriteTimeUtc))
        {
            if (folder.Name.Split('-') is not [var view, var word] || !views.Contains(view) || !int.TryParse(word, out int number)) continue;
            _numbers[view] = Math.Max(number, _numbers.GetValueOrDefault(view));
            _kept.AddLast(new KeptExport(folder.Name, folder.FullName) { Bytes = BytesOf(folder.FullName) });
        }
        MakeRoom(0);
    }

    /// <summary>Makes the folder of a new export.</summary>
    /// <exception cref="TranslucentException">There is no room, and everything that is there is being written or looked at.</exception>
    public (KeptExport Export, IReadOnlyList<string> Gone) Add(string view)
    {
        lock (_lock)
        {
            IReadOnlyList<string> gone = MakeRoom(1);
            if (_kept.Count >= _settings.MostKeptExports)
                throw TranslucentException.OfRequest($"{_settings.MostKeptExports} exports are kept, and all of them are being written or were looked at in "
                    + $"the last {InUse.TotalMinutes:0} minutes; wait, or remove some from {_folder}.");
            string name, path;
            do
            {
                name = $"{view}-{_numbers[view] = _numbers.GetValueOrDefault(view) + 1}";
                path = Path.Combine(_folder, name);
            }
            while (Path.Exists(path));
            Directory.CreateDirectory(path);
            KeptExport export = new(name, path) { IsWritten = true, Read = _time.GetUtcNow() };
            _kept.AddLast(export);
            return (export, gone);
        }
    }

    /// <summary>The command is done with an export.</summary>
    /// <param name="export">Which.</param>
    /// <param name="whole">Whether it came to an end; what did not is removed.</param>
    /// <returns>What had to go for it.</returns>
    public IReadOnlyList<string> Finish(KeptExport export, bool whole)
    {
        lock (_lock)
        {
            export.IsWritten = false;
            if (!whole)
            {
                Remove(export, note: null);
                return [];
            }
            (export.Bytes, export.Read) = (BytesOf(export.Folder), _time.GetUtcNow());
            return MakeRoom(0);
        }
    }

    /// <summary>The folder of an export that a page reads now; it may be that of another studio on the same folder, which keeps it.</summary>
    /// <exception cref="TranslucentException">There is no such export.</exception>
    public string Find(string name)
    {
        lock (_lock)
        {
            if (_kept.FirstOrDefault(export => export.Name == name) is { } known) known.Read = _time.GetUtcNow();
            string? folder = Directory.Exists(_folder) ? Directory.GetDirectories(_folder).FirstOrDefault(path => Path.GetFileName(path) == name) : null;
            return folder is not null && new DirectoryInfo(folder).LinkTarget is null ? folder
                : throw TranslucentException.OfRequest(_gone.Contains(name) ? $"export {name}: made room for newer ones; export it again."
                    : $"export {Describe.Name(name)}: there is none of this name.");
        }
    }

    /// <summary>Lets the oldest go until so many more fit, and all bytes are within the bound; those in use stay.</summary>
    List<string> MakeRoom(int more)
    {
        List<string> gone = [];
        bool IsFull() => _kept.Count + more > _settings.MostKeptExports || _kept.Sum(export => export.Bytes) > _settings.MostExportBytes;
        foreach (KeptExport export in _kept.Where(export => !export.IsWritten && _time.GetUtcNow() - export.Read > InUse).ToArray())
        {
            if (!IsFull()) break;
            Remove(export, "removed to make room for newer exports");
            _gone.Add(export.Name);
            gone.Add(export.Name);
        }
        return gone;
    }

    void Remove(KeptExport export, string? note)
    {
        _kept.Remove(export);
        if (export.Job is { } job) (job.Export, job.Note) = (null, note);
        try
        {
            if (Directory.Exists(export.Folder)) Directory.Delete(export.Folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // somebody holds a file of it: what is left is counted, and tried again, when the studio starts the next time
        }
    }

    static long BytesOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.LinkTarget is null).Sum(file => file.Length);
}
