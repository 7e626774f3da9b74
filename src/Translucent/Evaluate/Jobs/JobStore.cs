// The folder of a job: job.json with its settings, and a file for every shard to which each finished item is appended as one line. Several processes may
// write to one folder, each to the file of its shard, which a lock keeps others from. What was written stays valid after kill -9 or on a full disk: a line
// that was cut off is taken off by the next run, and its item is done again.

using Translucent.Files;

namespace Translucent.Evaluate.Jobs;

/// <summary>A job as one of its shards writes it.</summary>
sealed class JobStore : IDisposable
{
    readonly string _path;
    readonly FileStream _lock, _file;
    readonly long _seed;

    JobStore(string path, FileStream held, FileStream file, long seed, JobItems before) => (_path, _lock, _file, _seed, Before) =
        (path, held, file, seed, before);

    /// <summary>What was done when the store was opened, by any shard.</summary>
    public JobItems Before { get; }

    /// <summary>Opens the folder of a job for a shard; a new folder becomes that of the job.</summary>
    /// <param name="folder">It exists.</param>
    /// <param name="settings">Of the job.</param>
    /// <param name="source">What the user typed; kept of the first run only.</param>
    /// <param name="shard">Which part.</param>
    /// <exception cref="TranslucentException">The folder is of another job, or another process writes this shard.</exception>
    public static JobStore Open(string folder, JobSettings settings, JobSource source, Shard shard)
    {
        AtomicFile.RemoveLeftOver(folder, alsoEmpty: shard == Shard.Whole);
        if (JobFile.In(folder) is null) new JobFile(settings, source).Write(folder);
        if (JobFile.In(folder)!.Settings.Difference(settings) is { } difference)
            throw new TranslucentException($"{folder}: was made with other settings: {difference}; choose another folder, or delete this one.");
        string path = Path.Combine(folder, shard.FileName + ".jsonl");
        FileStream held = Lock(Path.Combine(folder, shard.FileName + ".lock"), shard);
        try
        {
            FileStream file = Appended(path);
            return new JobStore(path, held, file, JobLine.Seed(settings), JobItems.In(folder, settings));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Adds the result of an item, as JSON without line feeds.</summary>
    /// <exception cref="IOException">The disk is full; the store is as it was before.</exception>
    public void Add(int item, string key, string json) => Append(JobLine.Of(item, key, json, null, _seed));

    /// <summary>Adds that an item failed.</summary>
    /// <exception cref="IOException">The disk is full; the store is as it was before.</exception>
    public void Fail(int item, string key, string reason) => Append(JobLine.Of(item, key, null, reason, _seed));

    void Append(byte[] line)
    {
        long before = _file.Position;
        try
        {
            _file.Write(line);
            _file.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            TryCut(before);
            string reason = e is ArgumentOutOfRangeException ? "it is too large for the file system" : e.Message.Split(" : '")[0].TrimEnd('.');
            throw new IOException($"{_path}: cannot be written ({reason}); what was done before is kept, so free some space and run the same again.", e);
        }
    }

    void TryCut(long length)
    {
        try
        {
            _file.SetLength(length);
            _file.Position = length;
        }
        catch (IOException)
        {
            // the next run takes the rest of the line off
        }
    }

    /// <summary>Opens a file of lines behind its last whole line.</summary>
    static FileStream Appended(string path)
    {
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        try
        {
            long end = file.Length;
            byte[] one = new byte[1];
            for (; end > 0; end--)
            {
                file.Position = end - 1;
                file.ReadExactly(one);
                if (one[0] == '\n') break;
            }
            if (end < file.Length) file.SetLength(end);
            file.Position = end;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static FileStream Lock(string path, Shard shard)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new TranslucentException($"{path}: another process writes shard {shard} of this folder; wait for it, or give this one another --shard.", e);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }
}
