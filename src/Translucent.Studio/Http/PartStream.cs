// Server-sent events (HTML standard, section 9.2) of one question: what is found of its answer while it is computed. The answer itself is asked for afterwards.
//   event: part      data: as the question writes it
//   event: done      the answer is there
//   event: problem   data: {"error": why there is none}

using Microsoft.AspNetCore.Http;

namespace Translucent.Studio.Http;

/// <summary>Sends parts of an answer as they come.</summary>
static class PartStream
{
    /// <summary>Before the first part a refusal is an exception; behind it, an event.</summary>
    public static async Task Send(HttpContext context, IAsyncEnumerable<string> parts)
    {
        CancellationToken gone = context.RequestAborted;
        try
        {
            await foreach (string part in parts.WithCancellation(gone)) await Event("part", part);
            await Event("done", "{}");
        }
        catch (Exception e) when (context.Response.HasStarted && !gone.IsCancellationRequested)
        {
            await Event("problem", Bundle.Json(new { Error = e is OperationCanceledException ? "cancelled" : e.Message.ReplaceLineEndings(" ") }));
        }

        async Task Event(string name, string data)
        {
            if (!context.Response.HasStarted) context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync($"event: {name}\ndata: {data}\n\n", gone);
            await context.Response.Body.FlushAsync(gone);
        }
    }
}
