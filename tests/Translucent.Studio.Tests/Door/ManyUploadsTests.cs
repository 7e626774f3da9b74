using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Studio.Tests.Door;

/// <summary>However many pictures are brought, and however large they are together, the studio keeps so many of so many bytes.</summary>
public sealed class ManyUploadsTests
{
    const int Most = 4;
    const long MostBytes = 60_000;

    static StudioSettings Settings(string folder) => RunningStudio.Settings(folder) with { MostKeptPictures = Most, MostKeptBytes = MostBytes };

    [Fact]
    public async Task The_number_is_bounded_and_those_looked_at_last_stay()
    {
        using TempFolder folder = new();
        await using StudioServer server = await StudioServer.Start(Settings(folder.Path));
        using HttpClient client = Inside(server);
        string first = await Taken(client, Noise(10, 1)), second = await Taken(client, Noise(10, 2));
        for (int i = 3; i <= 12; i++)
        {
            await Taken(client, Noise(10, i));
            using HttpResponseMessage looked = await client.GetAsync($"/api/pictures/{first}");
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode); // somebody looks at it, so it stays
            Assert.InRange(Kept(folder).Length, 1, Most);
        }
        Assert.Equal(Most, Kept(folder).Length);
        using HttpResponseMessage gone = await client.GetAsync($"/api/pictures/{second}");
        await Refusal.Of(gone, second, "drop it in again");
        string[] listed = await Listed(client);
        Assert.Equal(RunningStudio.Photos.Count + Most, listed.Length); // those that were given at the start make no room
        Assert.Equal(second, await Taken(client, Noise(10, 2)));
    }

    [Fact]
    public async Task The_bytes_of_all_are_bounded_and_one_that_is_larger_is_refused()
    {
        using TempFolder folder = new();
        await using StudioServer server = await StudioServer.Start(Settings(folder.Path));
        using HttpClient client = Inside(server);
        for (int i = 0; i < 6; i++)
        {
            await Taken(client, Noise(90, 90 + i)); // some 24 000 bytes each
            Assert.InRange(Kept(folder).Sum(f => f.Length), 1, MostBytes);
        }
        Assert.Equal(2, Kept(folder).Length);
        using HttpResponseMessage large = await Bring(client, Noise(160, 160));
        await Refusal.Of(large, "large", "reduce it first");
        Assert.Equal(2, Kept(folder).Length); // nothing had to go for what was refused
    }

    [Fact]
    public async Task Many_at_once_are_no_more()
    {
        using TempFolder folder = new();
        await using StudioServer server = await StudioServer.Start(Settings(folder.Path));
        using HttpClient client = Inside(server);
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Taken(client, Noise(12 + i % 20, 12))));
        Assert.Equal(20, ids.Distinct().Count());
        Assert.Equal(Most, Kept(folder).Length);
        Assert.Equal(Kept(folder).Select(f => f.Name[..24]).Order(), (await Listed(client))[RunningStudio.Photos.Count..].Order());
    }

    [Fact]
    public async Task A_new_start_keeps_the_latest_and_touches_nothing_that_is_not_its_own()
    {
        using TempFolder folder = new();
        string pictures = Path.Combine(folder.Path, "pictures"), own = Path.Combine(pictures, "holiday.png");
        Directory.CreateDirectory(pictures);
        File.WriteAllBytes(own, Noise(10, 10));
        DateTime now = DateTime.UtcNow;
        for (int i = 0; i < 10; i++)
        {
            string path = Path.Combine(pictures, $"{i:x24}.png");
            File.WriteAllBytes(path, Noise(10, 20 + i));
            File.SetLastWriteTimeUtc(path, now.AddMinutes(-i));
        }
        await using StudioServer server = await StudioServer.Start(Settings(folder.Path));
        using HttpClient client = Inside(server);
        Assert.Equal(Enumerable.Range(0, Most).Select(i => $"{i:x24}"), (await Listed(client))[RunningStudio.Photos.Count..]);
        Assert.Equal(Most + 1, Kept(folder).Length);
        Assert.True(File.Exists(own));
    }

    static FileInfo[] Kept(TempFolder folder) => new DirectoryInfo(Path.Combine(folder.Path, "pictures")).GetFiles();

    static async Task<string[]> Listed(HttpClient client)
    {
        using JsonDocument state = JsonDocument.Parse(await client.GetStringAsync("/api/state"));
        return [.. state.RootElement.GetProperty("pictures").EnumerateArray().Select(p => p.GetProperty("id").GetString()!)];
    }

    static HttpClient Inside(StudioServer server)
    {
        HttpClient client = RunningStudio.Client(server);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningStudio.TokenOf(server));
        return client;
    }

    static async Task<string> Taken(HttpClient client, byte[] file)
    {
        using HttpResponseMessage response = await Bring(client, file);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using JsonDocument json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("id").GetString()!;
    }

    static async Task<HttpResponseMessage> Bring(HttpClient client, byte[] file)
    {
        using ByteArrayContent content = new(file);
        return await client.PostAsync("/api/pictures", content);
    }

    static byte[] Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(width * 31 + height).NextBytes(pixels);
        return ImageFile.Encode(new Image(width, height, 3, pixels));
    }
}
