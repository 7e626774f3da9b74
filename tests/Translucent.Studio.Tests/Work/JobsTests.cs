using System.Text;
using Translucent.Studio.Work;

namespace Translucent.Studio.Tests.Work;

/// <summary>The same question is answered once; what nobody waits for ends; the lines do not wait for each other.</summary>
public sealed class JobsTests : IDisposable
{
    static readonly TimeSpan s_soon = TimeSpan.FromMinutes(2); // never waited out: a machine may be busy

    readonly Jobs _jobs = new();

    public void Dispose() => _jobs.Dispose();

    [Fact]
    public async Task The_same_question_is_answered_once()
    {
        int times = 0;
        using ManualResetEventSlim go = new();
        Task<byte[]> Ask() => _jobs.Ask("q", "q", Lane.Long, _ => { go.Wait(s_soon); Interlocked.Increment(ref times); return [1]; }, default);
        Task<byte[]>[] asked = [Ask(), Ask(), Ask()];
        go.Set();
        byte[][] answers = await Task.WhenAll(asked).WaitAsync(s_soon);
        Assert.Same(answers[0], await Ask()); // later too
        Assert.Same(answers[0], answers[2]);
        Assert.Equal(1, times);
    }

    [Fact]
    public async Task What_is_found_is_told_before_the_answer_is_there_to_all_who_follow()
    {
        using ManualResetEventSlim go = new();
        byte[] Work(Job job)
        {
            job.Tell("one");
            job.Tell("two");
            go.Wait(s_soon);
            job.Tell("three");
            return [9];
        }
        async Task<List<string>> Follow(bool isFirst)
        {
            List<string> heard = [];
            await foreach (string part in _jobs.Follow("f", "f", Lane.Long, Work, default))
            {
                heard.Add(part);
                if (!isFirst || heard.Count != 2) continue;
                Assert.Equal(JobState.Running, Assert.Single(_jobs.Shown).State);
                go.Set();
            }
            return heard;
        }
        List<string>[] all = await Task.WhenAll(Follow(true), Follow(false)).WaitAsync(s_soon);
        Assert.All([.. all, await Follow(false)], heard => Assert.Equal(["one", "two", "three"], heard));
        Assert.Equal([9], await _jobs.Ask("f", "f", Lane.Long, _ => [5], default)); // the same job
        Assert.Equal(1 + 2 * "onetwothree".Length, Assert.Single(_jobs.Shown).Bytes);
    }

