using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Translucent.Studio.Tests;

/// <summary>Requests as no well-behaved client sends them: what is written goes over the wire as it is.</summary>
static class RawHttp
{
    /// <summary>The answer's first line, headers and body as they came; empty where the studio hung up.</summary>
    public static async Task<string> Send(int port, string request, string? more = null, bool hangUp = false)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        NetworkStream stream = client.GetStream();
        using MemoryStream answer = new();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request + more));
            if (hangUp) client.Client.Shutdown(SocketShutdown.Send);
            byte[] part = new byte[1 << 16];
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
            for (int read; (read = await stream.ReadAsync(part, patience.Token)) > 0;)
            {
                answer.Write(part, 0, read);
                patience.CancelAfter(TimeSpan.FromSeconds(1)); // the rest comes at once; it may wait for what was announced, and we do not
            }
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && answer.Length > 0))
        {
            // it hung up in the middle of what was sent, or keeps the line open; what it said first counts
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>A GET of a target that no client library may tidy up.</summary>
    public static Task<string> Get(RunningStudio studio, string target, string? host = null, string more = "") => Send(studio.Port,
        $"GET {target} HTTP/1.1\r\nHost: {host ?? $"127.0.0.1:{studio.Port}"}\r\nAuthorization: Bearer {studio.Token}\r\n{more}Connection: close\r\n\r\n");

    /// <summary>The status; 0 where there was no answer.</summary>
    public static int Status(string answer) => answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3),
        System.Globalization.CultureInfo.InvariantCulture) : 0;
}
