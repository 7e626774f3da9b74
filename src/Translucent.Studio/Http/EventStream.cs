// Server-sent events (HTML standard, section 9.2): the list of jobs, whenever it changes, at most a few times a second.

using Microsoft.AspNetCore.Http;
using Translucent.Studio.Work;

namespace Translucent.Studio.Http;

/// <summary>Tells pages how far jobs are.</summary>
sealed class EventStream(Jobs jobs, Func<long> bytes, long allowed)
{
    static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(200), s_alive = TimeSpan.FromSeconds(15);

    public async Task Send(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        SemaphoreSlim changed = new(1, 1);
        void Tell()
        {
            try
            {
                changed.Release();
            }
            catch (SemaphoreFullException)
            {
                // it is told already
            }
        }
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, jobs.Ended);
        CancellationToken stop = gone.Token;
        jobs.Changed += Tell;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await changed.WaitAsync(s_alive, stop);
                await context.Response.WriteAsync($"data: {Bundle.Json(Now)}\n\n", stop);
                await context.Response.Body.FlushAsync(stop);
                await Task.Delay(s_between, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // the page is gone, or the studio ends
        }
        finally
        {
            jobs.Changed -= Tell;
        }
    }

    object Now => new
    {
        Jobs = jobs.Shown.Select(j => new
        {
            j.Id,
            j.Title,
            State = j.State.ToString().ToLowerInvariant(),
            j.Share,
            Seconds = Math.Round(j.Elapsed.TotalSeconds, 1),
            Left = j.SecondsLeft is { } left ? Math.Round(left, 1) : (double?)null,
            j.Problem,
            j.Note,
            j.Export,
            Last = j.Lines.Count == 0 ? null : j.Lines[^1],
        }),
        Memory = new { Used = bytes(), Allowed = allowed },
    };
}
