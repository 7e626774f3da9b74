// Files of exports, as a browser may have them: pages and pictures in a sandbox, everything else to be kept.

using Microsoft.AspNetCore.Http;
using Translucent.Studio.Exports;

namespace Translucent.Studio.Http;

/// <summary>Reads what the command wrote.</summary>
sealed class ExportedFiles(ExportShelf exports, ExportTickets tickets)
{
    // An exported page may run what it brings along, in a world of its own: it is no page of the studio, and reaches nothing of it.
    const string Sandbox = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ";

    static readonly Dictionary<string, string> s_pictures = new()
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>A file for whoever the studio let in: pages are shown, the rest is kept.</summary>
    public (string Type, byte[] Content) Kept(HttpContext context, string name, string file) => Read(context, name, file, null);

    /// <summary>A file for the pages of the export themselves, and for where they lead.</summary>
    public (string Type, byte[] Content) Shown(HttpContext context, string name, string file)
    {
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin"; // a sandbox is no origin: the ticket guards these
        return Read(context, name, file, $"http://{context.Request.Host}/{tickets.Folder(name)}/");
    }

    /// <param name="context">The request.</param>
    /// <param name="name">The export.</param>
    /// <param name="file">One of its files.</param>
    /// <param name="beside">Where a page finds the pictures beside it; null where it may load none.</param>
    (string Type, byte[] Content) Read(HttpContext context, string name, string file, string? beside)
    {
        byte[] content = File.ReadAllBytes(exports.File(name, file));
        IHeaderDictionary headers = context.Response.Headers;
        string kind = Path.GetExtension(file);
        if (kind == ".html")
        {
            headers.ContentSecurityPolicy = $"sandbox allow-scripts allow-downloads; {Sandbox}script-src 'unsafe-inline'; img-src data: {beside}".TrimEnd();
            return ("text/html; charset=utf-8", content);
        }
        if (beside is not null && s_pictures.TryGetValue(kind, out string? picture))
        {
            headers.ContentSecurityPolicy = $"sandbox; {Sandbox}img-src data: {beside}"; // a drawing is opened by itself too, and then it is a page
            return (picture, content);
        }
        headers.ContentDisposition = "attachment";
        return ("application/octet-stream", content);
    }
}
