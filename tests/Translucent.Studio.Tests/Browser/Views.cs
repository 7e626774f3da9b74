namespace Translucent.Studio.Tests.Browser;

/// <summary>Every view of the studio as an address, and what is there when it has been drawn.</summary>
static class Views
{
    public const string Large = ".two > div:first-child .photo canvas";

    /// <summary>Name, model, words, and a condition that holds once everything is drawn.</summary>
    public static IReadOnlyList<(string Name, string Model, string Words, string Drawn)> All { get; } =
    [
        ("tokens", "cifar10-vit", "view=tokens&token=27&other=36", "document.querySelector('#main .told').textContent.includes('exact')"),
        ("classes", "cifar10-vit", "view=classes", "document.querySelector('#main .sticky + .told').textContent.includes('maps')"),
        ("paint", "cifar10-vit", "view=paint&gone=18,19,26,27", "document.querySelector('.chart') && document.querySelectorAll('.bars li').length > 2"),
        ("segments", "cifar10-vit", "view=segments&layer=4&k=4", "document.querySelectorAll('.legend li').length === 4"),
        ("project", "cifar10-vit", "view=project&token=27", "document.querySelector('.chart')"),
        ("heads", "cifar10-vit", "view=heads", "document.querySelectorAll('.layers figure').length > 1"),
        ("objects", "shapes-detr", "view=objects", "document.querySelectorAll('#main .layers figure').length > 2"),
        ("queries", "shapes-detr", "view=streams&stream=queries&token=5&layer=3",
            "document.querySelector('#main .told').textContent.includes('beside itself')"),
        ("regions", "shapes-lxmert", "view=streams&stream=text&step=9&head=1&token=2&question=What+colour+is+the+heart%3F",
            "document.querySelector('#main .told').textContent.includes('head 1 of')"),
        ("question", "shapes-lxmert", "view=question&question=What+colour+is+the+heart%3F", "document.querySelectorAll('.steps li').length > 0"),
        ("summary", "shapes-llama", "view=summary&generate=12&text=TEXT", "document.querySelector('#main .told').textContent.includes('whole summary')"),
        ("lens", "shapes-llama", "view=lens&generate=12&text=TEXT", "document.querySelector('table.lens')"),
        ("words", "shapes-llama", "view=words&generate=12&text=TEXT", "document.querySelectorAll('.word').length > 10"),
    ];

    /// <summary>The address of a view.</summary>
    public static async Task<string> Address(RunningStudio studio, string name)
    {
        (_, string model, string words, _) = All.First(v => v.Name == name);
        string picture = await studio.Picture(model == "cifar10-vit" ? "chelsea.png" : RunningStudio.Scene);
        string text = Uri.EscapeDataString(File.ReadAllText(Samples.File("story-stars.txt")).Trim());
        return $"model={model}&image={picture}&{words.Replace("TEXT", text, StringComparison.Ordinal)}";
    }

    public static string Drawn(string name) => $"() => Boolean({All.First(v => v.Name == name).Drawn})";
}
