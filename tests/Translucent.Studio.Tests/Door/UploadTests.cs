using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Studio.Tests.Door;

/// <summary>Pictures that are brought: bounded, decoded under the limit of pixels, and never more than pictures.</summary>
public sealed class UploadTests(RunningStudio studio)
{
    [Fact]
    public async Task A_picture_is_taken_once_and_shown()
    {
        byte[] file = ImageFile.Encode(Noise(40, 30));
        string id = await Taken(file, "holiday.png"), again = await Taken(file, "other name.png");
        Assert.Equal(id, again);
        Image shown = ImageFile.Decode(await studio.Inside.GetByteArrayAsync($"/api/pictures/{id}?side=20"));
        Assert.Equal((20, 15), (shown.Width, shown.Height));
        Assert.True(File.Exists(Path.Combine(studio.Folder, "pictures", $"{id}.png")));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_however_it_comes()
    {
        int most = 4 << 20;
        string head = $"POST /api/pictures HTTP/1.1\r\nHost: 127.0.0.1:{studio.Port}\r\nAuthorization: Bearer {studio.Token}\r\nConnection: close\r\n";
        string honest = await RawHttp.Send(studio.Port, $"{head}Content-Length: {most + 1}\r\n\r\n");
        Assert.Equal(400, RawHttp.Status(honest));
        Assert.Contains("at most", honest, StringComparison.Ordinal);
        string giant = await RawHttp.Send(studio.Port, $"{head}Content-Length: 9223372036854775807\r\n\r\n");
        Assert.Equal(400, RawHttp.Status(giant));
        string chunked = await RawHttp.Send(studio.Port, $"{head}Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n");
        Assert.Equal(400, RawHttp.Status(chunked));
        foreach (string length in (string[])["-1", "x", "1e3", "99999999999999999999", "5, 6"])
            Assert.Equal(400, RawHttp.Status(await RawHttp.Send(studio.Port, $"{head}Content-Length: {length}\r\n\r\n", "hello")));
        // more than was announced is another request, and none that is understood; less, and the line breaks
        Assert.True(RawHttp.Status(await RawHttp.Send(studio.Port, $"{head}Content-Length: 3\r\n\r\n", new string('x', 5000))) is 0 or 400);
        Assert.True(RawHttp.Status(await RawHttp.Send(studio.Port, $"{head}Content-Length: 5000\r\n\r\n", "abc", hangUp: true)) is 0 or 400);
        using HttpResponseMessage after = await studio.Inside.GetAsync("/api/state");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    public static TheoryData<string, byte[]> NoPictures => new()
    {
        { "nothing", [] },
        { "text", "hello"u8.ToArray() },
        { "a page", "<html><script>alert(1)</script>"u8.ToArray() },
        { "a drawing", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray() },
        { "the beginning of a PNG", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0] },
        { "the beginning of a JPEG", [0xff, 0xd8, 0xff, 0xe0, 0, 16] },
        { "a program", [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1] },
    };

    [Theory, MemberData(nameof(NoPictures))]
    public async Task What_is_no_picture_is_refused(string what, byte[] file)
    {
        int before = Directory.GetFiles(Path.Combine(studio.Folder, "pictures"), "*.html").Length;
        using HttpResponseMessage response = await Bring(file, "a.png");
        await Refusal.Of(response, what);
        Assert.Equal(before, Directory.GetFiles(Path.Combine(studio.Folder, "pictures"), "*.html").Length);
    }

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(2_000_000_000, 1)]
    [InlineData(2_147_483_647, 2_147_483_647)]
    [InlineData(4_500, 4_500)] // just above the 20 million of these tests
    public async Task A_small_file_of_a_giant_picture_is_refused_before_it_is_unpacked(int width, int height)
    {
        byte[] bomb = Bomb(width, height);
        Assert.InRange(bomb.Length, 1, 200_000);
        using HttpResponseMessage response = await Bring(bomb, "bomb.png");
        await Refusal.Of(response, $"{width} x {height}");
    }

    [Theory]
    [InlineData("a%0D%0ASet-Cookie%3A%20x%3D1.png", "aSet-Cookie: x=1.png")]
    [InlineData("%1B%5B31mred.png", "[31mred.png")]
    [InlineData("photo%E2%80%AEgnp.exe", "photognp.exe")] // what turns the direction of letters
    [InlineData("%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "<img src=x onerror=alert(1)>")]
    [InlineData("..%2F..%2Fetc%2Fpasswd", "../../etc/passwd")]
    [InlineData("%", "%")]
    [InlineData("", "picture")]
    public async Task Names_are_words_and_nothing_else(string sent, string kept)
    {
        byte[] file = ImageFile.Encode(Noise(20, 10 + kept.Length));
        using HttpResponseMessage response = await Bring(file, sent);
        string text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<img", text, StringComparison.Ordinal); // even where somebody reads the answer as a page
        Assert.False(response.Headers.Contains("Set-Cookie"));
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal(kept, json.RootElement.GetProperty("name").GetString());
        Assert.Matches("^[0-9a-f]{24}$", json.RootElement.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("side=0")]
    [InlineData("side=15")]
    [InlineData("side=4097")]
    [InlineData("side=-1")]
    [InlineData("side=1e9")]
    [InlineData("side=NaN")]
    public async Task Sizes_are_bounded(string size) => await Refusal.Of(studio, $"/api/pictures/{await studio.Picture("chelsea.png")}?{size}", "side");

    [Fact]
    public async Task A_picture_as_long_as_a_thread_is_shown()
    {
        string id = await Taken(ImageFile.Encode(Noise(6000, 1)), "thread.png");
        Image shown = ImageFile.Decode(await studio.Inside.GetByteArrayAsync($"/api/pictures/{id}?side=16"));
        Assert.Equal((16, 1), (shown.Width, shown.Height));
    }

    async Task<string> Taken(byte[] file, string name)
    {
        using HttpResponseMessage response = await Bring(file, Uri.EscapeDataString(name));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("id").GetString()!;
    }

    async Task<HttpResponseMessage> Bring(byte[] file, string name)
    {
        using ByteArrayContent content = new(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/pictures") { Content = content };
        request.Headers.TryAddWithoutValidation("X-Name", name);
        return await studio.Inside.SendAsync(request);
    }

    static Image Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(width * 31 + height).NextBytes(pixels);
        return new Image(width, height, 3, pixels);
    }

    /// <summary>A PNG file of one bit a pixel whose header promises so many; rows of zeros as far as a small file holds them.</summary>
    static byte[] Bomb(int width, int height)
    {
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1; // bits; grey
        Chunk(file, "IHDR", header);
        using MemoryStream packed = new();
        using (ZLibStream zip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(new byte[(int)Math.Min((1L + (width + 7L) / 8) * height, 16 << 20)]);
        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    static void Chunk(Stream to, string name, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. content], number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        to.Write(number);
        to.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
        to.Write(number);
    }
}
