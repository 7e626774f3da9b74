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
        jobs.Changed += Tell;
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await changed.WaitAsync(s_alive, context.RequestAborted);
                await context.Response.WriteAsync($"data: {Bundle.Json(Now)}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(s_between, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // the page is gone
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
            Last = j.Lines.Count == 0 ? null : j.Lines[^1],
        }),
        Memory = new { Used = bytes(), Allowed = allowed },
    };
}
