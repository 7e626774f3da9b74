using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Translucent.Cli.Tests.Hub;

/// <summary>What a client asked.</summary>
sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Where the asked range begins; 0 without one.</summary>
    public long From => Headers.TryGetValue("Range", out string? range) ? long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;

    public bool HasToken => Headers.ContainsKey("Authorization");
}

/// <summary>What a server answers, and how it may fail to.</summary>
sealed record Reply(int Status, byte[] Body)
{
    public Reply(int status, string body = "") : this(status, Encoding.UTF8.GetBytes(body)) { }

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>The same in one chunk, its length not announced.</summary>
    public static Reply Chunked(byte[] body) =>
        new(200, [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8]) { Headers = { ["Transfer-Encoding"] = "chunked" } };

    /// <summary>Bytes of the body after which the server stops; all when null.</summary>
    public int? Cut { get; init; }

    /// <summary>What happens after the cut: the connection ends when this does.</summary>
    public Task Then { get; init; } = Task.CompletedTask;
}

/// <summary>A small HTTP/1.1 server on a port of its own, one request a connection.</summary>
sealed class HttpServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Func<Request, Reply> _answer;

    public HttpServer(Func<Request, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = Task.Run(Listen);
    }

    public Uri Address { get; }

    /// <summary>All requests, in order.</summary>
    public ConcurrentQueue<Request> Requests { get; } = [];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task Listen()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => Serve(client));
        }
    }

    async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await Read(stream) is not { } request) return;
                Requests.Enqueue(request);
                await Write(stream, request, _answer(request));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // the client went away
            }
        }
    }

    static async Task<Request?> Read(NetworkStream stream)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0) return null;
            text.Append((char)one[0]);
        }
        string[] lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries), first = lines[0].Split(' ');
        return new Request(first[0], first[1], lines[1..].Select(l => l.Split(": ", 2)).ToDictionary(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase));
    }

    async Task Write(NetworkStream stream, Request request, Reply reply)
    {
        StringBuilder head = new($"HTTP/1.1 {reply.Status} Status\r\nConnection: close\r\n");
        if (!reply.Headers.ContainsKey("Transfer-Encoding")) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n");
        foreach ((string name, string value) in reply.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        if (request.Method == "HEAD") return;
        await stream.WriteAsync(reply.Body.AsMemory(0, reply.Cut ?? reply.Body.Length));
        await reply.Then.WaitAsync(_stop.Token);
    }
}
