// Requests to the hub (HTTP as huggingface_hub sends it): redirects by hand, because a token must never reach another host; retries with patience.

using System.Net;
using System.Net.Http.Headers;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>Asks the hub for listings and files.</summary>
sealed class HubClient : IDisposable
{
    const int MostRedirects = 10, LongestListing = 1 << 24; // bytes; some 70,000 files

    // the version of this project, without the commit that builds add
    static readonly string s_version = typeof(HubClient).Assembly.GetName().Version!.ToString(3);

    readonly HttpClient _http;
    readonly Uri _endpoint;
    readonly string? _token;
    readonly Patience _patience;
    readonly Action<string> _say;
    bool _reached;

    /// <param name="settings">Where the hub is, and the token.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="say">Told when there is a wait that a user would notice.</param>
    public HubClient(HubSettings settings, Patience patience, Action<string> say)
    {
        (_endpoint, _token, _patience, _say) = (settings.Endpoint, settings.FindToken(), patience, say);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = patience.Silence })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("translucent", s_version));
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity"); // ranges and sizes are those of the file itself
    }

    /// <summary>The files of a model at the commit that its revision stands for.</summary>
    public async Task<RepositoryListing> List(RepositoryId id, CancellationToken stop)
    {
        Uri address = new(_endpoint, $"api/models/{id.Name}/revision/{Uri.EscapeDataString(id.Revision)}?blobs=true");
        using HttpResponseMessage response = await Send(HttpMethod.Get, address, 0, Ask(id), _patience.Answer, stop);
        using MemoryStream json = new();
        try
        {
            using CancellationTokenSource patience = Limit(_patience.Answer, stop);
            await using Stream body = await response.Content.ReadAsStreamAsync(patience.Token);
            byte[] buffer = new byte[1 << 16];
            for (int count; json.Length <= LongestListing && (count = await body.ReadAsync(buffer, patience.Token)) > 0;) json.Write(buffer, 0, count);
        }
        catch (Exception e) when (IsDropped(e, stop))
        {
            throw new TranslucentException($"{id}: the connection to {_endpoint.Host} broke off; try again.");
        }
        if (json.Length > LongestListing)
            throw new TranslucentException($"{id}: the server's answer is longer than {LongestListing >> 20} MiB, expected a listing of files of at most that; "
                + "check HF_ENDPOINT.");
        return RepositoryListing.Parse(json.GetBuffer().AsMemory(0, (int)json.Length), id);
    }

    /// <summary>Size and hash of a file, asked for when the listing lacks them.</summary>
    public async Task<RemoteFile> Describe(ListedFile file, RepositoryId id, string commit, CancellationToken stop)
    {
        if (file is { Size: long size, Hash: string hash }) return new RemoteFile(file.Name, size, hash);
        using HttpResponseMessage response = await Send(HttpMethod.Head, Address(id, file.Name, commit), 0, Ask(id, file.Name), _patience.Answer, stop);
        string? tag = One(response, "X-Linked-Etag") ?? response.Headers.ETag?.Tag;
        string name = (tag ?? "").Trim('"');
        return RemoteFile.IsHash(name) && long.TryParse(One(response, "X-Linked-Size") ?? $"{response.Content.Headers.ContentLength}", out long length)
            && length is >= 0 and <= RemoteFile.Longest
            ? new RemoteFile(file.Name, length, name)
            : throw new TranslucentException($"{id}: {file.Name}: the server says neither size nor hash, so that what it sends could not be checked; set "
                + "HF_ENDPOINT to a hub of Hugging Face.");
    }

    /// <summary>The content of a file from a position on: status 200 (all of it), 206 (that part), or 416 (there is no such part).</summary>
    public Task<HttpResponseMessage> Get(RemoteFile file, RepositoryId id, string commit, long from, CancellationToken stop) =>
        Send(HttpMethod.Get, Address(id, file.Name, commit), from, Ask(id, file.Name), _patience.Silence, stop);

    /// <summary>Whether an exception tells of a broken or silent connection, not of the user's wish to stop.</summary>
    public static bool IsDropped(Exception e, CancellationToken stop) =>
        !stop.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException;

    public void Dispose() => _http.Dispose();

    async Task<HttpResponseMessage> Send(HttpMethod method, Uri address, long from, HubRequest about, TimeSpan longest, CancellationToken stop)
    {
        for (int failures = 1; ; failures++)
        {
            TimeSpan wait = Patience.After(failures);
            try
            {
                HttpResponseMessage response = await Follow(method, address, from, longest, stop);
                _reached = true;
                if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || IsElsewhere(response))
                    return response;
                using (response)
                {
                    TimeSpan? asked = Patience.Asked(response, DateTimeOffset.UtcNow);
                    if (!Patience.Passes(response.StatusCode) || failures >= _patience.Tries || asked > _patience.Longest) throw about.Refused(response);
                    wait = asked ?? wait;
                    if (wait >= TimeSpan.FromSeconds(2))
                        _say($"{about.Subject}: the server answers with status {(int)response.StatusCode}; trying again in {Patience.Words(wait)}.");
                }
            }
            catch (HttpRequestException e)
            {
                if (failures >= (_reached ? _patience.Tries : _patience.TriesToReach))
                    throw new TranslucentException($"{about.Subject}: {_endpoint.Host} cannot be reached "
                        + $"({ServerText.OneLine(e.GetBaseException().Message.TrimEnd('.'))}); check the network, or set HTTPS_PROXY or HF_ENDPOINT. Models "
                        + "that are in the cache can be used without it.");
            }
            await _patience.Wait(wait, stop);
        }
    }

    /// <summary>One request, and those that it is redirected to.</summary>
    async Task<HttpResponseMessage> Follow(HttpMethod method, Uri address, long from, TimeSpan longest, CancellationToken stop)
    {
        for (int hops = 0; hops <= MostRedirects; hops++)
        {
            using HttpRequestMessage request = new(method, address);
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            if (_token is not null && IsHub(address)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            HttpResponseMessage response = await Answer(request, longest, stop);
            if (response.Headers.Location is not { } location || (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
                || (method == HttpMethod.Head && IsElsewhere(response))) return response;
            response.Dispose();
            Uri next = new(address, location);
            if (next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme == "http"))
                throw new TranslucentException(
                    $"{address.Host}: redirects to {ServerText.OneLine(next.GetLeftPart(UriPartial.Authority))}, which is not safe; check HF_ENDPOINT.");
            address = next;
        }
        throw new TranslucentException($"{address.Host}: redirects in a circle; check HF_ENDPOINT.");
    }

    async Task<HttpResponseMessage> Answer(HttpRequestMessage request, TimeSpan longest, CancellationToken stop)
    {
        using CancellationTokenSource patience = Limit(longest, stop);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {Patience.Words(longest)}");
        }
    }

    static CancellationTokenSource Limit(TimeSpan longest, CancellationToken stop)
    {
        CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(longest);
        return patience;
    }

    bool IsHub(Uri address) => (address.Scheme, address.Host, address.Port) == (_endpoint.Scheme, _endpoint.Host, _endpoint.Port);

    /// <summary>Whether a redirect already describes the file that it leads to, in storage elsewhere.</summary>
    static bool IsElsewhere(HttpResponseMessage response) => (int)response.StatusCode is >= 300 and < 400 && One(response, "X-Linked-Etag") is not null;

    Uri Address(RepositoryId id, string file, string commit) =>
        new(_endpoint, $"{id.Name}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    HubRequest Ask(RepositoryId id, string? file = null) => new(id, file, _endpoint, _token is not null);

    static string? One(HttpResponseMessage response, string header) => response.Headers.TryGetValues(header, out IEnumerable<string>? values)
        ? values.First() : null;
}
