using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Shapes;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Shapes;

/// <summary>Holds the files of a set to the second implementation: masks, label maps, boxes, questions, captions, stories, vocabulary.</summary>
sealed class ShapesFolderCheck
{
    readonly string _folder;
    readonly HashSet<string> _vocabulary = [.. SceneVocabulary.Words];
    readonly Dictionary<long, CocoAnnotation[]> _annotations;
    readonly Dictionary<long, (string Visible, string Full)> _counts = [];
    readonly IReadOnlyList<CocoImage> _images;
    readonly JsonElement[] _scenes;
    readonly ILookup<int, JsonElement> _questions, _stories;

    public ShapesFolderCheck(string folder)
    {
        _folder = folder;
        CocoInstances instances = CocoInstances.Read(Path.Combine(folder, "instances.json"));
        _annotations = instances.Annotations.GroupBy(a => a.ImageId).ToDictionary(g => g.Key, g => g.ToArray());
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "instances.json")));
        foreach (JsonElement a in json.RootElement.GetProperty("annotations").EnumerateArray())
        {
            _counts.Add(a.GetProperty("id").GetInt64(), (Counts(a, "segmentation"), Counts(a, "full_segmentation"))); // an id only once
            Assert.Equal((0, a.GetProperty("area").GetInt32()),
                (a.GetProperty("iscrowd").GetInt32(), Rle.Parse(Counts(a, "segmentation"), instances.Images[0].Width, instances.Images[0].Height).Area));
        }
        _images = instances.Images;
        _scenes = Lines("scenes.jsonl");
        _questions = Lines("questions.jsonl").ToLookup(q => q.GetProperty("scene").GetInt32());
        _stories = Lines("stories.jsonl").ToLookup(q => q.GetProperty("scene").GetInt32());
        Assert.Equal(_scenes.Length, instances.Images.Count);
        Assert.Equal(Scenes.Classes.Skip(1), instances.Categories.Select(c => c.Name));
    }

    public int Questions { get; private set; }
    public int Stories { get; private set; }
    public int Objects { get; private set; }

    /// <summary>Answers by family, for the balance.</summary>
    public Dictionary<string, Dictionary<string, int>> Answers { get; } = [];

    /// <summary>Words that occurred.</summary>
    public HashSet<string> Seen { get; } = [];

    public void Run()
    {
        object gate = new();
        List<string> wrong = [];
        Parallel.For(0, _scenes.Length, i =>
        {
            try
            {
                PlainScene scene = new(_scenes[i]);
                Pixels(scene, i);
                foreach (JsonElement question in _questions[i]) Question(scene, question);
                foreach (JsonElement story in _stories[i]) Story(scene, story);
                Captions(scene);
                lock (gate) Count(scene, i);
            }
            catch (Xunit.Sdk.XunitException e)
            {
                lock (gate) wrong.Add($"scene {i}: {e.Message}");
            }
        });
        Assert.True(wrong.Count == 0, $"{wrong.Count} scenes: {string.Join("\n", wrong.Take(5))}");
    }

    void Count(PlainScene scene, int i)
    {
        Objects += scene.Objects.Length;
        Questions += _questions[i].Count();
        Stories += _stories[i].Count();
        foreach (JsonElement q in _questions[i])
        {
            string family = q.GetProperty("family").GetString()!, answer = q.GetProperty("answer").GetString()!;
            if (!Answers.TryGetValue(family, out Dictionary<string, int>? counts)) Answers[family] = counts = [];
            counts[answer] = counts.GetValueOrDefault(answer) + 1;
            foreach (string word in Texts(q, "tokens").Concat(Texts(q, "wrong").Append(answer).SelectMany(SceneVocabulary.Tokenize))) Use(word);
        }
        foreach (string text in _stories[i].SelectMany(s => Texts(s, "sentences").Append(s.GetProperty("summary").GetString()!))
            .Concat(Texts(scene.Json, "captions"))
            .Concat(scene.Json.GetProperty("references").EnumerateArray().Select(r => r.GetProperty("text").GetString()!)))
            foreach (string word in SceneVocabulary.Tokenize(text)) Use(word);

        void Use(string word)
        {
            if (Seen.Add(word)) Assert.Contains(word, _vocabulary);
        }
    }

    void Pixels(PlainScene scene, int index)
    {
        Image labels = ImageFile.Read(Path.Combine(_folder, scene.Json.GetProperty("labels").GetString()!));
        Image image = ImageFile.Read(Path.Combine(_folder, scene.Json.GetProperty("image").GetString()!));
        Assert.Equal((scene.Width, scene.Height), (image.Width, image.Height));
        Assert.Equal(new CocoImage(index, Path.GetFileName(scene.Json.GetProperty("image").GetString()!), scene.Width, scene.Height), _images[index]);
        CocoAnnotation[] annotations = _annotations.GetValueOrDefault(index, []);
        Assert.Equal(scene.Objects.Length, annotations.Length);
        int[] owners = new int[scene.Owners.Length];
        owners.AsSpan().Fill(-1);
        for (int i = 0; i < annotations.Length; i++)
        {
            PlainObject o = scene.Objects[i];
            bool[] mask = PlainRle.Decode(_counts[annotations[i].Id].Visible, scene.Width, scene.Height);
            Assert.Equal(mask, annotations[i].Mask.Decode());
            for (int p = 0; p < mask.Length; p++)
                if (mask[p])
                {
                    Assert.Equal(-1, owners[p]); // no pixel belongs to two
                    owners[p] = i;
                }
            int[] own = [.. Enumerable.Range(0, mask.Length).Where(p => mask[p])];
            int left = own.Min(p => p % scene.Width), top = own.Min(p => p / scene.Width);
            int[] box = [left, top, own.Max(p => p % scene.Width) - left + 1, own.Max(p => p / scene.Width) - top + 1];
            Assert.Equal(box, o.Box);
            Assert.Equal(box.Select(b => (double)b), [annotations[i].Box.X, annotations[i].Box.Y, annotations[i].Box.Width, annotations[i].Box.Height]);
            Assert.Equal((own.Length, o.CountedWhole), (o.Area, o.WholeArea));
            Assert.Equal(Array.IndexOf(PlainAnswers.Kinds, o.Kind) + 1, annotations[i].CategoryId);
            Assert.Equal(scene.Full[i], PlainRle.Decode(_counts[annotations[i].Id].Full, scene.Width, scene.Height));
            if (own.Length >= 150 && (o.Surface is "plain" or "gradient")) Assert.Equal(o.Colour, PlainColours.Seen(image, own));
        }
        Assert.Equal(scene.Owners, owners);
        for (int p = 0; p < owners.Length; p++)
            Assert.Equal(owners[p] < 0 ? 0 : Array.IndexOf(PlainAnswers.Kinds, scene.Objects[owners[p]].Kind) + 1, labels.Pixels[p]);
        Assert.Equal(PlainAnswers.Kinds.Where(k => scene.Objects.Any(o => o.Kind == k)), Texts(scene.Json, "classes"));
        Assert.Equal(scene.Objects.Length == 1, scene.Json.TryGetProperty("class", out JsonElement only));
        if (scene.Objects.Length == 1) Assert.Equal(scene.Objects[0].Kind, only.GetString());
    }

    static void Question(PlainScene scene, JsonElement question)
    {
        string[] words = Texts(question, "tokens");
        string text = question.GetProperty("question").GetString()!, answer = question.GetProperty("answer").GetString()!;
        Assert.Equal(words, SceneVocabulary.Tokenize(text));
        string[] wrong = Texts(question, "wrong");
        Assert.NotEmpty(wrong);
        Assert.DoesNotContain(answer, wrong);
        Assert.Distinct(wrong);

        PlainAnswers plain = new(scene);
        int[] all = [.. Enumerable.Range(0, scene.Objects.Length)], objects = Numbers(question, "objects");
        Assert.True(answer == plain.Answer(words, all), $"{text} {answer}, but {plain.Answer(words, all)}");
        Assert.Equal(answer, plain.Answer(words, all.Where(scene.IsClear))); // what is hardly seen does not decide
        Assert.All(objects, o => Assert.True(scene.IsClear(o)));
        Assert.Equal(answer, plain.Answer(words, objects)); // these objects are enough
        Assert.True(objects.Length == 0 ? answer is "no" or "0" : plain.Answer(words, all.Except(objects)) != answer, text); // and they are needed
        Assert.Equal(PlainAnswers.Swaps(words).Where(s => s.Others.Any(o => plain.Answer(o, all) != answer)).Select(s => s.Word), Numbers(question, "words"));
    }

    static void Story(PlainScene scene, JsonElement story)
    {
        string[] lines = Texts(story, "sentences");
        string summary = story.GetProperty("summary").GetString()!;
        int[] sources = Numbers(story, "sources"), all = [.. Enumerable.Range(0, lines.Length)];
        string? told(IEnumerable<int> kept) => PlainStory.Summary(kept.Select(i => lines[i]));
        Assert.Equal(summary, told(all));
        Assert.Equal(summary, told(sources));
        foreach (int i in all) Assert.Equal(sources.Contains(i), told(all.Where(j => j != i)) != summary);
        foreach (string line in lines) Assert.True(StoryFacts.IsTrue(scene, line), line);
        string[] there = [.. lines.Where(l => l.StartsWith("There is", StringComparison.Ordinal)).Order()];
        Assert.Equal(scene.Objects.Select(o => StoryFacts.There(scene, o)).Order(), there);
    }

    static void Captions(PlainScene scene)
    {
        string[] all = Texts(scene.Json, "captions");
        Assert.Equal(scene.Objects.Length == 0 ? 1 : 2, all.Length);
        foreach (var group in scene.Objects.GroupBy(o => (o.Colour, o.Kind)))
        {
            string number = new[] { "", "a", "two", "three", "four", "five", "six", "seven", "eight" }[group.Count()];
            string name = group.Count() == 1 ? $"{(group.Key.Colour == "orange" ? "an" : "a")} {group.Key.Colour} {group.Key.Kind}"
                : $"{number} {group.Key.Colour} {PlainStory.Plural(group.Key.Kind)}";
            Assert.Contains(name, all[0].ToLowerInvariant());
        }
        foreach (JsonElement reference in scene.Json.GetProperty("references").EnumerateArray())
        {
            // "the red disc" is the only one when the question "what colour is the red disc" has an answer with this object alone and none without
            string[] words = ["what", "colour", "is", .. SceneVocabulary.Tokenize(reference.GetProperty("text").GetString()!), "?"];
            int o = reference.GetProperty("object").GetInt32();
            PlainAnswers plain = new(scene);
            int[] objects = [.. Enumerable.Range(0, scene.Objects.Length)];
            Assert.Equal(scene.Objects[o].Colour, plain.Answer(words, objects));
            Assert.Null(plain.Answer(words, objects.Where(i => i != o)));
        }
    }

    static string Counts(JsonElement annotation, string mask) => annotation.GetProperty(mask).GetProperty("counts").GetString()!;

    JsonElement[] Lines(string name) => [.. File.ReadLines(Path.Combine(_folder, name)).Select(line =>
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.Clone();
    })];

    static string[] Texts(JsonElement e, string name) => [.. e.GetProperty(name).EnumerateArray().Select(t => t.GetString()!)];

    static int[] Numbers(JsonElement e, string name) => [.. e.GetProperty(name).EnumerateArray().Select(t => t.GetInt32())];
}
