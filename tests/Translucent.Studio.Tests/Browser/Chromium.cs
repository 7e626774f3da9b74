using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Translucent.Studio.Tests.Browser.Chromium))]

namespace Translucent.Studio.Tests.Browser;

/// <summary>A real browser, the one that Debian has. Where there is none, tests that need it say so and are passed over.</summary>
public sealed class Chromium : IAsyncLifetime
{
    static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    IPlaywright? _playwright;
    IBrowser? _browser;

    static string? Found => Environment.GetEnvironmentVariable("TRANSLUCENT_CHROMIUM") ?? s_places.FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Found is not { } path) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        });
    }

    /// <summary>A window of its own on a studio, at an address.</summary>
    public async Task<StudioWindow> Open(StudioServer studio, string words = "", int width = 1366, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipUnless(Found is not null, "no Chromium on this machine: install it (apt-get install chromium), or name one in TRANSLUCENT_CHROMIUM");
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        StudioWindow window = new(context, await context.NewPageAsync(), studio);
        await window.Go(words);
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
