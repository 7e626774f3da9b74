using Microsoft.Playwright;

namespace Translucent.Studio.Tests.Browser;

/// <summary>Any token of any stream, in a real browser: chosen by stream, token, layer, step and head, and drawn over patches, queries, words and
/// regions.</summary>
public sealed class StreamTests(RunningStudio studio, Chromium chromium)
{
    const string Image = ".stream:nth-child(1) canvas";

    [Fact]
    public async Task Queries_and_patches_of_a_detector_are_chosen_and_shown_over_both_streams()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "queries"));
        IPage page = window.Page;
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed query 5')");
        Assert.Contains("of queries in layer 3, beside itself: image", await window.Told.InnerTextAsync(), StringComparison.Ordinal);
        int[] frozen = await window.Seen(Image);
        await page.Locator(".tokens button").Nth(9).HoverAsync(); // it is frozen
        await page.GetByLabel("Layer").SelectOptionAsync("4");
        await window.Until("() => /^What formed query 5.*layer 4/.test(document.querySelector('#main .told').textContent)");
        Assert.NotEqual(frozen, await window.Seen(Image));

        await page.Locator(".tokens button").Nth(5).ClickAsync(); // lets it go
        await page.Locator(".tokens button").Nth(9).HoverAsync();
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed query 9')");
        await page.GetByLabel("Shown").SelectOptionAsync(new SelectOptionValue { Label = "what it reads: decoder.1.cross" });
        await window.Until("() => document.querySelector('#main .told').textContent.includes('decoder.1.cross.probs, mean of 8 heads')");
        int[] mean = await window.Seen(Image);
        await page.GetByLabel("Head").SelectOptionAsync(new SelectOptionValue { Value = "3" });
        await window.Until("() => document.querySelector('#main .told').textContent.includes('head 3 of 0 to 7')");
        Assert.NotEqual(mean, await window.Seen(Image));

        await page.GetByLabel("Stream").SelectOptionAsync("image"); // what was chosen of queries is forgotten
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed patch')");
        Assert.DoesNotContain("head=", window.Words, StringComparison.Ordinal);
        await window.Point(Image, 0.3f, 0.3f);
        await window.Until("() => document.querySelector('#main .told').textContent.includes('image 100 %, queries 0')"); // the encoder reads no query
        await page.Locator(Image).ClickAsync(new() { Position = new() { X = 10, Y = 10 } });
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed patch 1, 1 ')");
        string words = window.Words;
        Assert.Contains("stream=image", words, StringComparison.Ordinal);
        await page.ReloadAsync();
        await window.Ready();
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed patch 1, 1 ')");
        Assert.Equal(words, window.Words);
    }

    [Fact]
    public async Task Words_and_regions_of_a_question_form_each_other()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "regions"));
        IPage page = window.Page;
        await window.Until("() => document.querySelector('#main .told').textContent.includes('cross.1.text_from_image.probs, head 1 of 0 to 3')");
        Assert.Equal(0, await page.Locator(".stream").First.Locator(".tinted[style*='--share: 1.0']").CountAsync()); // it reads regions alone
        Assert.Equal(1, await page.Locator(".stream").Nth(1).Locator(".tinted[style*='--share: 1.0']").CountAsync());
        await page.Locator(".stream").Nth(1).Locator("button").Nth(1).ClickAsync();
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed region 1')");
        Assert.Matches(@"text \d.*, image \d", await window.Told.InnerTextAsync());
        Assert.True(await page.Locator(".stream").First.Locator(".tinted[style*='--share: 1.0']").CountAsync() > 0);
        await Assertions.Expect(page.GetByLabel("Stream")).ToHaveValueAsync("image");
    }

    [Fact]
    public async Task Tokens_of_every_stream_leave_as_the_commands_page_and_the_choice_keeps_the_focus()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "queries"));
        IPage page = window.Page;
        await window.Until("() => document.querySelector('#main .told').textContent.includes('of queries in layer 3, beside itself: image')");
        await page.GetByLabel("A token stands for").FocusAsync();
        await page.GetByLabel("A token stands for").SelectOptionAsync("e");
        await window.Until("() => location.hash.includes('function=e')");
        await window.Until("() => document.querySelector('#main .told').textContent.includes('of queries in layer 3')");
        await Assertions.Expect(page.GetByLabel("A token stands for")).ToBeFocusedAsync();
        await Exported(page, "tokens.html");
        string name = Directory.GetDirectories(Path.Combine(studio.Folder, "exports"), "tokens-*").OrderByDescending(Directory.GetLastWriteTimeUtc).First();
        Assert.Contains("\"function\": \"e\"", File.ReadAllText(Path.Combine(name, "result.json")), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(name, "token-query-5*.png"));
        Assert.True(File.Exists(Path.Combine(name, "tokens.image.npy")));

        await window.Show(await Views.Address(studio, "regions")); // a question
        await window.Until("() => document.querySelector('#main .told').textContent.includes('head 1 of 0 to 3')");
        await page.GetByLabel("Shown").SelectOptionAsync("");
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed “')");
        await Exported(page, "tokens.html");

        await window.Show(await Views.Address(studio, "words")); // a text
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed “')");
        await Exported(page, "tokens.html");
        await page.ReloadAsync(); // exports are found again in the list of jobs
        await window.Ready();
        await page.Locator("#work > button").First.ClickAsync();
        await page.Locator("#jobs li").First.GetByRole(AriaRole.Button, new() { NameRegex = new("files of tokens-") }).ClickAsync();
        await page.Locator("#jobs li").First.Locator("a", new() { HasTextString = "tokens.html" }).First.WaitForAsync();
    }

    [Fact]
    public async Task Tokens_that_frame_a_question_stay_without_colour_and_on_a_phone_fields_are_as_wide_as_it_is()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "question"));
        await window.Until("() => document.querySelectorAll('.words .tinted').length > 0");
        string[] tinted = await window.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('.words .tinted')].filter(e => +e.style.getPropertyValue('--share') > 0).map(e => e.textContent.trim())
            """);
        Assert.DoesNotContain("[CLS]", tinted);
        Assert.DoesNotContain("[SEP]", tinted);
        Assert.Equal(1, await window.Page.Locator(".words .tinted[style*='--share: 1.0']").CountAsync()); // a word is the strongest
        await window.Page.SetViewportSizeAsync(375, 700);
        await Wide("input[type=text]");
        await window.Show(await Views.Address(studio, "summary"));
        await window.Until(Views.Drawn("summary"));
        await Wide("textarea");

        async Task Wide(string fields)
        {
            int[] widths = await window.Page.EvaluateAsync<int[]>("of => [...document.querySelectorAll('#choices ' + of)].map(e => e.clientWidth)", fields);
            Assert.NotEmpty(widths);
            Assert.All(widths, width => Assert.InRange(width, 300, 375));
        }
    }

    static async Task Exported(IPage page, string file)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Export page, figures and arrays" }).ClickAsync();
        await page.Locator(".exporter .exported p a", new() { HasTextString = file }).WaitForAsync();
    }

    [Fact]
    public async Task The_back_button_leads_to_the_view_and_the_input_before()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "queries"));
        IPage page = window.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Objects", Exact = true }).ClickAsync();
        await window.Until("() => document.querySelectorAll('#main .layers figure').length > 2");
        await page.GetByLabel("Model").SelectOptionAsync("shapes-vit");
        await window.Until("() => location.hash.includes('model=shapes-vit') && document.querySelector('#views').textContent.includes('Segments')");
        await page.GoBackAsync();
        await window.Until("() => location.hash.includes('model=shapes-detr') && document.querySelectorAll('#main .layers figure').length > 2");
        await Assertions.Expect(page.GetByLabel("Model")).ToHaveValueAsync("shapes-detr");
        await page.GoBackAsync();
        await window.Until("() => document.querySelector('#main .told').textContent.includes('of queries in layer 3')");
        Assert.Contains("token=5", window.Words, StringComparison.Ordinal);
        await page.GoForwardAsync();
        await window.Until("() => document.querySelectorAll('#main .layers figure').length > 2");
    }

    [Fact]
    public async Task Words_of_a_text_show_layers_and_heads_and_leave_as_the_commands_page()
    {
        await using StudioWindow window = await chromium.Open(studio.Server, await Views.Address(studio, "words"));
        IPage page = window.Page;
        await window.Until("() => document.querySelector('#main .told').textContent.startsWith('What formed “')");
        await page.Locator(".word").Nth(7).HoverAsync();
        string word = (await page.Locator(".word").Nth(7).InnerTextAsync()).Trim();
        await window.Until($"() => document.querySelector('#main .told').textContent.startsWith('What formed “{word}”')");
        await page.Locator(".word").Nth(7).ClickAsync();
        await page.GetByLabel("Layer").SelectOptionAsync("2");
        await window.Until("() => document.querySelector('#main .told').textContent.includes('of text in layer 2')");
        await page.GetByLabel("Shown").SelectOptionAsync(new SelectOptionValue { Value = "1" });
        await page.GetByLabel("Head").SelectOptionAsync(new SelectOptionValue { Value = "0" });
        await window.Until("() => document.querySelector('#main .told').textContent.includes('blocks.1.attn.probs, head 0 of')");
        await page.GetByRole(AriaRole.Button, new() { Name = "Export page, figures and arrays" }).ClickAsync();
        await page.Locator(".exported p a", new() { HasTextString = "attention.html" }).WaitForAsync();
    }
}
