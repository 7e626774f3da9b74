using Microsoft.Playwright;

namespace Translucent.Studio.Tests.Browser;

/// <summary>The screens of docs/studio.md. With TRANSLUCENT_SCREENSHOTS they are kept in that folder:
/// docs/images/studio.sh makes the pictures of the page of them.</summary>
public sealed class TourTests(RunningStudio studio, Chromium chromium)
{
    static readonly (string Name, ColorScheme Scheme, int Width, int Height)[] s_screens =
    [
        ("tokens", ColorScheme.Light, 1280, 800), ("classes", ColorScheme.Light, 1280, 900), ("paint", ColorScheme.Dark, 1280, 860),
        ("segments", ColorScheme.Light, 1280, 860), ("objects", ColorScheme.Dark, 1280, 860), ("queries", ColorScheme.Light, 1280, 900),
        ("question", ColorScheme.Light, 1280, 860), ("summary", ColorScheme.Light, 1280, 640), ("phone", ColorScheme.Dark, 375, 812),
    ];

    [Fact]
    public async Task Every_screen_of_the_tour_is_there()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "project"));
        foreach ((string name, ColorScheme scheme, int width, int height) in s_screens)
        {
            string view = name == "phone" ? "tokens" : name;
            await window.Page.SetViewportSizeAsync(width, height);
            await window.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await window.Show(await Views.Address(studio, view));
            await window.Until(Views.Drawn(view));
            byte[] picture = await window.Page.ScreenshotAsync();
            Assert.True(picture.Length > 20_000, $"{name}, {picture.Length} bytes: an empty screen");
            if (Environment.GetEnvironmentVariable("TRANSLUCENT_SCREENSHOTS") is not { Length: > 0 } folder) continue;
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"studio-{name}.png"), picture);
        }
    }
}
