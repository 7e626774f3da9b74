// Letters that a terminal obeys or that turn a line around, in every place where a name from elsewhere is shown: they never reach it raw.

namespace Translucent.Fuzz.Hostile;

/// <summary>Letters and places.</summary>
static class HostileLetters
{
    static readonly (string Name, string Text)[] s_letters =
    [
        ("an escape sequence", "\u001b[2J\u001b]0;x\u0007"), ("a line break", "a\nb"), ("a carriage return", "a\rb"), ("a C1 control", "\u009b31m"),
        ("a bidirectional override", "\u202egnp.exe"), ("a bidirectional isolate", "\u2066a\u2069"), ("a line separator", "a\u2028b"),
        ("a backspace", "ab\b\bcd"),
    ];

    /// <summary>Where it stands, the command, its code, and how the place is made.</summary>
    static readonly (string Name, Func<string, string[]> Args, int Code, Action<HostilePlace, string> Make)[] s_places =
    [
        ("an image's name", x => ["explain", $"{x}.png", "--model", "model", "--no-segmentation", "--out", "out"], 0, (place, x) =>
        {
            place.Model();
            place.Photo($"{x}.png");
        }),
        ("a damaged image's name", x => ["explain", $"{x}.png", "--model", "model", "--no-segmentation", "--out", "out"], 1, (place, x) =>
        {
            place.Model();
            place.File($"{x}.png", "text");
        }),
        ("a file that is left out", _ => ["explain", "in", "--model", "model", "--no-segmentation", "--out", "out"], 0, (place, x) =>
        {
            place.Model();
            place.Photo("in/a.png");
            place.File($"in/{x}.txt", "text");
        }),
        ("a model folder", x => ["explain", "photo.png", "--model", x, "--no-segmentation", "--out", "out"], 0, (place, x) =>
        {
            place.Model(x);
            place.Photo();
        }),
        ("a model that is not there", x => ["explain", "photo.png", "--model", $"no{x}"], 2, (place, _) => place.Photo()),
        ("the output folder", x => ["explain", "photo.png", "--model", "model", "--no-segmentation", "--out", x], 0, Both),
        ("a label", _ => ["explain", "photo.png", "--model", "model", "--no-segmentation", "--out", "out"], 0, (place, x) =>
        {
            place.Photo();
            place.ModelWithLabels([.. Enumerable.Range(0, 5).Select(i => $"{i}{x}")]);
        }),
        ("a label in models inspect", _ => ["models", "inspect", "model"], 0, (place, x) =>
            place.ModelWithLabels([.. Enumerable.Range(0, 5).Select(i => $"{i}{x}")])),
        ("a tensor's name", _ => ["models", "inspect", "model"], 1, (place, x) => place.ModelWithTensor($"t{x}.weight")),
        ("model_type", _ => ["models", "inspect", "model"], 1, (place, x) => place.Model(config: c => c["model_type"] = x)),
        ("an unknown key of config.json", _ => ["explain", "photo.png", "--model", "model", "--no-segmentation", "--out", "out"], 0, (place, x) =>
        {
            place.Photo();
            place.Model(config: c => c[$"key{x}"] = 1);
        }),
        ("a target", x => ["explain", "photo.png", "--model", "model", "--target", $"no{x}"], 2, Both),
        ("a verb", x => [$"explain{x}"], 2, (_, _) => { }),
        ("an option", x => ["explain", "photo.png", $"--mo{x}", "1"], 2, Both),
        ("a text", x => ["tokens-of", $"hello {x}", "--model", "model"], 0, (place, _) =>
        {
            place.Model();
            place.File("model/tokenizer.json", Seeds.Resource("tokenizers/wordpiece/tokenizer.json"));
        }),
        ("prompts", x => ["explain", "photo.png", "--model", "model", "--classes", $"a{x},b"], 2, Both),
    ];

    public static IEnumerable<HostileEntry> All =>
    [
        .. from letter in s_letters from place in s_places select new HostileEntry($"{letter.Name} in {place.Name}", place.Args(letter.Text), place.Code, "")
        {
            Make = folder => place.Make(folder, letter.Text),
        },
        .. from letter in s_letters from name in (string[])["HF_ENDPOINT", "HF_HOME", "TRANSLUCENT_GEMM", "HF_TOKEN"]
           select new HostileEntry($"{letter.Name} in {name}", ["models", "pull", "org/name"], name == "HF_ENDPOINT" ? 2 : 1, "^translucent: ")
           {
               Variables = name == "HF_ENDPOINT" ? new() { [name] = letter.Text } : new Dictionary<string, string>
               {
                   ["HF_ENDPOINT"] = "http://127.0.0.1:9", [name] = letter.Text,
               },
           },
    ];

    static void Both(HostilePlace place, string letters)
    {
        place.Photo();
        place.Model();
    }
}
