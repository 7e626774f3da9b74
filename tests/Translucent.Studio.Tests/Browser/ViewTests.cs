using Microsoft.Playwright;
using Translucent.Pictures;

namespace Translucent.Studio.Tests.Browser;

/// <summary>Views and models, pictures that are dropped in and the look, in a real browser.</summary>
public sealed class ViewTests(RunningStudio studio, Chromium chromium)
{
    [Fact]
    public async Task Views_and_models_are_switched_and_a_reload_keeps_them()
    {
        await using StudioWindow window = await chromium.Open(studio.Server);
        IPage page = window.Page;
        foreach ((string button, string head) in ((string, string)[])[("Classes", "Where does it see that?"), ("Paint out", "Paint patches out"),
            ("Segments", "Segments by what tokens mean"), ("Projection", "What does every token stand for?"), ("Attention", "Attention, head by head"),
            ("Tokens", "What does this patch mean, layer by layer?")])
        {
            await page.Locator("#views").GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
            await Assertions.Expect(page.Locator("#main h2").First).ToHaveTextAsync(head);
            await Assertions.Expect(page.Locator("#views [aria-current=page]")).ToHaveTextAsync(button);
        }
        await page.GetByLabel("Model").SelectOptionAsync("shapes-detr");
        await Assertions.Expect(page.Locator("#main h2").First).ToHaveTextAsync("What was found, and why");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Picture" }).SelectOptionAsync(await studio.Picture(RunningStudio.Scene));
        await window.Until(Views.Drawn("objects"));
        string words = window.Words;
        await page.ReloadAsync();
        await window.Ready();
        await Assertions.Expect(page.Locator("#main h2").First).ToHaveTextAsync("What was found, and why");
        Assert.Equal(words, window.Words);
        await page.GetByLabel("Model").SelectOptionAsync("shapes-lxmert");
        await Assertions.Expect(page.Locator("#main h2").First).ToHaveTextAsync("The answer, and what decided it");
        window.Expect("400"); // the page asked without a question first
    }

    [Fact]
    public async Task The_grid_of_classes_fills_is_read_at_one_place_and_says_how_far_to_trust_a_map()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "classes"));
        await window.Until(Views.Drawn("classes"));
        int rows = await window.Page.Locator(".grid tbody tr").CountAsync(), cells = await window.Page.Locator(".grid td").CountAsync();
        Assert.True(rows >= 3);
        Assert.Equal(3 * rows, cells);
        Assert.Equal(0, await window.Page.Locator(".grid .problem, .grid .pending").CountAsync());
        Assert.True((await window.Seen(".grid canvas")).Distinct().Count() > cells / 2);
        await window.Point(".grid td canvas", 0.5f, 0.5f);
        Assert.All(await window.Page.Locator(".grid output").AllInnerTextsAsync(), value => Assert.Matches(@"\d", value));
        await window.Page.Locator(".grid td canvas").First.ClickAsync();
        await Assertions.Expect(window.Page.Locator(".paper .line")).ToHaveCountAsync(2);
        await window.Page.GetByLabel("Rather than").SelectOptionAsync(new SelectOptionValue { Index = 2 });
        await Assertions.Expect(window.Page.Locator(".grid thead")).ToContainTextAsync("rather than");
        Assert.Contains("against=", window.Words, StringComparison.Ordinal);
        await window.Until(Views.Drawn("classes"));
    }

    [Fact]
    public async Task A_picture_is_dropped_in_or_chosen_and_one_that_is_none_is_refused_politely()
    {
        await using StudioWindow window = await chromium.Open(studio.Server);
        byte[] picture = ImageFile.Encode(Translucent.Images.Resize.Within(ImageFile.Read(Samples.File("coffee.png")), 120));
        await Drop(window.Page, "cup.png", picture);
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Combobox, new() { Name = "Picture" }).Locator("option:checked")).ToHaveTextAsync("cup.png");
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('patch')");
        string dropped = window.Words;
        await window.Page.Locator("#file").SetInputFilesAsync(new FilePayload
        {
            Name = "<b>rocket</b>.jpg",
            MimeType = "image/jpeg",
            Buffer = File.ReadAllBytes(Samples.File("rocket.jpg")),
        });
        ILocator chosen = window.Page.GetByRole(AriaRole.Combobox, new() { Name = "Picture" }).Locator("option:checked");
        await Assertions.Expect(chosen).ToHaveTextAsync("<b>rocket</b>.jpg");
        Assert.NotEqual(dropped, window.Words);
        await Drop(window.Page, "no.png", "hello"u8.ToArray());
        await Assertions.Expect(window.Page.Locator("#said.problem")).ToBeVisibleAsync();
        Assert.DoesNotContain("   at ", await window.Page.Locator("#said").InnerTextAsync(), StringComparison.Ordinal);
        window.Expect("400");
    }

    [Fact]
    public async Task Dark_is_dark_and_stays()
    {
        await using StudioWindow light = await chromium.Open(studio.Server), dark = await chromium.Open(studio.Server, scheme: ColorScheme.Dark);
        Assert.True(await Brightness(light) > 200);
        Assert.True(await Brightness(dark) < 60); // as the system says
        await light.Page.GetByRole(AriaRole.Button, new() { Name = "light / dark" }).ClickAsync();
        Assert.True(await Brightness(light) < 60);
        await light.Page.ReloadAsync();
        await light.Ready();
        Assert.True(await Brightness(light) < 60);
        Assert.Contains("theme=dark", light.Words, StringComparison.Ordinal);
    }

    static Task<double> Brightness(StudioWindow window) => window.Page.EvaluateAsync<double>(
        "() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); return (r + g + b) / 3; }");

    static Task Drop(IPage page, string name, byte[] content) => page.EvaluateAsync("""
        ([name, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type: 'image/png' }));
          for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """, (string[])[name, Convert.ToBase64String(content)]);
}
