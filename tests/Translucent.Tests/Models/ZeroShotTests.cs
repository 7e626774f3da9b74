using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Tests.Models;

/// <summary>Texts as classes of CLIP.</summary>
public sealed class ZeroShotTests : IDisposable
{
    static readonly string[] s_classes = ["a cat", "a dog", "the old bridge over the river"];

    readonly TempFolder _temp = new();
    readonly string _folder;
    readonly VisionTransformer _images;

    public ZeroShotTests()
    {
        _folder = ClipFolder.Small().Write(_temp["clip"]);
        _images = VisionModels.Open(_folder);
    }

    /// <summary>Every prompt by itself, all sums in float64: what the notebook of CLIP writes down.</summary>
    [Fact]
    public void A_class_is_the_mean_of_its_prompts()
    {
        ClassTexts texts = new(s_classes, "a photo of {}.", "{}", "a drawing of {}, and {} again");
        Assert.Equal(["a photo of a cat.", "a cat", "a drawing of a cat, and a cat again", "a photo of a dog."], texts.Prompts.Take(4));
        using ClipText tower = ClipText.Open(_folder);
        Tensor vectors = texts.Vectors(tower, Encode);
        string[] prompts = [.. texts.Prompts];
        for (int c = 0; c < 3; c++)
        {
            double[] mean = new double[24];
            foreach (string prompt in prompts[(3 * c)..(3 * c + 3)])
            {
                using Trace trace = tower.Forward([Encode(prompt)]);
                double[] e = Unit([.. ClipText.Embeddings(trace).ToArray().Select(v => (double)v)]);
                for (int i = 0; i < 24; i++) mean[i] += e[i] / 3;
            }
            double[] expected = Unit(mean);
            for (int i = 0; i < 24; i++) Assert.Equal(expected[i], vectors.Row(c)[i], 1e-6);
        }
    }

    [Fact]
    public void Classes_together_or_alone_are_the_same_bits()
    {
        string[] templates = ["a photo of {}.", "{}", "so many words around {} that it is long"],
            many = [.. s_classes, .. Enumerable.Range(0, 200).Select(i => $"number {i}")];
        using ClipText tower = ClipText.Open(_folder);
        Tensor together = new ClassTexts(many, templates).Vectors(tower, Encode);
        for (int c = 0; c < 5; c++)
            Assert.Equal(new ClassTexts([many[c]], templates).Vectors(tower, Encode).ToArray(), together.Row(c).ToArray());
    }

    [Fact]
    public void Logits_are_scaled_cosines_with_the_image()
    {
        using Trace trace = Classify(s_classes);
        using ClipText tower = ClipText.Open(_folder);
        Tensor vectors = new ClassTexts(s_classes).Vectors(tower, Encode);
        double[] image = Unit([.. trace.Tape["pooled"].Value.ToArray().Select(v => (double)v)]);
        for (int c = 0; c < 3; c++)
            Assert.Equal(Math.Exp(3) * image.Zip(vectors.Row(c).ToArray(), (a, b) => a * b).Sum(), trace.Logits.Span[c], 1e-4);
        Assert.Equal(s_classes, trace.Readout!.Labels);
        Assert.Equal(1, trace.Probabilities().ToArray().Sum(), 1e-6);
    }

    [Fact]
    public void Maps_of_a_text_do_not_depend_on_the_other_texts()
    {
        using Trace three = Classify(s_classes), two = Classify(s_classes[2], s_classes[1]);
        Assert.Equal(Gae.Rows(two, [1]).ToArray(), Gae.Rows(three, [1]).ToArray());
        Assert.Contains(Gae.Rows(three, [1]).ToArray(), v => v > 0);
        Assert.NotEqual(Gae.Rows(three, [0]).ToArray(), Gae.Rows(three, [1]).ToArray());
    }

    [Fact]
    public void Tokens_are_projected_on_texts()
    {
        using Trace trace = Classify(s_classes), turned = Classify(s_classes[2], s_classes[0], s_classes[1]);
        Tensor scores = ClassProjection.Scores(trace), other = ClassProjection.Scores(turned); // [L, 1, N, 3]
        for (int row = 0; row < scores.Rows; row++)
            Assert.Equal([scores.Row(row)[2], scores.Row(row)[0], scores.Row(row)[1]], other.Row(row).ToArray());
        ReadOnlySpan<float> logits = trace.Logits.Span;
        for (int c = 0; c < 3; c++) Assert.Equal(logits[c], scores.Row(2 * trace.Tokens)[c], 1e-5f * Math.Abs(logits[c]));
        foreach (float share in Identifiability.Rate(scores, 1, trace.Grid.Prefix).Span) Assert.InRange(share, 0, 1);

        Memories memories = Memories.Of(trace, TokenState.Mlp, block: 1);
        Assert.Equal((3, 96), (memories.Scores.Rows, memories.Count));
        Assert.Equal(4, memories.Top(cls: 1, count: 4).Distinct().Count());
        Assert.Contains(ProjectionImportance.Map(trace, [0, 1]).ToArray(), v => v != 0);
    }

