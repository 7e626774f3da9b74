// All work of the studio: two lines, one job of each at a time, the same question answered once, answers kept while there is room.

using System.Runtime.CompilerServices;

namespace Translucent.Studio.Work;

/// <summary>Queues jobs and remembers their answers.</summary>
sealed class Jobs : IDisposable
{
    const long MostAnswerBytes = 256 << 20;
    const int MostShown = 40;

    readonly Lock _lock = new();
    readonly LinkedList<Job> _jobs = []; // the latest first
    readonly Dictionary<Lane, SemaphoreSlim> _lines = new() { [Lane.Point] = new(1), [Lane.Long] = new(1) };
    readonly CancellationTokenSource _end = new();
    int _last;

    public Jobs() => Ended = _end.Token;

    /// <summary>Told when the studio ends.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Told when a job begins, moves or ends.</summary>
    public event Action? Changed;

    /// <summary>The answer to a question; asked before, it is the answer of then, or of the job that is at work on it.</summary>
    /// <param name="key">The question.</param>
    /// <param name="title">For people.</param>
    /// <param name="lane">Where it waits.</param>
    /// <param name="work">Finds the answer.</param>
    /// <param name="gone">Whoever asked does not wait any longer.</param>
    public async Task<byte[]> Ask(string key, string title, Lane lane, Func<Job, byte[]> work, CancellationToken gone)
    {
        Job job = Join(key, title, lane, work);
        try
        {
            return await job.Answer.WaitAsync(gone);
        }
        finally
        {
            Leave(job);
        }
    }

    /// <summary>What is found of the answer to a question, part by part, from the first on; ends with the answer, or as its job does.</summary>
    /// <inheritdoc cref="Ask"/>
    public async IAsyncEnumerable<string> Follow(string key, string title, Lane lane, Func<Job, byte[]> work,
        [EnumeratorCancellation] CancellationToken gone)
    {
        Job job = Join(key, title, lane, work);
        try
        {
            for (int told = 0; ;)
            {
                bool isLast = job.Answer.IsCompleted; // asked first: whatever was told until then comes now
                (IReadOnlyList<string> parts, Task more) = job.Told(told);
                foreach (string part in parts) yield return part;
                told += parts.Count;
                if (isLast) break;
                await Task.WhenAny(job.Answer, more).WaitAsync(gone);
            }
            await job.Answer;
        }
        finally
        {
            Leave(job);
        }
    }

    /// <summary>Starts work that nobody waits for.</summary>
    public Job Start(string key, string title, Func<Job, Task<byte[]>> work)
    {
        lock (_lock) return New(key, title, Lane.Long, work, isAsked: false);
    }

    /// <summary>The jobs of the long line, the latest first: what runs, what nobody waits for, and of the questions the latest.</summary>
    public IReadOnlyList<Job> Shown
    {
        get
        {
            int questions = 0;
            lock (_lock)
                return [.. _jobs.Where(j => j.Lane == Lane.Long && (!j.IsAsked || ++questions <= MostShown || j.State == JobState.Running))];
        }
    }

    /// <summary>Ends a job early; false when there is none of this number.</summary>
    public bool Cancel(int id)
    {
        lock (_lock)
        {
            if (_jobs.FirstOrDefault(j => j.Id == id) is not { } job) return false;
            job.Cancel();
            return true;
        }
    }

    /// <summary>A job by its number, or null.</summary>
    public Job? Find(int id)
    {
        lock (_lock) return _jobs.FirstOrDefault(j => j.Id == id);
    }

    /// <summary>Says that a job moved on.</summary>
    public void Moved(Job job, double share)
    {
        job.Share = Math.Clamp(share, 0, 1);
        Changed?.Invoke();
    }

    /// <summary>The job of a question, for one more who waits.</summary>
    Job Join(string key, string title, Lane lane, Func<Job, byte[]> work)
    {
        lock (_lock)
        {
            Job job = _jobs.FirstOrDefault(j => j.Key == key && j.State is not (JobState.Failed or JobState.Cancelled) && !j.Stop.IsCancellationRequested)
                ?? New(key, title, lane, j => Task.FromResult(work(j)), isAsked: true);
            job.Waiters++;
            return job;
        }
    }

    void Leave(Job job)
    {
        lock (_lock)
            if (--job.Waiters == 0 && job.Lane == Lane.Point) job.Cancel();
    }

    Job New(string key, string title, Lane lane, Func<Job, Task<byte[]>> work, bool isAsked)
    {
        Job job = new(++_last, key, title, lane) { IsAsked = isAsked };
        _jobs.AddFirst(job);
        _ = Task.Run(() => Run(job, work));
        return job;
    }

    async Task Run(Job job, Func<Job, Task<byte[]>> work)
    {
        SemaphoreSlim line = _lines[job.Lane];
        using CancellationTokenRegistration end = Ended.Register(job.Cancel);
        try
        {
            Changed?.Invoke();
            await line.WaitAsync(job.Stop);
            try
            {
                job.Begin();
                Changed?.Invoke();
                job.Finish(await work(job));
            }
            finally
            {
                line.Release();
            }
        }
        catch (Exception e)
        {
            job.Fail(e); // whoever asked is told
        }
        Forget();
        Changed?.Invoke();
    }

    /// <summary>Lets the oldest answers go, and jobs that came to nothing; an export is listed while it is there, however much is asked.</summary>
    void Forget()
    {
        lock (_lock)
        {
            long bytes = 0;
            int failed = 0, ended = 0;
            for (LinkedListNode<Job>? node = _jobs.First; node is not null;)
            {
                (LinkedListNode<Job> here, node) = (node, node.Next);
                Job job = here.Value;
                if (!job.IsOver) continue;
                bool keep = !job.IsAsked ? job.Export is not null || ++ended <= MostShown
                    : job.State == JobState.Done ? (bytes += job.Bytes) <= MostAnswerBytes : job.Lane == Lane.Long && ++failed <= MostShown;
                if (keep) continue;
                _jobs.Remove(here);
                job.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }
}
