// What a hub may answer: nothing is believed, nothing lies outside the cache, and the line that ends the run says what was wrong.

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Translucent.Fuzz.Hostile;

/// <summary>Answers.</summary>
static class HubFaults
{
    const string Sha = "0123456789abcdef0123456789abcdef01234567";

    static readonly (string Name, int Status, Func<byte[]> Body, string Says)[] s_answers =
    [
        ("nothing", 200, () => [], "not JSON|names no commit"), ("a web page", 200, () => Text("<html>Sign in</html>"), "not JSON"),
        ("null", 200, () => Text("null"), ""), ("an array", 200, () => Text("[1,2]"), ""),
        ("no commit", 200, () => Text("""{"siblings":[]}"""), "names no commit"),
        ("a commit that is a path", 200, () => Text("""{"sha":"../../../etc","siblings":[]}"""), "names no commit"),
        ("a file outside", 200, () => Listing("../../evil"), "outside the model"), ("an absolute file", 200, () => Listing("/etc/passwd"), "outside the model"),
        ("a file with a drive", 200, () => Listing("C:\\\\evil"), "outside the model"), ("a file with an escape", 200, () => Listing("\\u001b[2Jx"), ""),
        ("a file with an override", 200, () => Listing("\\u202egnp.exe"), ""), ("a size below zero", 200, () => Text(
            $$"""{"sha":"{{Sha}}","siblings":[{"rfilename":"config.json","size":-1}]}"""), "a size that is none"),
        ("a size of 2^62", 200, () => Files("""{"rfilename":"config.json","size":4611686018427387904}"""), "a size that is none"),
        ("a hash that is none", 200, () => Files("""{"rfilename":"config.json","size":1,"blobId":"zz"}"""), "a hash that is none"),
        ("a thousand levels", 200, () => Text(new string('[', 1000)), "not JSON"),
        ("a listing of 60 MB", 200, () => Files(string.Join(",", Enumerable.Range(0, 2_000_000).Select(i => $"{{\"rfilename\":\"f{i}\"}}"))),
            "longer than 16 MiB"),
        ("status 500", 500, () => Text("oops"), "500"), ("status 401", 401, () => Text("no"), ""), ("status 404", 404, () => Text("no"), ""),
        ("status 418 with an escape", 418, () => Text("\u001b[2J"), ""),
    ];

    public static IEnumerable<HostileEntry> All => s_answers.Select(answer =>
    {
        TcpListener? listener = null;
        Dictionary<string, string> variables = [];
        return new HostileEntry($"the hub answers {answer.Name}", ["models", "pull", "org/name"], 1, $"^translucent: .*({answer.Says})")
        {
            Variables = variables,
            Megabytes = 300,
            Seconds = 10,
            Make = place =>
            {
                listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                variables["HF_ENDPOINT"] = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
                byte[] body = answer.Body();
                _ = Task.Run(() => Serve(listener, answer.Status, body));
            },
            After = place =>
            {
                listener!.Stop();
                if (File.Exists(System.IO.Path.Combine(place.Path, "..", "evil"))) throw new InvalidProgramException("a file lies outside");
            },
        };
    });

    static async Task Serve(TcpListener listener, int status, byte[] body)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                NetworkStream stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[1 << 14], 1, throwOnEndOfStream: false);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
                await stream.WriteAsync(body);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // the entry is over, or the command does not want more
        }
    }

    static byte[] Listing(string name) => Files($$"""{"rfilename":"{{name}}"}""");

    static byte[] Files(string files) => Text($$"""{"sha":"{{Sha}}","siblings":[{{files}}]}""");

    static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
