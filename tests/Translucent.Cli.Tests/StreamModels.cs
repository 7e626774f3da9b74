using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Shapes;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>A tiny detector and a tiny model that answers questions, as folders that the command opens; pictures, regions and scenes for them.</summary>
static class StreamModels
{
    const int Positions = 48; // of the longest question

    /// <summary>Answers of the tiny model, in the order of its head.</summary>
    public static IReadOnlyList<string> Answers { get; } = ["yes", "no", "red", "blue", "green", "2", "3", "yellow"];

    /// <summary>The golden detector with small inputs.</summary>
    public static string Detector(TempFolder folder, string name = "detector")
    {
        Directory.CreateDirectory(folder[name]);
        foreach (string file in (string[])["config.json", "model.safetensors"])
            File.Copy(Golden.File($"multimodal/detr/{file}"), Path.Combine(folder[name], file));
        folder.Add(Path.Combine(name, "preprocessor_config.json"),
            """{"do_resize": true, "size": {"shortest_edge": 64, "longest_edge": 128}, "do_normalize": true}""");
        return folder[name];
    }

    /// <summary>The golden LXMERT with a tokenizer of 60 tokens and named answers; its regions have 24 numbers, or 32 as the states of the detector.</summary>
    public static string Answering(TempFolder folder, string name = "answering", int features = 24, bool named = true)
    {
        Directory.CreateDirectory(folder[name]);
        using (Safetensors golden = Safetensors.Open(Golden.File("multimodal/lxmert/model.safetensors")))
            Safetensors.Write(Path.Combine(folder[name], "model.safetensors"), golden.Tensors.Select(t =>
                t.Name.EndsWith("position_embeddings.weight", StringComparison.Ordinal) ? Tiled(t, Positions, t.Shape[1])
                : t.Name.EndsWith("visn_fc.visn_fc.weight", StringComparison.Ordinal) ? Tiled(t, t.Shape[0], features) : t));
        JsonNode config = JsonNode.Parse(File.ReadAllText(Golden.File("multimodal/lxmert/config.json")))!;
        (config["max_position_embeddings"], config["visual_feat_dim"], config["translucent_detector"]) = (Positions, features, "detector");
        if (named) config["id2label"] = new JsonObject(Answers.Select((a, i) => KeyValuePair.Create($"{i}", (JsonNode?)a)));
        folder.Add(Path.Combine(name, "config.json"), config.ToJsonString());
        folder.Add(Path.Combine(name, "tokenizer.json"), Words().ToJsonString());
        return folder[name];
    }

