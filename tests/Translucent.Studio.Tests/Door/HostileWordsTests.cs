using System.Net;

namespace Translucent.Studio.Tests.Door;

/// <summary>Words that no page of the studio sends: one line that says what is wrong, and no more.</summary>
public sealed class HostileWordsTests(RunningStudio studio)
{
    const string Vision = "model=cifar10-vit&image=IMAGE", Llama = "model=shapes-llama&text=The+circle+is+red.&summary=red";

    public static TheoryData<string> Addresses =>
    [
        "/api/ask/nothing?" + Vision, "/api/ask/Open?" + Vision, $"/api/ask/{new string('x', 3000)}?{Vision}",
        .. from kind in (string[])["token", "token-exact"]
           from token in (string[])["-1", "65", "1000000000", "99999999999999999999", "NaN", "Infinity", "1.5", "1e1", "0x1", "+%201", "%20",
               "٣", "1,2", "", "null"]
           select $"/api/ask/{kind}?{Vision}&token={token}",
        .. from layer in (string[])["1", "0", "-2", "1000000000", "NaN", "two"] from kind in (string[])["tree", "segments"]
           select $"/api/ask/{kind}?{Vision}&layer={layer}&k=3",
        .. from k in (string[])["0", "-1", "65", "2147483648", ""] select $"/api/ask/segments?{Vision}&layer=3&k={k}",
        .. from zeta in (string[])["NaN", "-0.1", "2.1", "Infinity", "1,5", "0x1p1"] select $"/api/ask/segments?{Vision}&layer=3&zeta={zeta}",
        .. from cls in (string[])["-1", "10", "1000000000", "cat", "NaN"] from kind in (string[])["map", "trust", "deletion"]
           select $"/api/ask/{kind}?{Vision}&method=gae&class={cls}",
        .. from method in (string[])["", "nothing", "GAE%00", "../gae", "gae,rollout"] from kind in (string[])["map", "trust", "deletion"]
           select $"/api/ask/{kind}?{Vision}&class=1&method={method}",
        .. from shown in (string[])["-1", "10", "1,,2", "a", ","] select $"/api/follow/deletion?{Vision}&method=gae&class=1&shown={shown}",
        "/api/follow/nothing?" + Vision, $"/api/follow/deletion?{Vision}&method=nothing&class=1", $"/api/follow/token?{Vision}&token=65",
        $"/api/ask/map?{Vision}&method=gae&class=3&against=3",
        $"/api/ask/map?{Vision}&method=gae&class=3&against=10", $"/api/ask/map?{Vision}",
        .. from patches in (string[])["-1", "64", "1,,2", "1;2", "a", "1000000000", ","] select $"/api/ask/paint?{Vision}&patches={patches}",
        .. from step in (string[])["-1", "99", "x", ""] select $"/api/ask/heads?{Vision}&token=1&step={step}",
        $"/api/ask/project?{Vision}&class=10", $"/api/ask/project?{Vision}",
        "/api/ask/open?model=cifar10-vit", "/api/ask/open?model=cifar10-vit&image=none", "/api/ask/open?image=IMAGE", "/api/ask/open",
        "/api/ask/open?model=shapes-lxmert&image=IMAGE", "/api/ask/open?model=shapes-llama", "/api/ask/open?model=shapes-llama&text=a&generate=129",
        "/api/ask/open?model=shapes-llama&text=a&generate=-1", $"/api/ask/open?model=shapes-llama&text={new string('x', 100_001)}",
        "/api/ask/object?model=shapes-detr&image=IMAGE&method=absolute&query=100000", "/api/ask/object?model=shapes-detr&image=IMAGE&method=nothing&query=1",
        $"/api/ask/lens?{Llama}&first=-1", $"/api/ask/lens?{Llama}&first=100000",
        $"/api/ask/summary?{Llama}&method=nothing", $"/api/ask/summary?{Llama}&method=ultra&layer=1",
        // of scenes that have no such thing
        $"/api/ask/words?{Vision}&method=gae&class=1", $"/api/ask/summary?{Vision}&method=ultra", $"/api/ask/lens?{Vision}",
        $"/api/ask/object?{Vision}&query=1&method=raw", $"/api/ask/answer?{Vision}&class=1&method=raw",
        .. from kind in (string[])["map", "trust", "paint", "deletion", "tree", "segments", "project", "object", "answer", "words"]
           select $"/api/ask/{kind}?{Llama}&method=gae&class=0&layer=2&k=2&query=0",
        .. from kind in (string[])["map", "trust", "paint", "deletion", "tree", "segments", "project", "answer", "words", "summary", "lens"]
           select $"/api/ask/{kind}?model=shapes-detr&image=IMAGE&method=gae&class=0&layer=2&k=2",
        "/api/ask/token?model=shapes-detr&image=IMAGE&token=1&layer=2&stream=nothing",
        "/api/ask/token?model=shapes-detr&image=IMAGE&token=1&layer=99&stream=image",
        $"/api/labels.png?{Llama}&layer=2&k=2", $"/api/labels.json?{Vision}&layer=2&k=65", $"/api/labels.png?{Vision}&layer=99&k=2",
    ];

    [Theory, MemberData(nameof(Addresses))]
    public async Task Are_answered_with_one_line(string address) =>
        await Refusal.Of(studio, address.Replace("IMAGE", await studio.Picture(RunningStudio.Scene), StringComparison.Ordinal));

    [Theory]
    [InlineData("view=nothing")]
    [InlineData("view=../../etc")]
    [InlineData("view=")]
    [InlineData("view=classes&model=nothing")]
    [InlineData("view=classes&model=cifar10-vit&image=../x")]
    [InlineData("view=classes&model=cifar10-vit&image=IMAGE&methods=gae%20--out%20x")]
    [InlineData("view=classes&model=cifar10-vit&image=IMAGE&methods=--out")]
    [InlineData("view=classes&model=cifar10-vit&image=IMAGE&class=--out")]
    [InlineData("view=tokens&model=cifar10-vit&image=IMAGE&layer=1000001")]
    [InlineData("view=segments&model=cifar10-vit&image=IMAGE&layer=3&zeta=NaN")]
    [InlineData("view=attention&model=cifar10-vit&image=IMAGE&site=--out")]
    [InlineData("view=attention&model=cifar10-vit&image=IMAGE&site=..%2F..%2Fetc")]
    [InlineData("view=attention&model=cifar10-vit&image=IMAGE&token=-1")]
    public async Task Cannot_be_exported_and_leave_no_folder(string words)
    {
        string exports = Path.Combine(studio.Folder, "exports"), view = words["view=".Length..].Split('&')[0];
        string address = $"/api/export?{words.Replace("IMAGE", await studio.Picture("chelsea.png"), StringComparison.Ordinal)}";
        using HttpResponseMessage response = await studio.Inside.PostAsync(address, null);
        await Refusal.Of(response, words);
        if (view is "nothing" or "../../etc")
            Assert.DoesNotContain(Directory.Exists(exports) ? Directory.GetDirectories(exports) : [],
                folder => Path.GetFileName(folder).Contains(view[^3..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/jobs/x/cancel")]
    [InlineData("/api/jobs/-1/cancel")]
    [InlineData("/api/jobs/99999999999/cancel")]
    public async Task Jobs_that_are_none_cannot_be_cancelled(string address)
    {
        using HttpResponseMessage response = await studio.Inside.PostAsync(address, null);
        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound);
        Assert.DoesNotContain("   at ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_without_end_is_cut_off() =>
        Assert.Equal(414, RawHttp.Status(await RawHttp.Get(studio, $"/api/ask/open?text={new string('x', 600_000)}")));
}
