using Microsoft.Playwright;

namespace Translucent.Studio.Tests.Browser;

/// <summary>The screens of docs/studio.md. With TRANSLUCENT_SCREENSHOTS they are kept in that folder:
/// docs/images/studio.sh makes the pictures of the page of them.</summary>
public sealed class TourTests(RunningStudio studio, Chromium chromium)
{
    [Theory]
    [InlineData("tokens", ColorScheme.Light, 1280, 800)]
    [InlineData("classes", ColorScheme.Light, 1280, 900)]
    [InlineData("paint", ColorScheme.Dark, 1280, 860)]
    [InlineData("segments", ColorScheme.Light, 1280, 860)]
    [InlineData("objects", ColorScheme.Dark, 1280, 860)]
    [InlineData("question", ColorScheme.Light, 1280, 860)]
    [InlineData("summary", ColorScheme.Light, 1280, 640)]
    [InlineData("queries", ColorScheme.Light, 1280, 900)]
    [InlineData("phone", ColorScheme.Dark, 375, 812)]
    public async Task Every_screen_of_the_tour_is_there(string name, ColorScheme scheme, int width, int height)
    {
        string view = name == "phone" ? "tokens" : name;
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, view), width, height, scheme);
        await window.Until(Views.Drawn(view));
        byte[] picture = await window.Page.ScreenshotAsync();
        Assert.True(picture.Length > 20_000, $"{picture.Length} bytes: an empty screen");
        if (Environment.GetEnvironmentVariable("TRANSLUCENT_SCREENSHOTS") is not { Length: > 0 } folder) return;
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"studio-{name}.png"), picture);
    }
}