    /// <summary>[rows, columns], the given numbers over and over.</summary>
    static StoredTensor Tiled(StoredTensor t, int rows, int columns)
    {
        Tensor from = t.ToTensor(), to = new(rows, columns);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) to.Row(r)[c] = from.Row(r % from.Rows)[c % from.Width];
        return StoredTensor.From(t.Name, to);
    }

    /// <summary>A tokenizer of BERT's kind with 60 tokens.</summary>
    static JsonObject Words()
    {
        string[] first = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "?", "what", "is", "the", "colour", "of", "cat", "red", "how", "many", "there", "are"];
        string[] all = [.. first.Concat(SceneVocabulary.Words).Distinct().Take(60)];
        JsonArray Frame(params string[] parts) =>
            [.. parts.Select(p => (JsonNode)(p.StartsWith('[') ? new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = p, ["type_id"] = 0 } }
            : new JsonObject { ["Sequence"] = new JsonObject { ["id"] = p, ["type_id"] = 0 } }))];
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. first[..4].Select((t, i) => (JsonNode)new JsonObject
            {
                ["id"] = i, ["content"] = t, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
            })]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = null,
                ["lowercase"] = true,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = Frame("[CLS]", "A", "[SEP]"),
                ["pair"] = Frame("[CLS]", "A", "[SEP]", "B", "[SEP]"),
                ["special_tokens"] = new JsonObject
                {
                    ["[CLS]"] = new JsonObject { ["id"] = "[CLS]", ["ids"] = new JsonArray(2), ["tokens"] = new JsonArray("[CLS]") },
                    ["[SEP]"] = new JsonObject { ["id"] = "[SEP]", ["ids"] = new JsonArray(3), ["tokens"] = new JsonArray("[SEP]") },
                },
            },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = new JsonObject(all.Select((word, i) => KeyValuePair.Create(word, (JsonNode?)i))),
            },
        };
    }

    /// <summary>A small photograph.</summary>
    public static string Picture(TempFolder folder, string name = "photo.png") =>
        folder.Add(name, ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 90, 60)));

    /// <summary>Features [regions, width] and boxes in shares of the picture.</summary>
    public static (Tensor Features, Tensor Boxes) Regions(int regions = 5, int width = 24)
    {
        Random random = new(7);
        Tensor features = new(regions, width), boxes = new(regions, 4);
        for (int i = 0; i < features.Length; i++) features.Span[i] = random.NextSingle();
        for (int r = 0; r < regions; r++)
        {
            (float left, float top) = (0.5f * random.NextSingle(), 0.5f * random.NextSingle());
            ((float[])[left, top, left + 0.1f + 0.3f * random.NextSingle(), top + 0.1f + 0.3f * random.NextSingle()]).CopyTo(boxes.Row(r));
        }
        return (features, boxes);
    }

    /// <summary>The same as a NumPy archive.</summary>
    public static string Archive(TempFolder folder, string name = "regions.npz", int regions = 5, int width = 24)
    {
        (Tensor features, Tensor boxes) = Regions(regions, width);
        NumpyArchive.Write(folder[name], [StoredTensor.From("features", features), StoredTensor.From("boxes", boxes)]);
        return folder[name];
    }

    /// <summary>Scenes with masks and questions.</summary>
    public static string Scenes(TempFolder folder, int count = 2)
    {
        ShapesFolder.Write(folder["scenes"],
            new ShapesPlan(count, 5) { Options = new ShapesOptions { Width = 48, Height = 32, MinObjects = 1, MaxObjects = 3, Questions = 2 } });
        return folder["scenes"];
    }

    /// <summary>Every file of a record is there with its size and content, and nothing else is; the page refers to nothing outside.</summary>
    public static JsonElement Complete(string folder)
    {
        JsonElement result = CliRun.Result(folder);
        JsonElement[] files = [.. result.GetProperty("files").EnumerateArray()];
        Assert.Equal(files.Select(f => f.GetProperty("name").GetString()).Append("result.json").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (JsonElement file in files)
        {
            byte[] content = File.ReadAllBytes(Path.Combine(folder, file.GetProperty("name").GetString()!));
            Assert.Equal((file.GetProperty("bytes").GetInt64(), file.GetProperty("sha256").GetString()),
                (content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        }
        string model = $"<th>model sha256</th><td>{result.GetProperty("model").GetProperty("hash").GetString()}</td>";
        foreach (string page in Directory.GetFiles(folder, "*.html").Select(File.ReadAllText))
            if (page.Contains("<h2>Settings</h2>", StringComparison.Ordinal)) Assert.Contains(model, page, StringComparison.Ordinal);
        if (!File.Exists(Path.Combine(folder, "index.html"))) return result;
        string index = File.ReadAllText(Path.Combine(folder, "index.html"));
        foreach (string outside in (string[])["http:", "https:", "@import", "<link", "<script src"]) Assert.DoesNotContain(outside, index);
        foreach (string source in Attributes(index, "src='")) Assert.StartsWith("data:image/", source);
        foreach (string link in Attributes(index, "href='")) Assert.True(File.Exists(Path.Combine(folder, Uri.UnescapeDataString(link))), link);
        return result;
    }

    static IEnumerable<string> Attributes(string page, string start) => page.Split(start).Skip(1).Select(rest => rest[..rest.IndexOf('\'')]);

    /// <summary>Ends with this code and one line that holds these words.</summary>
    public static void EndsWith(this CliRun run, int code, string words)
    {
        Assert.Equal($"{code}: {run.Error}", $"{run.Code}: {run.Error}");
        Assert.StartsWith("translucent: ", run.Error);
        Assert.Contains(words, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("defect", run.Error);
    }
}
