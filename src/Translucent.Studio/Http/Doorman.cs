// Who may come in: only this machine, only pages that the studio itself has sent, only whoever has the token that was printed at the start.
// Against pages of other sites that reach for a port of this machine: DNS rebinding (another Host), requests across sites (another Origin).

using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Translucent.Studio.Http;

/// <summary>Stands before every request.</summary>
sealed class Doorman
{
    /// <summary>Everything comes from the studio itself; nothing is run or styled from within a page.</summary>
    public const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    readonly byte[] _token;
    readonly HashSet<string> _hosts;
    readonly string _cookie;
    readonly ExportTickets _tickets;

    /// <param name="port">The port that the studio listens on.</param>
    /// <param name="tickets">What lets the pages of an export read its files.</param>
    public Doorman(int port, ExportTickets tickets)
    {
        _tickets = tickets;
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _token = Encoding.ASCII.GetBytes(Token);
        _hosts = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { $"127.0.0.1:{port}", $"localhost:{port}" };
        _cookie = $"translucent-{port}"; // cookies do not tell ports apart
    }

    /// <summary>What lets a browser in: 48 hexadecimal digits.</summary>
    public string Token { get; }

    /// <summary>Lets a request pass, or answers it.</summary>
    public async Task Check(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (!_hosts.Contains(request.Host.Value ?? "")) await Refuse(context, 403, "this name is not that of the studio; use the address that it printed");
        else if (request.Path.StartsWithSegments($"/{ExportTickets.Shown}")) // a page in a sandbox is foreign, and has no cookie
        {
            if (IsWrite(request) || !string.IsNullOrEmpty(request.Headers.Origin)) await Refuse(context, 403, "exports are only read, and by no scripts");
            else if (!_tickets.Opens(request.Path)) await Refuse(context, 401, "the address has no ticket of this export; open it from the studio again");
            else await next(context);
        }
        else if (IsForeign(request)) await Refuse(context, 403, "the request comes from a page of another site");
        else if (request.Path == "/" && request.Query["token"] is [{ } given] && IsToken(given))
        {
            context.Response.Cookies.Append(_cookie, Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            context.Response.Redirect("/"); // the token does not stay in the address
        }
        else if (!Knows(request)) await Refuse(context, 401, "open the address that 'translucent studio' printed, with its token");
        else await next(context);
    }

    static bool IsWrite(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    /// <summary>Whether another site sent the request. Whoever changes something has to say that it was not.</summary>
    static bool IsForeign(HttpRequest request)
    {
        string? origin = request.Headers.Origin, site = request.Headers["Sec-Fetch-Site"], mode = request.Headers["Sec-Fetch-Mode"];
        if (!string.IsNullOrEmpty(origin)) return origin != $"http://{request.Host.Value}";
        if (!string.IsNullOrEmpty(site) && site is not ("same-origin" or "none")) return mode != "navigate" || IsWrite(request);
        return IsWrite(request) && string.IsNullOrEmpty(site) && string.IsNullOrEmpty(request.Headers.Authorization);
    }

    bool Knows(HttpRequest request) => IsToken(request.Cookies[_cookie])
        || (request.Headers.Authorization is [{ } bearer] && bearer.StartsWith("Bearer ", StringComparison.Ordinal) && IsToken(bearer[7..]));

    bool IsToken(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _token);

    static Task Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"translucent studio: {why}.\n");
    }
}
