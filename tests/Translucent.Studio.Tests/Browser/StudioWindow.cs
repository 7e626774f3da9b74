using Microsoft.Playwright;

namespace Translucent.Studio.Tests.Browser;

/// <summary>A window of the browser. When it is closed, nothing may have gone wrong in it, and no request may have left the machine.</summary>
public sealed class StudioWindow : IAsyncDisposable
{
    readonly IBrowserContext _context;
    readonly string _origin, _enter;
    readonly List<string> _problems = [], _elsewhere = [];
    int _requests;

    public StudioWindow(IBrowserContext context, IPage page, StudioServer studio)
    {
        (_context, Page, _enter) = (context, page, studio.Address);
        _origin = new Uri(studio.Address).GetLeftPart(UriPartial.Authority);
        context.SetDefaultTimeout(90_000);
        Assertions.SetDefaultExpectTimeout(90_000);
        context.Console += (_, message) => Note(message.Type is "error" or "warning"
            && !message.Text.StartsWith("Canvas2D: Multiple readback", StringComparison.Ordinal), // these tests read canvases, the studio does not
            $"console: {message.Text} {message.Location}");
        context.WebError += (_, error) => Note(true, $"error: {error.Error}");
        context.Request += (_, request) =>
        {
            Interlocked.Increment(ref _requests);
            if (request.Url.StartsWith(_origin + '/', StringComparison.Ordinal) || request.Url.StartsWith("data:", StringComparison.Ordinal)
                || request.Url.StartsWith("blob:", StringComparison.Ordinal) || request.Url == "about:blank") return;
            lock (_elsewhere) _elsewhere.Add(request.Url);
        };
    }

    public IPage Page { get; }

    /// <summary>What the page says below the picture.</summary>
    public ILocator Told => Page.Locator("#main .told").First;

    /// <summary>The words behind # of the address.</summary>
    public string Words => new Uri(Page.Url).Fragment;

    /// <summary>Opens a view as somebody does who got its address.</summary>
    public async Task Go(string words)
    {
        await Page.GotoAsync("about:blank"); // the words alone would not load the page
        await Page.GotoAsync($"{_enter}#{words}");
        await Ready();
    }

    /// <summary>Goes on to a view that is not the one shown, as a link within the page does: nothing is loaded again.</summary>
    public async Task Show(string words)
    {
        await Page.EvaluateAsync("words => { document.querySelector('#main').replaceChildren(); location.hash = words; }", words);
        await Ready();
    }

    /// <summary>Waits until the model has been asked and its view is there.</summary>
    public async Task Ready()
    {
        await Page.Locator("#main:not([aria-busy]) > section").First.WaitForAsync();
        if (await Page.Locator("#main [role=alert]").CountAsync() > 0) Assert.Fail(await Page.Locator("#main").InnerTextAsync());
    }

    /// <summary>Waits until a condition in the page holds.</summary>
    public Task Until(string script) => Page.WaitForFunctionAsync(script);

    /// <summary>Numbers that differ when what canvases show does.</summary>
    public Task<int[]> Seen(string canvases) => Page.EvaluateAsync<int[]>("""
        selector => [...document.querySelectorAll(selector)].map(c => {
          const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let sum = 17;
          for (let i = 0; i < d.length; i += 4) sum = (Math.imul(sum, 31) + d[i] * 7 + d[i + 1] * 3 + d[i + 2]) | 0;
          return sum;
        })
        """, canvases);

    /// <summary>Moves the pointer to a place of a canvas, in shares.</summary>
    public async Task Point(string canvas, float x, float y)
    {
        ILocator on = Page.Locator(canvas).First;
        await on.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await on.BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(box.X + x * box.Width, box.Y + y * box.Height);
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.True(_problems.Count == 0, string.Join('\n', _problems));
        Assert.Empty(_elsewhere);
        Assert.NotEqual(0, _requests);
    }

    /// <summary>Problems so far that a test expects; they are no longer counted.</summary>
    public void Expect(string words)
    {
        lock (_problems) Assert.NotEqual(0, _problems.RemoveAll(p => p.Contains(words, StringComparison.Ordinal)));
    }

    void Note(bool isProblem, string text)
    {
        if (isProblem)
            lock (_problems) _problems.Add(text);
    }
}
