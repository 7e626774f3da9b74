using System.Text.Json;
using Microsoft.Playwright;

namespace Translucent.Studio.Tests.Browser;

/// <summary>Exports and jobs, in a real browser.</summary>
public sealed class WorkTests(RunningStudio studio, Chromium chromium)
{
    [Fact]
    public async Task What_is_shown_is_exported_and_the_exported_page_opens()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "tokens"));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Export page, figures and arrays" }).ClickAsync();
        ILocator link = window.Page.Locator(".exported a", new() { HasTextString = ".html" }).First;
        await link.WaitForAsync(new() { Timeout = 60_000 });
        IPage page = await window.Page.Context.RunAndWaitForPageAsync(() => link.ClickAsync());
        await page.WaitForLoadStateAsync();
        Assert.Matches(@"/shown/tokens-\d+/[0-9a-f]{48}/[\w-]+\.html$", page.Url);
        await Assertions.Expect(page.Locator("h1, h2").First).ToBeVisibleAsync();
        Assert.True(await page.Locator("img, svg, canvas").CountAsync() > 0);
        Assert.Equal("null", await page.EvaluateAsync<string>("() => window.origin")); // no page of the studio
        await window.Page.Locator(".exported summary").ClickAsync();
        ILocator numbers = window.Page.Locator(".exported li a", new() { HasTextString = ".npy" }).First;
        IDownload array = await window.Page.RunAndWaitForDownloadAsync(() => numbers.ClickAsync());
        Assert.EndsWith(".npy", array.SuggestedFilename, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exported_pages_lead_to_each_other_and_load_what_lies_beside_them()
    {
        using TempFolder folder = new();
        await using StudioServer server = await StudioServer.Start(RunningStudio.Settings(folder.Path) with
        {
            Command = async (arguments, say, stop) =>
            {
                string picture = arguments[1], model = arguments[3], to = arguments[^1];
                int code = await Cli.Verbs.StudioVerb.Export(
                    ["explain", picture, "--model", model, "--method", "gae", "--no-segmentation", "--out", to], say, stop);
                if (code == 0) code = await Cli.Verbs.StudioVerb.Export(["layers", picture, "--model", model, "--token", "3,3", "--out", to], say, stop);
                File.WriteAllText(Path.Combine(to, "beside.html"), "<img src='gae-cat.svg' alt='a drawing'><img src='photo.png' alt='a photograph'>");
                return code;
            },
        });
        await using StudioWindow window = await chromium.Open(server, await Views.Address(studio, "tokens"));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Export page, figures and arrays" }).ClickAsync();
        ILocator link = window.Page.Locator(".exported p a");
        await link.WaitForAsync();
        IPage page = await window.Page.Context.RunAndWaitForPageAsync(() => link.ClickAsync());
        await page.WaitForURLAsync("**/index.html");
        Assert.Equal(0, await Missing(page));

        await page.Locator("nav.site a", new() { HasTextString = "layers" }).ClickAsync();
        await page.WaitForURLAsync("**/layers.html");
        await Assertions.Expect(page.Locator("nav.site b")).ToHaveTextAsync("layers");
        Assert.True(await page.Locator("img").CountAsync() > 3);
        Assert.Equal(0, await Missing(page));
        await page.GoBackAsync();

        await page.Locator("a[href='gae-cat.svg']").ClickAsync(); // a figure
        await page.WaitForURLAsync("**/gae-cat.svg");
        Assert.Equal("svg", await page.EvaluateAsync<string>("() => document.documentElement.localName"));
        Assert.Equal("null", await page.EvaluateAsync<string>("() => window.origin"));
        await page.GoBackAsync();
        ILocator numbers = page.Locator("a[href='gae-cat.map.npy']").First;
        IDownload array = await page.RunAndWaitForDownloadAsync(() => numbers.ClickAsync());
        Assert.Equal("gae-cat.map.npy", array.SuggestedFilename);
        Assert.Null(await array.FailureAsync());

        await page.GotoAsync(page.Url.Replace("index.html", "beside.html", StringComparison.Ordinal));
        Assert.Equal(2, await page.Locator("img").CountAsync());
        Assert.Equal(0, await Missing(page));
    }

    /// <summary>How many pictures of a page did not load.</summary>
    static Task<int> Missing(IPage page) => page.EvaluateAsync<int>("""
        async () => {
          const images = [...document.images];
          for (const image of images) image.loading = 'eager';
          await Promise.all(images.map(image => image.decode().catch(() => {})));
          return images.filter(image => image.naturalWidth === 0).length;
        }
        """);

    [Fact]
    public async Task Two_clicks_are_one_export()
    {
        using TempFolder folder = new();
        TaskCompletionSource go = new();
        await using StudioServer server = await StudioServer.Start(RunningStudio.Settings(folder.Path) with
        {
            Command = async (arguments, _, stop) =>
            {
                await go.Task.WaitAsync(stop);
                File.WriteAllText(Path.Combine(arguments[^1], "page.html"), "<h1>a page</h1>");
                return 0;
            },
        });
        await using StudioWindow window = await chromium.Open(server);
        ILocator button = window.Page.GetByRole(AriaRole.Button, new() { Name = "Export page, figures and arrays" });
        await button.DblClickAsync();
        await Assertions.Expect(window.Page.Locator("#jobs li", new() { HasTextString = "tokens-1" })).ToHaveCountAsync(1);
        go.SetResult();
        await window.Page.Locator(".exporter .exported p a").WaitForAsync();
        Assert.Single(Directory.GetDirectories(folder["exports"]));
        await button.ClickAsync(); // when it is done, the same again is another
        await Assertions.Expect(window.Page.Locator("#jobs li", new() { HasTextString = "tokens-2" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_window_that_nobody_sees_takes_no_connection_and_knows_everything_when_it_is_seen_again()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "tokens"));
        await window.Until("() => document.querySelector('#work button').textContent.length > 4"); // it has been told once
        async Task Turn(string state) => await window.Page.EvaluateAsync("""
            state => {
              Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
              document.dispatchEvent(new Event('visibilitychange'));
            }
            """, state);
        await Turn("hidden");
        string words = $"view=lens&model=shapes-llama&text={Uri.EscapeDataString("A red circle")}";
        using HttpResponseMessage started = await studio.Inside.PostAsync($"/api/export?{words}", null);
        Assert.True(started.IsSuccessStatusCode);
        using JsonDocument answer = JsonDocument.Parse(await started.Content.ReadAsStringAsync());
        string name = answer.RootElement.GetProperty("name").GetString()!;
        string picture = await studio.Picture("chelsea.png");
        await Task.WhenAll(Enumerable.Range(10, 50).Select(async cls => // meanwhile others ask a lot
        {
            using HttpResponseMessage refused = await studio.Inside.GetAsync($"/api/ask/map?model=cifar10-vit&image={picture}&method=gae&class={cls}");
            Assert.False(refused.IsSuccessStatusCode);
        }));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal(0, await window.Page.Locator("#jobs li", new() { HasTextString = name }).CountAsync());
        await Turn("visible");
        await window.Until($"() => [...document.querySelectorAll('#jobs li')].some(li => li.textContent.includes('{name}'))");
    }

    [Fact]
    public async Task The_keyboard_stays_where_it_was_when_views_and_models_change()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "tokens"));
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Attention", Exact = true }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Until(Views.Drawn("heads"));
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Attention", Exact = true })).ToBeFocusedAsync();
        await Assertions.Expect(window.Page).ToHaveTitleAsync("Attention · cifar10-vit · Translucent studio");
        await window.Page.GetByLabel("Model").FocusAsync();
        await window.Page.GetByLabel("Model").SelectOptionAsync("shapes-vit");
        await window.Until("() => document.title.includes('shapes-vit')");
        await Assertions.Expect(window.Page.GetByLabel("Model")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_last_of_two_models_is_the_one_that_is_shown_whichever_answers_first()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "tokens"));
        await window.Page.RouteAsync("**/api/ask/open?*model=shapes-detr*", async route =>
        {
            await Task.Delay(3000); // the first is slow
            await route.ContinueAsync();
        });
        await window.Page.GetByLabel("Model").SelectOptionAsync("shapes-detr");
        await window.Page.GetByLabel("Model").SelectOptionAsync("shapes-vit");
        await window.Until("() => document.title.includes('shapes-vit')");
        await Task.Delay(4500, TestContext.Current.CancellationToken);
        Assert.Contains("Segments", await window.Page.Locator("#views").InnerTextAsync(), StringComparison.Ordinal);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Attention", Exact = true }).ClickAsync(); // and its views work
        await window.Until(Views.Drawn("heads"));
        await Assertions.Expect(window.Page.GetByLabel("Model")).ToHaveValueAsync("shapes-vit");
    }

    [Fact]
    public async Task A_job_is_seen_and_cancelled()
    {
        using TempFolder folder = new();
        await using StudioServer server = await StudioServer.Start(RunningStudio.Settings(folder.Path) with
        {
            Command = async (_, say, stop) =>
            {
                say("at work");
                await Task.Delay(Timeout.Infinite, stop);
                return 0;
            },
        });
        await using StudioWindow window = await chromium.Open(server);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Export page, figures and arrays" }).ClickAsync();
        ILocator work = window.Page.Locator("#work");
        await Assertions.Expect(work).ToContainTextAsync("export: tokens into tokens-1");
        await window.Page.ReloadAsync(); // it goes on, and is still seen
        await window.Ready();
        await Assertions.Expect(work).ToContainTextAsync("export: tokens into tokens-1");
        await work.GetByRole(AriaRole.Button, new() { Name = "1 at work" }).ClickAsync();
        await work.GetByRole(AriaRole.Button, new() { Name = "cancel export: tokens into tokens-1" }).ClickAsync();
        await Assertions.Expect(work.Locator("#jobs li.cancelled")).ToContainTextAsync("cancelled");
        await Assertions.Expect(work).ToContainTextAsync("nothing at work");
    }

    [Fact]
    public async Task Segments_follow_the_sliders_and_leave_as_labels()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "segments"));
        await window.Until(Views.Drawn("segments"));
        int[] before = await window.Seen(Views.Large);
        await window.Page.GetByLabel("Segments (k)").FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowRight");
        await window.Until("() => document.querySelectorAll('.legend li').length === 5");
        Assert.NotEqual(before, await window.Seen(Views.Large));
        Assert.Contains("k=5", window.Words, StringComparison.Ordinal);
        await window.Page.Locator("canvas.tree").ClickAsync(new() { Position = new() { X = 60, Y = 30 } });
        Assert.Contains("zeta=", window.Words, StringComparison.Ordinal);
        IDownload labels = await window.Page.RunAndWaitForDownloadAsync(() => window.Page.GetByText("labels as PNG").ClickAsync());
        Assert.Equal("labels.png", labels.SuggestedFilename);
    }

    [Fact]
    public async Task Patches_that_are_painted_out_move_the_probabilities()
    {
        string words = await Views.Address(studio, "paint");
        await using StudioWindow window = await chromium.Open(studio.Server, words.Replace("&gone=18,19,26,27", "", StringComparison.Ordinal));
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('0 of 64')");
        await window.Page.EvaluateAsync("""
            () => {
              const fetched = window.fetch; // a busy machine hands over several parts at once: here each comes by itself
              window.fetch = async (path, ...more) => {
                const response = await fetched(path, ...more);
                if (!String(path).startsWith('api/follow/')) return response;
                const text = new TextDecoder(), bytes = new TextEncoder();
                let rest = '';
                const single = new TransformStream({
                  transform(chunk, to) {
                    const events = (rest + text.decode(chunk, { stream: true })).split('\n\n');
                    rest = events.pop();
                    for (const event of events) to.enqueue(bytes.encode(event + '\n\n'));
                  },
                });
                return new Response(response.body.pipeThrough(single), response);
              };
              window.points = [];
              new MutationObserver(() => {
                if (!document.querySelector('.paper h3')?.textContent.endsWith('in the order of attn_lrp')) return; // the curve before may still be drawn
                const line = document.querySelector('.paper .chart .line'), count = line ? line.getAttribute('points').split(' ').length : 0;
                if (count && count !== window.points.at(-1)) window.points.push(count);
              }).observe(document.body, { childList: true, subtree: true });
            }
            """);
        await window.Page.GetByLabel("Order by").SelectOptionAsync("attn_lrp"); // a curve that nobody has asked for yet
        await window.Until("() => window.points.at(-1) === 21");
        string before = string.Join(' ', await window.Page.Locator(".bars b").AllInnerTextsAsync());
        await window.Page.Locator(Views.Large).First.ClickAsync(new() { Position = new() { X = 300, Y = 200 } });
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('1 of 64')");
        int[] points = await window.Page.EvaluateAsync<int[]>("() => window.points");
        Assert.Equal(points.Order().Distinct(), points);
        Assert.InRange(points.Length, 2, 21); // the curve grew
        Assert.Equal(21, points[^1]);
        await window.Page.GetByLabel("The top of the map").FillAsync("50");
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('32 of 64')");
        Assert.NotEqual(before, string.Join(' ', await window.Page.Locator(".bars b").AllInnerTextsAsync()));
    }
}
