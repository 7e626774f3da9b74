using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Pictures;

namespace Translucent.Tests.Models;

/// <summary>The ViT of Golden/cases with other names, settings and files.</summary>
static class CaseModels
{
    /// <summary>Logits of <see cref="Photo"/> by PyTorch in float64.</summary>
    public static readonly double[] Logits = [1.0715, -2.2972, 3.5985, 0.0998, 0.7908];

    static readonly (string HuggingFace, string Timm)[] s_timm =
    [
        ("vit.embeddings.cls_token", "cls_token"), ("vit.embeddings.position_embeddings", "pos_embed"),
        ("vit.embeddings.patch_embeddings.projection.", "patch_embed.proj."), ("vit.encoder.layer.", "blocks."), (".layernorm_before.", ".norm1."),
        (".layernorm_after.", ".norm2."), (".attention.output.dense.", ".attn.proj."), (".intermediate.dense.", ".mlp.fc1."), (".output.dense.", ".mlp.fc2."),
        ("vit.layernorm.", "norm."), ("classifier.", "head."),
    ];

    public static string Photo => Golden.File("cases/p40.png");

    /// <summary>The tensors with their Hugging Face names.</summary>
    public static List<StoredTensor> Plain()
    {
        using TensorFile file = TensorFile.Open(Golden.File("cases/plain/model.safetensors"));
        return [.. file.Tensors.Select(t => StoredTensor.From<float>(t.Name, t.Shape, t.ToTensor().Span))];
    }

    /// <summary>The same with timm's names.</summary>
    public static List<StoredTensor> Timm()
    {
        List<StoredTensor> all = [], plain = Plain();
        foreach (StoredTensor t in plain)
        {
            if (t.Name.Contains(".attention.attention.", StringComparison.Ordinal))
            {
                if (!t.Name.Contains(".query.", StringComparison.Ordinal)) continue;
                float[] joined = [.. ((string[])["query", "key", "value"])
                    .SelectMany(n => plain.Single(p => p.Name == t.Name.Replace("query", n)).ToTensor().ToArray())];
                string name = t.Name.Replace("vit.encoder.layer.", "blocks.").Replace(".attention.attention.query.", ".attn.qkv.");
                all.Add(StoredTensor.From<float>(name, [3 * t.Shape[0], .. t.Shape[1..]], joined));
            }
            else all.Add(t.WithName(s_timm.Aggregate(t.Name, (n, rule) => n.Replace(rule.HuggingFace, rule.Timm))));
        }
        return all;
    }

    /// <summary>Writes a folder.</summary>
    /// <param name="config">config.json; that of the plain model when null.</param>
    /// <returns>The folder.</returns>
    public static string Write(string folder, IEnumerable<StoredTensor> tensors, string? config = null, string file = "model.safetensors")
    {
        Directory.CreateDirectory(folder);
        Safetensors.Write(Path.Combine(folder, file), [.. tensors]);
        File.WriteAllText(Path.Combine(folder, "config.json"), config ?? File.ReadAllText(Golden.File("cases/plain/config.json")));
        File.Copy(Golden.File("cases/plain/preprocessor_config.json"), Path.Combine(folder, "preprocessor_config.json"), overwrite: true);
        return folder;
    }

    /// <summary>config.json of the plain model with some keys set.</summary>
    public static string Config(params (string Key, JsonNode Value)[] keys)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(Golden.File("cases/plain/config.json")))!.AsObject();
        foreach ((string key, JsonNode value) in keys) config[key] = value;
        return config.ToJsonString();
    }

    /// <summary>Logits of the photograph.</summary>
    public static float[] LogitsOf(string path)
    {
        using VisionTransformer model = VisionModels.Open(path);
        using Trace trace = model.Forward(ImageFile.Read(Photo));
        return trace.Logits.ToArray();
    }

    public static void AssertLogits(IReadOnlyList<double> expected, string path) =>
        Assert.All(expected.Zip(LogitsOf(path)), pair => Assert.Equal(pair.First, pair.Second, 6e-5));
}
