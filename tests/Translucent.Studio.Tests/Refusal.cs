using System.Net;
using System.Text.Json;

namespace Translucent.Studio.Tests;

/// <summary>How the studio says no: status 400 and one line of JSON that says what was wrong, never where in the program.</summary>
static class Refusal
{
    public static async Task Of(RunningStudio studio, string target, string about = "")
    {
        using HttpResponseMessage response = await studio.Inside.GetAsync(target);
        await Of(response, target, about);
    }

    public static async Task Of(HttpResponseMessage response, string what, string about = "")
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{what[..Math.Min(200, what.Length)]}: {(int)response.StatusCode} {text}");
        using JsonDocument json = JsonDocument.Parse(text);
        string line = Assert.Single(json.RootElement.EnumerateObject()).Value.GetString()!;
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Object reference", line, StringComparison.Ordinal);
        Assert.DoesNotContain("cast object", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 10, 600);
        Assert.Contains(about, line, StringComparison.Ordinal);
    }
}