    [Fact]
    public async Task Whoever_follows_hears_of_a_failure_behind_what_was_found()
    {
        List<string> heard = [];
        IOException e = await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (string part in _jobs.Follow("g", "g", Lane.Long, job => { job.Tell("one"); throw new IOException("no disk"); }, default))
                heard.Add(part);
        });
        Assert.Equal(("no disk", "one"), (e.Message, Assert.Single(heard)));
        TaskCompletionSource began = new();
        using CancellationTokenSource gone = new();
        Task<int> left = _jobs.Follow("h", "h", Lane.Point, job => Hanging(job, began), gone.Token).CountAsync().AsTask();
        await began.Task.WaitAsync(s_soon);
        await gone.CancelAsync(); // nobody waits, so what follows the pointer ends
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left.WaitAsync(s_soon));
        Assert.Equal([3], await _jobs.Ask("h", "h", Lane.Point, _ => [3], default).WaitAsync(s_soon));
    }

    [Fact]
    public async Task A_failure_is_told_and_not_remembered()
    {
        int times = 0;
        Task<byte[]> Ask() => _jobs.Ask("q", "q", Lane.Long, _ => ++times == 1 ? throw new IOException("no\ndisk") : [2], default);
        Assert.Equal("no\ndisk", (await Assert.ThrowsAsync<IOException>(Ask)).Message);
        Assert.Equal("no disk", _jobs.Shown[0].Problem);
        Assert.Equal([2], await Ask());
    }

    [Fact]
    public async Task What_follows_the_pointer_ends_when_nobody_waits()
    {
        TaskCompletionSource began = new(), ended = new();
        using CancellationTokenSource first = new(), second = new();
        byte[] Work(Job job)
        {
            began.TrySetResult();
            job.Stop.WaitHandle.WaitOne(s_soon);
            ended.TrySetResult();
            job.Stop.ThrowIfCancellationRequested();
            return [];
        }
        Task<byte[]> one = _jobs.Ask("p", "p", Lane.Point, Work, first.Token), two = _jobs.Ask("p", "p", Lane.Point, Work, second.Token);
        await began.Task.WaitAsync(s_soon);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(ended.Task.IsCompleted); // another still waits
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        await ended.Task.WaitAsync(s_soon);
        Assert.Equal([3], await _jobs.Ask("p", "p", Lane.Point, _ => [3], default).WaitAsync(s_soon));
    }

    [Fact]
    public async Task Long_work_goes_on_when_the_page_is_gone()
    {
        using ManualResetEventSlim go = new();
        using CancellationTokenSource page = new();
        Task<byte[]> asked = _jobs.Ask("l", "l", Lane.Long, _ => { go.Wait(s_soon); return [4]; }, page.Token);
        await page.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        go.Set();
        Assert.Equal([4], await _jobs.Ask("l", "l", Lane.Long, _ => [5], default).WaitAsync(s_soon));
    }

    [Fact]
    public async Task Long_work_is_cancelled_by_hand_whether_it_runs_or_waits()
    {
        TaskCompletionSource began = new();
        Task<byte[]> runs = _jobs.Ask("a", "a", Lane.Long, job => Hanging(job, began), default);
        await began.Task.WaitAsync(s_soon);
        Task<byte[]> waits = _jobs.Ask("b", "b", Lane.Long, _ => [6], default);
        Job running = _jobs.Shown.Single(j => j.Title == "a"), waiting = _jobs.Shown.Single(j => j.Title == "b");
        Assert.Equal((JobState.Running, JobState.Waiting), (running.State, waiting.State));
        Assert.True(_jobs.Cancel(waiting.Id));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits.WaitAsync(s_soon));
        Assert.True(_jobs.Cancel(running.Id));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runs.WaitAsync(s_soon));
        Assert.False(_jobs.Cancel(12345));
    }

    [Fact]
    public async Task The_pointer_does_not_wait_for_long_work()
    {
        using ManualResetEventSlim go = new();
        Task<byte[]> slow = _jobs.Ask("slow", "slow", Lane.Long, _ => { go.Wait(s_soon); return [7]; }, default);
        Assert.Equal([8], await _jobs.Ask("quick", "quick", Lane.Point, _ => [8], default).WaitAsync(s_soon));
        Assert.False(slow.IsCompleted);
        go.Set();
        await slow.WaitAsync(s_soon);
    }

    [Fact]
    public async Task Answers_are_let_go_when_there_are_too_many()
    {
        byte[] large = new byte[100 << 20];
        int times = 0;
        Task<byte[]> Ask(string key) => _jobs.Ask(key, key, Lane.Long, _ => { times++; return large; }, default);
        foreach (string key in (string[])["a", "b", "c"]) await Ask(key).WaitAsync(s_soon);
        for (int i = 0; i < 12_000 && _jobs.Shown.Count > 2; i++) await Task.Delay(10); // letting go happens behind the answer
        await Ask("c");
        Assert.Equal(3, times);
        await Ask("a");
        Assert.Equal(4, times);
    }

    [Fact]
    public async Task Questions_do_not_push_exports_or_what_runs_out_of_the_list()
    {
        async Task<Job> Export(string name, bool fails = false)
        {
            Job job = _jobs.Start(name, name, j =>
            {
                if (fails) throw new IOException("no disk");
                j.Export = name;
                return Task.FromResult<byte[]>([1]);
            });
            await Task.WhenAny(job.Answer).WaitAsync(s_soon);
            return job;
        }
        Job whole = await Export("whole"), failed = await Export("failed", fails: true);
        for (int i = 0; i < 100; i++)
        {
            string key = $"{i}";
            Task<byte[]> asked = _jobs.Ask(key, key, Lane.Long, _ => i % 2 == 0 ? [2] : throw new IOException("no"), default);
            await Task.WhenAny(asked).WaitAsync(s_soon);
        }
        TaskCompletionSource began = new();
        Task<byte[]> runs = _jobs.Ask("runs", "runs", Lane.Long, job => Hanging(job, began), default);
        await began.Task.WaitAsync(s_soon);
        Task<byte[]>[] wait = [.. Enumerable.Range(0, 60).Select(i => _jobs.Ask($"waits {i}", $"waits {i}", Lane.Long, _ => [3], default))];
        IReadOnlyList<Job> shown = _jobs.Shown;
        Assert.Equal([whole.Id, failed.Id], shown.Where(j => !j.IsAsked).Select(j => j.Id).Order());
        Assert.Equal(["runs", .. Enumerable.Range(20, 40).Select(i => $"waits {i}")], shown.Where(j => j.IsAsked).Select(j => j.Title).Reverse());
        Assert.True(_jobs.Cancel(shown.Single(j => j.Title == "runs").Id));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runs.WaitAsync(s_soon));
        await Task.WhenAll(wait).WaitAsync(s_soon);
        for (int i = 0; i < 45; i++) (await Export($"{i}")).Export = null; // removed since: of these the latest
        Job last = await Export("last");
        bool Holds() => _jobs.Shown.Count(j => !j.IsAsked) is > 40 and <= 42;
        for (int i = 0; i < 12_000 && !Holds(); i++) await Task.Delay(10); // letting go happens behind the answer
        Assert.True(Holds());
        Assert.Contains(whole, _jobs.Shown);
        Assert.DoesNotContain(failed, _jobs.Shown);
        Assert.Equal(last, _jobs.Shown[0]);
    }

    [Fact]
    public async Task The_end_of_the_studio_ends_all_work()
    {
        Jobs jobs = new();
        TaskCompletionSource began = new();
        Task<byte[]> asked = jobs.Ask("x", "x", Lane.Long, job => Hanging(job, began), default);
        await began.Task.WaitAsync(s_soon);
        jobs.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(s_soon));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => jobs.Ask("y", "y", Lane.Long, _ => Encoding.ASCII.GetBytes("late"), default).WaitAsync(s_soon));
    }

    /// <summary>Work that ends when it is told to.</summary>
    static byte[] Hanging(Job job, TaskCompletionSource began)
    {
        began.TrySetResult();
        job.Stop.WaitHandle.WaitOne(s_soon);
        job.Stop.ThrowIfCancellationRequested();
        return [];
    }
}
