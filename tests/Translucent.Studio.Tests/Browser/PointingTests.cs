using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Translucent.Studio.Tests.Browser;

/// <summary>The tokens under the pointer, in a real browser.</summary>
public sealed class PointingTests(RunningStudio studio, Chromium chromium, ITestOutputHelper output)
{
    const string Layers = ".layers[aria-label=Layers] canvas";

    [Fact]
    public async Task The_maps_of_all_layers_follow_the_pointer_until_a_click_freezes_them()
    {
        await using StudioWindow window = await chromium.Open(studio.Server);
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('patch')");
        await window.Point(Views.Large, 0.3f, 0.3f);
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('patch 3, 3')");
        int[] before = await window.Seen(Layers);
        Assert.NotEmpty(before);
        await window.Point(Views.Large, 0.7f, 0.6f);
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('patch 5, 6')");
        int[] after = await window.Seen(Layers);
        Assert.All(before.Zip(after), pair => Assert.NotEqual(pair.First, pair.Second));
        await window.Until("() => document.querySelector('#main .told').textContent.includes('exact')"); // where it lingers

        await window.Page.Mouse.DownAsync();
        await window.Page.Mouse.UpAsync();
        await window.Until("() => /[#&]token=\\d+/.test(location.hash)");
        await window.Point(Views.Large, 0.2f, 0.2f);
        await Task.Delay(300);
        Assert.StartsWith("patch 5, 6", await window.Told.InnerTextAsync(), StringComparison.Ordinal);

        await window.Page.Keyboard.DownAsync("Shift");
        await window.Page.Mouse.DownAsync();
        await window.Page.Mouse.UpAsync();
        await window.Page.Keyboard.UpAsync("Shift");
        await window.Until("() => /[#&]other=\\d+/.test(location.hash)");
        await Assertions.Expect(window.Page.Locator("[aria-label='Layers of the second patch']")).ToBeVisibleAsync();

        await window.Page.Keyboard.PressAsync("Escape");
        await window.Until("() => !/[#&](token|other)=/.test(location.hash)");
        await window.Point(Views.Large, 0.3f, 0.3f);
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('patch 3, 3')");
    }

    [Fact]
    public async Task The_keyboard_alone_reaches_everything()
    {
        await using StudioWindow window = await chromium.Open(studio.Server);
        IKeyboard keyboard = window.Page.Keyboard;
        Task<string> Focus() => window.Page.EvaluateAsync<string>(
            "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()");
        await keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the explanation", await Focus());
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Tab");
        Assert.StartsWith("The photograph", await Focus(), StringComparison.Ordinal);
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("ArrowRight");
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('patch 6, 6')");
        await keyboard.PressAsync("Enter");
        await window.Until("() => location.hash.includes('token=45')");

        await window.Page.ReloadAsync();
        await window.Ready();
        HashSet<string> reached = [];
        for (int i = 0; i < 60 && !reached.Contains("Export page, figures and arrays"); i++)
        {
            await keyboard.PressAsync("Tab");
            reached.Add(await Focus());
        }
        foreach (string expected in (string[])["copy address", "light / dark", "Tokens", "Classes", "Segments", "class token", "layer 2",
            "Export page, figures and arrays"])
            Assert.Contains(expected, reached);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Segments" }).FocusAsync();
        await keyboard.PressAsync("Enter");
        await window.Until("() => document.querySelector('#main h2')?.textContent.startsWith('Segments')");
    }

    [Fact]
    public async Task Words_of_a_text_are_one_stop_and_arrows_go_from_word_to_word()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "summary"));
        await window.Until(Views.Drawn("summary"));
        IKeyboard keyboard = window.Page.Keyboard;
        Task<int> Focus() => window.Page.EvaluateAsync<int>(
            "() => [...document.querySelectorAll('.words .word[tabindex]')].indexOf(document.activeElement)");
        await window.Page.Locator(".words .word[tabindex]").First.FocusAsync();
        await keyboard.PressAsync("ArrowRight");
        await keyboard.PressAsync("ArrowRight");
        Assert.Equal(2, await Focus());
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What “')");
        await keyboard.PressAsync("ArrowLeft");
        Assert.Equal(1, await Focus());
        await keyboard.PressAsync("Tab");
        Assert.Equal(-1, await Focus());
        await keyboard.PressAsync("Shift+Tab");
        Assert.Equal(1, await Focus()); // back where it was left
        await keyboard.PressAsync("End");
        Assert.True(await Focus() > 10);
    }

    [Fact]
    public async Task How_long_pointing_takes()
    {
        foreach (string model in (string[])["cifar10-vit", "shapes-vit", "fashion-vit"])
        {
            string words = $"model={model}&view=tokens&image={await studio.Picture(RunningStudio.Scene)}";
            await using StudioWindow window = await chromium.Open(studio.Server, words);
            List<double> took = [], exact = [];
            string last = "nothing";
            for (int i = 0; i < 16; i++)
            {
                await window.Point(Views.Large, 0.15f + 0.2f * (i % 4), 0.15f + 0.2f * (i / 4));
                await window.Until($"() => !document.querySelector('#main .told').textContent.includes({JsonSerializer.Serialize(last)})");
                last = (await window.Told.InnerTextAsync()).Split(", layer")[0];
                took.Add(double.Parse((await window.Told.GetAttributeAsync("data-took"))!, CultureInfo.InvariantCulture));
            }
            await window.Until("() => document.querySelector('#main .told').textContent.includes(' exact')");
            exact.Add(double.Parse((await window.Told.GetAttributeAsync("data-took"))!, CultureInfo.InvariantCulture));
            took.Sort();
            output.WriteLine($"{model}: pointing {took[took.Count / 2]:0.0} ms in the middle, {took[^3]:0.0} ms at most but for two; exact {exact[0]:0.0} ms");
            Assert.True(took[took.Count / 2] < 3000, $"{took[took.Count / 2]} ms");
        }
    }
}