    [Fact]
    public void The_old_way_to_name_the_end_of_a_text_finds_the_same_token()
    {
        string old = ClipFolder.Small(endId: 2).Write(_temp["old"]);
        using ClipText tower = ClipText.Open(old), now = ClipText.Open(_folder);
        ClassTexts texts = new(s_classes);
        Assert.Equal(texts.Vectors(now, Encode).ToArray(), texts.Vectors(tower, Encode).ToArray());
    }

    [Fact]
    public void Settings_that_published_files_leave_out_have_their_defaults()
    {
        // The sizes of ViT-B/32 but for depth and vocabulary, none of them in config.json.
        ClipFolder plain = new(new() { ["num_hidden_layers"] = 1, ["vocab_size"] = 1314, ["eos_token_id"] = 2 }, new() { ["num_hidden_layers"] = 1 },
            Projection: 512);
        string folder = plain.Write(_temp["plain"], type: StoredType.F16);
        using VisionTransformer images = VisionModels.Open(folder);
        using ClipText text = ClipText.Open(folder);
        Assert.Equal(new VisionConfig("CLIP", 768, 1, 12, 3072, 32, 224, 1), images.Config);
        Assert.Equal(new ClipTextConfig(1314, 512, 1, 8, 2048, 77, 512, 2), text.Config);
        Assert.Equal(3, text.LogitScale);
        Assert.Equal(49, images.Forward(new Tensor(1, 3, 224, 224)).Grid.Count);
        Assert.Equal([2, 512], new ClassTexts(["a cat", "a dog"]).Vectors(text, Encode).Shape.ToArray());
    }

    [Fact]
    public void Activations_are_those_of_the_settings()
    {
        string gelu = ClipFolder.Small(activation: "gelu").Write(_temp["gelu"]);
        using ClipText exact = ClipText.Open(gelu), quick = ClipText.Open(_folder);
        ClassTexts texts = new(s_classes);
        Assert.NotEqual(texts.Vectors(quick, Encode).ToArray(), texts.Vectors(exact, Encode).ToArray());
    }

    [Theory]
    [InlineData("text_model.", "text_model.*")]
    [InlineData("text_projection", "text_projection.weight")]
    [InlineData("visual_projection", "visual_projection.weight")]
    [InlineData("logit_scale", "logit_scale")]
    public void What_a_folder_lacks_is_named(string without, string missing)
    {
        string folder = ClipFolder.Small().Write(_temp["part"], name => !name.StartsWith(without, StringComparison.Ordinal));
        File.Delete(Path.Combine(folder, "tokenizer.json"));
        Assert.Equal([missing, "tokenizer.json"], ZeroShot.Missing(folder));
        using VisionTransformer images = VisionModels.Open(folder);
        string message = Assert.Throws<TranslucentException>(() => images.WithTexts(folder, new ClassTexts(s_classes))).Message;
        Assert.EndsWith($"has no {missing}, tokenizer.json, expected a folder of CLIP or SigLIP with image tower, text tower and tokenizer.", message);
    }

    [Fact]
    public void What_cannot_be_a_class_is_refused()
    {
        Refused("classes: none", []);
        Refused("classes: one is empty", ["a cat", " "]);
        Refused("classes: 'a cat' comes twice", ["a cat", "a dog", "a cat"]);
        Refused("template 'a photo': has no {} where the class goes", ["a cat"], "a photo");
        string longest = string.Join(' ', Enumerable.Repeat("a", 72)), longer = longest + " a";
        Assert.Equal(1, _images.WithTexts(_folder, new ClassTexts([longest], "{} . . .")).Classes); // 75 tokens and two
        Refused("is 78 tokens long with begin and end, and this model reads at most 77", [longer], "{} . . .");
        Refused("ends at token 3 of 5 for this model, expected the last; it may hold a special token", ["a<|endoftext|>a"], "{}");
        using ClipText tower = ClipText.Open(_folder);
        ClassTexts cat = new(["a cat"]);
        Assert.Contains("ends at token 2 of 3 for this model", Assert.Throws<TranslucentException>(() => cat.Vectors(tower, _ => [1312, 1313, 1313])).Message);
        Assert.Contains("without the end id 1313", Assert.Throws<TranslucentException>(() => cat.Vectors(tower, _ => [1312, 5])).Message);
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => cat.Vectors(tower, Encode, cancellationToken: stopped.Token));
    }

    void Refused(string message, string[] classes, params string[] templates) =>
        Assert.Contains(message, Assert.Throws<TranslucentException>(() => _images.WithTexts(_folder, new ClassTexts(classes, templates))).Message);

    Trace Classify(params string[] classes)
    {
        Tensor pixels = new(1, 3, 32, 32);
        Random random = new(3);
        foreach (ref float v in pixels.Span) v = random.NextSingle() - 0.5f;
        return _images.WithTexts(_folder, new ClassTexts(classes)).Forward(pixels);
    }

    static int[] Encode(string text) => [.. s_tokenizer.Encode(text).Ids];

    static readonly Tokenizer s_tokenizer = Tokenizer.Open(Golden.File("tokenizers/clip_bpe/tokenizer.json"));

    static double[] Unit(double[] x)
    {
        double length = Math.Sqrt(x.Sum(v => v * v));
        return Array.ConvertAll(x, v => v / length);
    }

    public void Dispose()
    {
        _images.Dispose();
        _temp.Dispose();
    }
}
