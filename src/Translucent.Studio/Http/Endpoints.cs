// The addresses of the studio.
//   /                       the page; every other file of it beside it
//   /api/state              models, pictures, limits
//   /api/pictures           POST a file; /api/pictures/{id}?side= the picture as PNG
//   /api/ask/{kind}?..      an answer as a bundle; the same question is answered once
//   /api/follow/{kind}?..   the same question: parts of the answer as they are found
//   /api/events             jobs as they go; POST /api/jobs/{id}/cancel
//   /api/export?view=..     POST: the command writes what the page shows; /api/exports/{name}, /files/{name}/{file}
//   /shown/{name}/{ticket}/ the same files for the pages among them
//   /api/labels.png, .json  a segmentation as label image, as COCO

using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Translucent.Files;
using Translucent.Images;
using Translucent.Studio.Exports;
using Translucent.Studio.Questions;
using Translucent.Studio.Scenes;
using Translucent.Studio.Work;

namespace Translucent.Studio.Http;

/// <summary>Maps addresses to what answers them.</summary>
sealed class Endpoints(StudioSettings settings, Jobs jobs, ModelShelf models, PictureShelf pictures, SceneStore scenes, ExportShelf exports,
    ExportTickets tickets)
{
    readonly ExportedFiles _files = new(exports, tickets);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", context => Send(context, "index.html"));
        app.MapGet("/{file}", (HttpContext context, string file) => Send(context, file));
        app.MapGet("/api/state", State);
        app.MapPost("/api/pictures", Take);
        app.MapGet("/api/pictures/{id}", (HttpContext context, string id) => Guard(context, () => Task.FromResult(
            ("image/png", pictures.Shown(id, Words(context).IntOrNull("side", 16, 4096))))));
        app.MapGet("/api/ask/{kind}", Ask);
        app.MapGet("/api/follow/{kind}", Follow);
        app.MapGet("/api/labels.png", context => Cut(context, "image/png", LabelFiles.Png));
        app.MapGet("/api/labels.json", context => Cut(context, "application/json", LabelFiles.Coco));
        app.MapGet("/api/events", new EventStream(jobs, () => scenes.Bytes, settings.MemoryBytes).Send);
        app.MapPost("/api/jobs/{id}/cancel", (HttpContext context, int id) =>
        {
            context.Response.StatusCode = jobs.Cancel(id) ? 204 : 404;
            return Task.CompletedTask;
        });
        app.MapPost("/api/export", Export);
        app.MapGet("/api/exports/{name}", (HttpContext context, string name) => Guard(context, () => Task.FromResult(("application/json",
            Encoding.UTF8.GetBytes(Bundle.Json(new
            {
                Folder = Path.Combine(settings.Folder, "exports", name),
                Shown = tickets.Folder(name),
                Files = exports.Files(name).Select(f => new { f.Name, f.Bytes }),
            }))))));
        app.MapGet("/files/{name}/{file}", (HttpContext context, string name, string file) =>
            Guard(context, () => Task.FromResult(_files.Kept(context, name, file))));
        app.MapGet($"/{ExportTickets.Shown}/{{name}}/{{ticket}}/{{file}}", (HttpContext context, string name, string file) =>
            Guard(context, () => Task.FromResult(_files.Shown(context, name, file))));
    }

    Task State(HttpContext context) => Guard(context, () => Task.FromResult(("application/json", Encoding.UTF8.GetBytes(Bundle.Json(Now)))));

    Task Export(HttpContext context) => Guard(context, () =>
    {
        (Job job, string name) = exports.Start(Words(context));
        return Task.FromResult(("application/json", Encoding.UTF8.GetBytes(Bundle.Json(new { Job = job.Id, Name = name }))));
    });

    object Now => new
    {
        settings.Version,
        Models = models.All.Select(m => new { m.Name, m.From }),
        Pictures = pictures.All.Select(p => new { p.Id, p.Name }),
        Limits = new { UploadBytes = settings.MostUploadBytes, Pixels = settings.MostPixels, Memory = settings.MemoryBytes },
        Colors = ColorMap.All.Select(m => new { m.Name, m.IsDiverging, Levels = Enumerable.Range(0, 256).Select(i => Hex(m.At(i / 255.0))) }),
        Palette = Enumerable.Range(0, 24).Select(i => Hex(Palette.Distinct(i))),
    };

    static string Hex(Rgb color) => $"{color.R:x2}{color.G:x2}{color.B:x2}";

    static Query Words(HttpContext context) => new(context.Request.Query.Where(pair => pair.Value.Count == 1)
        .ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal));

    Task Ask(HttpContext context) => Guard(context, async () =>
    {
        (string key, QuestionKind kind, Query query) = Question(context);
        byte[] answer = await jobs.Ask(key, kind.Title, kind.Lane, job => Answer(job, kind, query).ToBytes(), context.RequestAborted);
        return ("application/octet-stream", answer);
    });

    Task Follow(HttpContext context) => Guard(context, () =>
    {
        (string key, QuestionKind kind, Query query) = Question(context);
        return PartStream.Send(context, jobs.Follow(key, kind.Title, kind.Lane, job => Answer(job, kind, query).ToBytes(), context.RequestAborted));
    });

    static (string Key, QuestionKind Kind, Query Query) Question(HttpContext context)
    {
        string name = context.Request.RouteValues["kind"] as string ?? "";
        QuestionKind kind = QuestionKinds.All.GetValueOrDefault(name)
            ?? throw TranslucentException.OfRequest($"{Describe.Name(name)}: nothing is asked like this.");
        Query query = Words(context);
        return ($"{name}\n{query.Key}", kind, query);
    }

    Task Cut(HttpContext context, string type, Func<Asked, string, byte[]> write) => Guard(context, async () =>
    {
        Query query = Words(context);
        byte[] file = await jobs.Ask($"{type}\n{query.Key}", "labels of a segmentation", Lane.Long,
            job => With(job, Lane.Long, query, "vision", asked => write(asked, pictures.Find(query.Word("image")).Name)), context.RequestAborted);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"labels{(type == "image/png" ? ".png" : ".coco.json")}\"";
        return (type, file);
    });

    Bundle Answer(Job job, QuestionKind kind, Query query) => With(job, kind.Lane, query, kind.Of, kind.Answer);

    T With<T>(Job job, Lane lane, Query query, string? of, Func<Asked, T> answer) => scenes.With(query, scene => of is not null && of != scene.Kind
        ? throw TranslucentException.OfRequest($"the model makes a scene of {scene.Kind}, and this is asked of scenes of {of}.")
        : answer(new Asked(query, scene, scene.Pass(lane, job.Stop), scenes.SweepBytes, job.Stop, share => jobs.Moved(job, share),
            part => job.Tell(Bundle.Json(part)))));

    async Task Take(HttpContext context)
    {
        await Guard(context, async () =>
        {
            if (context.Request.ContentLength is not { } length) throw TranslucentException.OfRequest("the picture comes without its length.");
            if (length > settings.MostUploadBytes)
                throw TranslucentException.OfRequest($"the file has {length} bytes, and the studio takes at most {settings.MostUploadBytes}; reduce it first.");
            byte[] file = new byte[length];
            await context.Request.Body.ReadExactlyAsync(file, context.RequestAborted);
            string name = Uri.UnescapeDataString(context.Request.Headers["X-Name"].ToString());
            ShelvedPicture taken = pictures.Take(file, name.Length is 0 or > 200 ? "picture" : string.Concat(name.Where(IsShown)));
            return ("application/json", Encoding.UTF8.GetBytes(Bundle.Json(new { taken.Id, taken.Name })));
        });
    }

    static Task Send(HttpContext context, string name)
    {
        if (!WebFiles.All.TryGetValue(name, out WebFile? file))
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("translucent studio: there is no such page.\n");
        }
        context.Response.ContentType = file.Type;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        }
        return context.Response.Body.WriteAsync(file.Content).AsTask();
    }

    /// <summary>No letters that steer a terminal, or turn the direction of what stands beside them.</summary>
    static bool IsShown(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>Answers, or says in one line why not: 400 for what was asked, 499 where nobody waits, 500 for the rest.</summary>
    static Task Guard(HttpContext context, Func<Task<(string Type, byte[] Content)>> answer) => Guard(context, async () =>
    {
        (string type, byte[] content) = await answer();
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    });

    static async Task Guard(HttpContext context, Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception e)
        {
            if (context.Response.HasStarted) return;
            context.Response.Headers.Remove("Content-Disposition");
            context.Response.ContentLength = null;
            context.Response.StatusCode = e switch
            {
                OperationCanceledException => 499,
                TranslucentException or ArgumentException or IOException or UnauthorizedAccessException or BadHttpRequestException => 400,
                OutOfMemoryException => 507,
                _ => 500,
            };
            context.Response.ContentType = "application/json";
            string line = e is OperationCanceledException ? "cancelled" : e.Message.ReplaceLineEndings(" ");
            await context.Response.WriteAsync(Bundle.Json(new { Error = line }), CancellationToken.None);
        }
    }
}
