using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>SigLIP and attention pooling against PyTorch in float64 (Golden/siglip/make.py).</summary>
public sealed class SiglipTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Forward_pass_and_pooling_equal_the_reference()
    {
        using SiglipFixture f = new();
        Tape tape = f.Trace.Tape;
        f.Check("hidden_states", Stack(tape["embed"].Value, tape["blocks.0.out"].Value, tape["blocks.1.out"].Value));
        f.Check("final_norm", tape["norm"].Value);
        f.Check("attentions", Stack([.. f.Trace.Steps.Select(s => f.Trace.Attention(s))]));
        f.Check("pool_attn", f.Trace.Attention(f.Trace.Readout!.Pooling!.Step));
        f.Check("pooled", tape["pooled"].Value);
        f.Check("logits", f.Trace.Logits);
        f.Check("probs", f.Trace.Probabilities());
        Assert.Equal(ScoreMeaning.AnyOf, f.Trace.Readout.Meaning);
        using Trace bare = f.Tower.Forward(f.Input("pixel_values"));
        f.Check("pooled", bare.Tape["pooled"].Value);
        f.Check("raw", RawAttention.Rows(bare));
        f.Check("rollout", Rollout.Rows(bare));
    }

    [Fact]
    public void Gradients_of_all_attentions_equal_the_reference()
    {
        using SiglipFixture f = new();
        AttentionStep[] steps = [.. f.Trace.Steps, f.Trace.Readout!.Pooling!.Step];
        AttentionRecorder[] recorders = [.. steps.Select(_ => new AttentionRecorder())];
        Watch watch = new();
        for (int s = 0; s < steps.Length; s++) watch.Attention(steps[s].Site, recorders[s]);
        f.Trace.Tape.Sweep(f.Trace.Tape["logits"], new ClassTargets([3]).Bind(f.Trace).Seed(0, 1), watch);
        f.Check("attn_grad/c3", Stack(recorders[0].Gradient!, recorders[1].Gradient!));
        f.Check("pool_grad/c3", recorders[2].Gradient!);
    }

    [Theory]
    [InlineData("gae", "gae")]
    [InlineData("tokentm", "tokentm")]
    [InlineData("gradcam", "gradcam")]
    [InlineData("attcat", "attcat")]
    [InlineData("legrad", "legrad")]
    [InlineData("gradient_x_input", "gradient_x_input")]
    public void Methods_start_in_the_query_that_pools(string method, string golden)
    {
        using SiglipFixture f = new();
        Tensor rows = ClassMethods.Named(method).Explain(f.Trace, [0, 3]).Tokens!;
        f.Check($"{golden}/c0", new Tensor([16], rows.Row(0)), 2e-5);
        f.Check($"{golden}/c3", new Tensor([16], rows.Row(1)), 2e-5);
    }

    [Fact]
    public void Methods_without_a_class_equal_the_reference()
    {
        using SiglipFixture f = new();
        f.Check("raw", ClassMethods.Named("raw").Explain(f.Trace, [0]).Tokens!);
        f.Check("rollout", ClassMethods.Named("rollout").Explain(f.Trace, [0]).Tokens!);
        f.Check("ultra_pooled", ClassMethods.Named("ultra").Explain(f.Trace, [0]).Tokens!, 2e-5);
        f.Check("ultra_s", Ultra.Explain(f.Trace, 3).Rows, 2e-5);
        f.Check("ultra_e", Ultra.Explain(f.Trace, 3, TokenFunction.E).Rows, 2e-5);
        f.Check("class_projection", ClassProjection.Scores(f.Trace));
    }

    /// <summary>Targets together or alone, a batch or one by one, everything kept or recomputed: the same bits, for every method that fits.</summary>
    [Fact]
    public void Every_method_gives_the_same_bits_together_and_alone()
    {
        using SiglipFixture f = new();
        Tensor one = f.Input("pixel_values"), both = new(2, 3, 32, 32);
        for (int i = 0; i < one.Length; i++) (both.Span[i], both.Span[one.Length + i]) = (-one.Span[i], one.Span[i]);
        using Trace batch = f.Model.Forward(both, Keep.Boundaries);
        foreach (ClassMethod method in ClassMethods.All)
        {
            string? reason = method.Fits(f.Trace, [0, 3]);
            Assert.Equal(method.Name == "projection_importance", reason is not null);
            if (reason is not null) continue;
            float[] together = method.Compute(f.Trace, [0, 3], new SweepOptions()).ToArray();
            float[] alone = method.Compute(f.Trace, [3], new SweepOptions()).ToArray();
            Assert.Equal(alone, method.TellsClassesApart ? together[alone.Length..] : together);
            Assert.All(together, v => Assert.True(float.IsFinite(v), method.Name));
            Tensor batched = method.Compute(batch, [3], new SweepOptions());
            if (method.Name != "smoothgrad") Assert.Equal(alone, batched.Span[(batched.Length / 2)..].ToArray());
        }
    }

    [Fact]
    public void Relevance_that_no_query_and_bias_takes_is_conserved()
    {
        using SiglipFixture f = new();
        Tensor lrp = ClassMethods.Named("lrp").Explain(f.Trace, [0]).Tokens!;
        Assert.Contains(lrp.ToArray(), v => v != 0);
        Tensor whole = Gae.Matrices(f.Trace, [0]);
        Assert.Equal([1, 1, 16, 16], whole.Shape.ToArray());
        TranslucentException e = Assert.Throws<TranslucentException>(() => Gae.Rows(f.Trace, [0], new SweepOptions { Rows = 2 }));
        Assert.Contains("reads all tokens", e.Message);
        Assert.Contains("no class has one direction", Assert.Throws<TranslucentException>(() => f.Trace.Readout!.Head!.Embeddings(patches: false)).Message);
        foreach (RandomizedModel stage in RandomizedModel.Cascade(f.Model))
        {
            using Trace trace = stage.Model.Forward(f.Input("pixel_values"), Keep.Boundaries);
            Assert.Equal(stage.Stage == "trained", trace.Logits.ToArray().SequenceEqual(f.Trace.Logits.ToArray()));
        }
    }

    [Fact]
    public void A_text_tower_sees_all_tokens_and_is_read_at_the_last()
    {
        using SiglipFixture f = new();
        using ClipText text = ClipText.Open(SiglipFixture.Folder);
        Assert.Equal(("SigLIP text", false, 1, 12), (text.Family, text.Config.IsCausal, text.Config.FillId, text.Filled([5]).Length));
        using Trace trace = text.Forward(f.Ids);
        f.Check("text_final/1", new Tensor([12, 32], trace.Tape["norm"].Value.Span[(12 * 32)..]));
        f.Check("text_embeds", ClipText.Embeddings(trace));
        using VisionTransformer tower = VisionModels.Open(SiglipFixture.Folder);
        using Trace seen = tower.WithClasses(ClipText.Embeddings(trace), text.LogitScale!.Value).Forward(f.Input("pixel_values"));
        f.Check("zero_shot", seen.Logits);
        Assert.Equal(-0.7f, text.LogitBias);
    }

    /// <summary>From texts through the tokenizer: small letters, no punctuation, filled up with the token that ends a text.</summary>
    [Fact]
    public void Texts_are_classes_scored_one_by_one()
    {
        using SiglipFixture f = new();
        using ClipText text = ClipText.Open(SiglipFixture.Folder);
        int[] end = [.. Enumerable.Repeat(1, 8)];
        using Trace texts = text.Forward([[30, 31, 32, 33, .. end], [30, 31, 32, 34, .. end]]);
        using Trace byIds = f.Tower.WithClasses(ClipText.Embeddings(texts), text.LogitScale!.Value).Forward(f.Input("pixel_values"));
        VisionTransformer named = f.Tower.WithTexts(SiglipFixture.Folder, new ClassTexts(["Cat", "d-o-g"], "A  photo of {}."));
        using Trace byTexts = named.Forward(f.Input("pixel_values"));
        Assert.All(byIds.Logits.ToArray().Zip(byTexts.Logits.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(["Cat", "d-o-g"], named.Labels);
        Assert.NotEqual(1, byTexts.Probabilities().ToArray().Sum(), 1e-3);
        Assert.Equal("ab c", SiglipPrompt.Canonical(" a.b!  \tc? "));
    }

    [Fact]
    public void A_classifier_reads_the_mean_of_the_patches()
    {
        using SiglipFixture f = new();
        List<StoredTensor> tensors = [.. SiglipFixture.Tensors().Where(t => !t.Name.StartsWith("text_model", StringComparison.Ordinal)
            && !t.Name.StartsWith("logit", StringComparison.Ordinal))];
        float[] eye = new float[32 * 32];
        for (int i = 0; i < 32; i++) eye[33 * i] = 1;
        CaseModels.Write(_folder.Path, [.. tensors, StoredTensor.From<float>("classifier.weight", [32, 32], eye),
            StoredTensor.From<float>("classifier.bias", [32], new float[32])], File.ReadAllText(Path.Combine(SiglipFixture.Folder, "config.json")));
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        using Trace trace = model.Forward(f.Input("pixel_values"));
        f.Check("mean_pooled", trace.Logits);
        Assert.NotNull(trace.Readout!.Averaged);
    }

    [Theory]
    [InlineData("""{"num_attention_heads":4,"architecture":"vit_base_patch16_siglip_224","global_pool":"map"}""", "pooled_gelu")]
    [InlineData("""{"num_attention_heads":4,"architecture":"vit_so400m_patch16_siglip_256","num_classes":0}""", "pooled")]
    [InlineData("""{"num_attention_heads":4,"model_args":{"act_layer":"gelu_tanh","global_pool":"map","class_token":false}}""", "pooled")]
    public void Towers_of_timm_are_the_same(string config, string golden)
    {
        using SiglipFixture f = new();
        CaseModels.Write(_folder.Path, OpenClipSiglipFolder.Timm(), config);
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        using Trace trace = model.Forward(f.Input("pixel_values"));
        f.Check(golden, trace.Tape["pooled"].Value);
        if (golden == "pooled") f.Check("ultra_pooled", ClassMethods.Named("ultra").Explain(trace, [0]).Tokens!, 2e-5);
    }

    /// <summary>timm hides class token and registers from the query; with their positions in the table, or without.</summary>
    [Fact]
    public void Tokens_before_the_patches_are_not_pooled()
    {
        using SiglipFixture f = new();
        float[] positions = SiglipFixture.Tensors().Single(t => t.Name == "vision_model.embeddings.position_embedding.weight").ToTensor().ToArray();
        StoredTensor registers = StoredTensor.From<float>("reg_token", [1, 3, 32], f.Input("prefix").Span);
        List<StoredTensor> timm = [.. OpenClipSiglipFolder.Timm().Where(t => t.Name != "pos_embed"), registers];
        foreach (int own in (int[])[0, 3])
        {
            CaseModels.Write(_folder.Path, [.. timm, StoredTensor.From<float>("pos_embed", [1, own + 16, 32], [.. new float[own * 32], .. positions])],
                """{"num_attention_heads":4,"model_args":{"act_layer":"gelu_tanh"}}""");
            using VisionTransformer model = VisionModels.Open(_folder.Path);
            using Trace trace = model.WithClasses(f.Input("target_vectors")).Forward(f.Input("pixel_values"));
            f.Check("pooled_prefix", trace.Tape["pooled"].Value);
            Tensor raw = RawAttention.Rows(trace);
            Assert.Equal(19, raw.Width);
            Assert.All(raw.Row(0)[..3].ToArray(), v => Assert.Equal(0, v));
            Assert.All(ClassMethods.Named("legrad").Explain(trace, [1]).Tokens!.ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    [Theory]
    [InlineData("""{"num_attention_heads":4,"global_pool":"avg","act_layer":"gelu"}""", "'global_pool' is text 'avg', expected map")]
    [InlineData("""{"num_attention_heads":4}""", "does not tell 'hidden_act'")]
    public void What_contradicts_the_pooling_or_cannot_be_known_is_said(string config, string expected)
    {
        CaseModels.Write(_folder.Path, OpenClipSiglipFolder.Timm(), config);
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    /// <summary>Settings of the texts' tower do not stand in the way of images.</summary>
    [Fact]
    public void A_text_config_that_is_none_keeps_texts_away_alone()
    {
        string config = File.ReadAllText(Path.Combine(SiglipFixture.Folder, "config.json"));
        int at = config.IndexOf("\"text_config\"", StringComparison.Ordinal);
        CaseModels.Write(_folder.Path, SiglipFixture.Tensors(), config[..at] + "\"text_config\": \"none\"}");
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.True(report.Opens, report.Problem);
        Assert.Contains("'text_config' is text 'none', expected an object", Assert.Throws<TranslucentException>(() => ClipText.Open(_folder.Path)).Message);
    }

    static Tensor Stack(params Tensor[] parts)
    {
        float[] all = [.. parts.SelectMany(p => p.ToArray())];
        return new Tensor([all.Length], all);
    }
}
