// One piece of work with its answer: who waits for it, how far it is, how it ended.

using System.Diagnostics;

namespace Translucent.Studio.Work;

/// <summary>Where a job stands.</summary>
enum JobState
{
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>Which of the two lines a job waits in: what follows the pointer does not wait for long work.</summary>
enum Lane
{
    /// <summary>Answers within the time of a glance; ends when nobody waits for it.</summary>
    Point,

    /// <summary>Takes its time, and goes on when a page is closed or loaded again.</summary>
    Long,
}

/// <summary>A job.</summary>
/// <param name="id">Its number, from 1.</param>
/// <param name="key">What it answers; the same question is the same job.</param>
/// <param name="title">What it does, for people.</param>
/// <param name="lane">Where it waits.</param>
sealed class Job(int id, string key, string title, Lane lane) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource<byte[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Stopwatch _clock = new();
    readonly List<string> _lines = [], _parts = [];
    TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => id;
    public string Key => key;
    public string Title => title;
    public Lane Lane => lane;
    public JobState State { get; private set; }

    /// <summary>Whether it answers a question; of other work nobody hears but from the list of jobs.</summary>
    public bool IsAsked { get; init; }

    /// <summary>The part that is done, 0 .. 1; null while it is unknown.</summary>
    public double? Share { get; set; }

    /// <summary>How many requests wait for it.</summary>
    public int Waiters { get; set; }

    /// <summary>Why it failed, in one line.</summary>
    public string? Problem { get; private set; }

    /// <summary>The export that it wrote and that is still there, by name.</summary>
    public string? Export { get; set; }

    /// <summary>What else became of it, in a line.</summary>
    public string? Note { get; set; }

    /// <summary>Ends it early.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The answer, when it is there.</summary>
    public Task<byte[]> Answer => _answer.Task;

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Seconds until it is done, as far as it went so far; null while nothing can be said.</summary>
    public double? SecondsLeft => State == JobState.Running && Share is > 0.02 and < 1 ? Elapsed.TotalSeconds * (1 - Share.Value) / Share.Value : null;

    public bool IsOver => State is JobState.Done or JobState.Failed or JobState.Cancelled;

    /// <summary>What the work prints, the last lines of it.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public void Say(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == 200) _lines.RemoveAt(0);
            _lines.Add(line);
        }
    }

    /// <summary>Bytes that it keeps when it is done.</summary>
    public long Bytes
    {
        get
        {
            lock (_parts) return (Answer.IsCompletedSuccessfully ? Answer.Result.Length : 0) + _parts.Sum(part => (long)part.Length * sizeof(char));
        }
    }

    /// <summary>Tells what is found of the answer so far, before there is a whole one.</summary>
    public void Tell(string part)
    {
        TaskCompletionSource told;
        lock (_parts)
        {
            _parts.Add(part);
            (told, _told) = (_told, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        told.SetResult();
    }

    /// <summary>What was told behind the first so many parts, and what ends when there is more.</summary>
    public (IReadOnlyList<string> Parts, Task More) Told(int before)
    {
        lock (_parts) return ([.. _parts.Skip(before)], _told.Task);
    }

    public void Begin()
    {
        State = JobState.Running;
        _clock.Start();
    }

    public void Finish(byte[] answer)
    {
        _clock.Stop();
        (State, Share) = (JobState.Done, 1);
        _answer.TrySetResult(answer);
    }

    public void Fail(Exception e)
    {
        _clock.Stop();
        if (e is OperationCanceledException)
        {
            State = JobState.Cancelled;
            _answer.TrySetCanceled();
        }
        else
        {
            (State, Problem) = (JobState.Failed, e.Message.ReplaceLineEndings(" "));
            _answer.TrySetException(e);
            _ = _answer.Task.Exception; // that nobody waits for it is no defect
        }
    }

    public void Cancel()
    {
        if (!IsOver) _stop.Cancel();
    }

    public void Dispose() => _stop.Dispose();
}
