// Much of something where little is usual: time and memory stay linear in it, and nothing of it is printed whole.

using System.Text;
using Translucent.Checkpoints;

namespace Translucent.Fuzz.Hostile;

/// <summary>Sizes.</summary>
static class GreatSizes
{
    static readonly string[] s_explain = ["explain", "photo.png", "--model", "model", "--no-segmentation", "--out", "out"];

    public static IEnumerable<HostileEntry> All =>
    [
        Labels("one label of 50,000 letters", [new string('x', 50_000), .. Enumerable.Range(1, 4).Select(i => $"c{i}")], 0),
        Labels("every label of 20,000 letters", [.. Enumerable.Range(0, 5).Select(i => $"{i}{new string('y', 20_000)}")], 0),
        Labels("a label of 10,000 emoji", [string.Concat(Enumerable.Repeat("😀", 10_000)), "b", "c", "d", "e"], 0),
        Labels("a label of 30,000 accents on one letter", ["a" + new string('\u0301', 30_000), "b", "c", "d", "e"], 0),
        Labels("id2label of 100,000", [.. Enumerable.Range(0, 100_000).Select(i => $"class {i}")], 1),
        new("label2id of 100,000", s_explain, 0, "")
        {
            Seconds = 8,
            Make = place =>
            {
                place.Photo();
                place.Model(config: c => c["label2id"] = Enumerable.Range(0, 100_000).ToDictionary(i => $"class {i}", i => i));
            },
        },
        new("config.json of 60 MB of spaces", s_explain, 0, "")
        {
            Megabytes = 700, Make = place => With(place, "model/config.json", text => text + new string(' ', 60_000_000)),
        },
        new("config.json a thousand levels deep", s_explain, 1, "config.json")
        {
            Make = place => With(place, "model/config.json", _ => new string('[', 1000) + new string(']', 1000)),
        },
        new("config.json with 200,000 unknown keys", s_explain, 0, "")
        {
            Seconds = 10, Megabytes = 500,
            Make = place => With(place, "model/config.json", text => "{" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"\"k{i}\":1,")) + text[1..]),
        },
        new("config.json with one key of 100,000 letters", s_explain, 0, "")
        {
            Make = place => With(place, "model/config.json", text => $"{{\"{new string('k', 100_000)}\":1," + text[1..]),
        },
        new("a tensor's name of 100,000 letters", ["models", "inspect", "model"], 1, "")
        {
            Make = place => place.ModelWithTensor(new string('n', 100_000)),
        },
        new("50,000 small tensors", ["models", "inspect", "x.safetensors"], 1, "x.safetensors")
        {
            Seconds = 10,
            Make = place => Safetensors.Write(place["x.safetensors"], Enumerable.Range(0, 50_000).Select(i => StoredTensor.From<float>($"t.{i}.w", [1], [0]))),
        },
        new("9.9 million letters for tokens-of", ["tokens-of", "--model", "model", "--file", "text.txt"], 0, "")
        {
            Seconds = 60, Megabytes = 2000,
            Make = place =>
            {
                place.Model();
                place.File("model/tokenizer.json", Seeds.Resource("tokenizers/wordpiece/tokenizer.json"));
                place.File("text.txt", string.Concat(Enumerable.Repeat("hello world ", 825_000)));
            },
        },
        new("11 million letters for tokens-of", ["tokens-of", "--model", "model", "--file", "text.txt"], 2, "longer than 10000000")
        {
            Make = place =>
            {
                place.Model();
                place.File("model/tokenizer.json", Seeds.Resource("tokenizers/wordpiece/tokenizer.json"));
                place.File("text.txt", new string('a', 11_000_000));
            },
        },
        new("one word of a million letters", ["tokens-of", "--model", "model", "--file", "text.txt"], 0, "")
        {
            Seconds = 20, Megabytes = 500,
            Make = place =>
            {
                place.Model();
                place.File("model/tokenizer.json", Seeds.Resource("tokenizers/wordpiece/tokenizer.json"));
                place.File("text.txt", new string('a', 1_000_000));
            },
        },
        new("a folder of 3,000 files that are no pictures", ["explain", "in", "--model", "model", "--no-segmentation", "--out", "out"], 0, "left out")
        {
            Make = place =>
            {
                place.Model();
                place.Photo("in/a.png");
                for (int i = 0; i < 3000; i++) place.File($"in/{i}.txt", "no picture");
            },
        },
        new("an option of 100,000 letters", [.. s_explain, "--target", new string('t', 100_000)], 2, "") { Make = Both },
        new("a path of 5,000 letters", ["explain", new string('p', 5000), "--model", "model"], 1, "") { Make = Both },
        new("10,000 targets", [.. s_explain, "--target", string.Join(',', Enumerable.Range(0, 10_000))], 2, "") { Make = Both },
        new("a model's name of 100,000 letters", ["explain", "photo.png", "--model", new string('m', 100_000)], 2, "") { Make = Both },
    ];

    static HostileEntry Labels(string name, string[] labels, int code) => new(name, s_explain, code, "")
    {
        Seconds = 6,
        Make = place =>
        {
            place.Photo();
            place.ModelWithLabels(labels);
        },
    };

    static void Both(HostilePlace place)
    {
        place.Photo();
        place.Model();
    }

    static void With(HostilePlace place, string name, Func<string, string> change)
    {
        Both(place);
        place.File(name, change(Encoding.UTF8.GetString(File.ReadAllBytes(place[name]))));
    }
}
