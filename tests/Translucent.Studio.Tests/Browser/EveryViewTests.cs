using Deque.AxeCore.Commons;

namespace Translucent.Studio.Tests.Browser;

/// <summary>Who can use the views, and on what: every one of them before axe, in one of the two themes, and on a phone and a wall.</summary>
public sealed class EveryViewTests(RunningStudio studio, Chromium chromium)
{
    [Fact]
    public async Task Nothing_serious_stands_in_anybodys_way_and_every_width_fits()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "project"));
        string axe = new BundledAxeScriptProvider().GetScript(); // run in the page itself: the package's own way opens a second page for every result
        await window.Page.EvaluateAsync(axe);
        List<string> found = [];
        foreach ((int i, (string name, _, _, _)) in Views.All.Index())
        {
            await window.Show(await Views.Address(studio, name));
            await window.Until(Views.Drawn(name));
            string theme = i % 2 == 0 ? "dark" : "light"; // rules about structure know no theme, and colours are those of all views
            await window.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
            string[] serious = await window.Page.EvaluateAsync<string[]>("""
                async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
                  .filter(v => v.impact === 'serious' || v.impact === 'critical')
                  .flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 120)}: ${n.any[0]?.message}`))
                """);
            found.AddRange(serious.Select(line => $"{name}, {theme}: {line}"));
            foreach ((int width, int height) in ((int, int)[])[(375, 700), (3840, 2160), (1366, 900)])
            {
                await window.Page.SetViewportSizeAsync(width, height);
                int needed = await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
                if (needed > width) found.Add($"{name}: scrolls sideways at {width} pixels, needs {needed}");
            }
        }
        Assert.Empty(found);
    }

    [Fact]
    public async Task Axe_finds_what_is_wrong()
    {
        await using StudioWindow window = await chromium.Open(studio.Server);
        await window.Page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        await window.Page.EvaluateAsync("() => { document.querySelector('#main h2').style.color = '#eeeeee'; }");
        string[] rules = await window.Page.EvaluateAsync<string[]>(
            "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => v.id)");
        Assert.Contains("color-contrast", rules);
    }
}
