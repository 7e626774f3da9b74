using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>timm's variants of a ViT against numpy in float64 (Golden/cases/reference.py).</summary>
public sealed class TimmFormTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static List<StoredTensor> Renamed(string from, string to) => [.. CaseModels.Timm().Select(t => t.WithName(t.Name.StartsWith(from, StringComparison.Ordinal)
        ? to + t.Name[from.Length..] : t.Name))];

    static float[] Of(string name) => CaseModels.Timm().Single(t => t.Name == name).ToTensor().ToArray();

    static List<StoredTensor> With(string name, int[] shape, float[] values, List<StoredTensor> all) =>
        [.. all.Where(t => t.Name != name), StoredTensor.From<float>(name, shape, values)];

    /// <summary>Positions of patches alone.</summary>
    static List<StoredTensor> PatchesAlone(List<StoredTensor> all) => With("pos_embed", [1, 16, 48], Of("pos_embed")[48..], all);

    static List<StoredTensor> NoClassToken(List<StoredTensor> all) => PatchesAlone([.. all.Where(t => t.Name != "cls_token")]);

    void Check(double[] expected, List<StoredTensor> tensors, string config)
    {
        CaseModels.Write(_folder.Path, tensors, config);
        CaseModels.AssertLogits(expected, _folder.Path);
    }

    [Theory]
    [InlineData("""{"num_attention_heads":4,"global_pool":"avg"}""")]
    [InlineData("""{"num_attention_heads":4,"model_args":{"global_pool":"avg","fc_norm":false}}""")]
    public void The_mean_of_patches_is_read_where_global_pool_says_so(string config) =>
        Check([2.017862, -3.394271, 1.98048, -0.201008, 0.75338], CaseModels.Timm(), config);

    [Fact]
    public void A_normalisation_behind_the_mean_tells_MAE_classifiers() =>
        Check([2.173787, -3.642424, 2.131072, -0.199959, 0.814132], Renamed("norm.", "fc_norm."), """{"num_attention_heads":4}""");

    /// <summary>I-JEPA is that in Hugging Face's names, MSN a ViT under another type.</summary>
    [Fact]
    public void IJepa_and_Msn_are_read_by_their_type()
    {
        float[] positions = CaseModels.Plain().Single(t => t.Name == "vit.embeddings.position_embeddings").ToTensor().ToArray()[48..];
        List<StoredTensor> tensors = [.. CaseModels.Plain().Where(t => !t.Name.StartsWith("vit.embeddings.cls", StringComparison.Ordinal)
            && t.Name != "vit.embeddings.position_embeddings").Select(t => t.WithName(t.Name.Replace("vit.", "ijepa.")))];
        tensors.Add(StoredTensor.From<float>("ijepa.embeddings.position_embeddings", [1, 16, 48], positions));
        Check([2.193199, -3.284762, 2.018611, -0.183023, 0.746685], tensors, CaseModels.Config(("model_type", "ijepa")));
        Check(CaseModels.Logits, CaseModels.Plain(), CaseModels.Config(("model_type", "vit_msn")));
        CaseModels.Write(_folder.Path, tensors.Where(t => !t.Name.StartsWith("classifier.", StringComparison.Ordinal)), CaseModels.Config(("model_type",
            "ijepa")));
        using VisionTransformer backbone = VisionModels.Open(_folder.Path);
        Assert.Equal(("I-JEPA", 0), (backbone.Family, backbone.Classes));
    }

    [Fact]
    public void A_class_token_need_not_be() =>
        Check([2.193199, -3.284762, 2.018611, -0.183023, 0.746685], NoClassToken(CaseModels.Timm()), """{"num_attention_heads":4}""");

    [Fact]
    public void Without_class_token_and_with_a_normalisation_behind_the_mean() => Check([2.347292, -3.49972, 2.158721, -0.179613, 0.801225],
        NoClassToken(Renamed("norm.", "fc_norm.")), """{"num_attention_heads":4,"model_args":{"class_token":false,"global_pool":"avg","fc_norm":true}}""");

    [Theory]
    [InlineData("""{"num_attention_heads":4,"model_args":{"act_layer":"quick_gelu"}}""")]
    [InlineData("""{"num_attention_heads":4,"architecture":"vit_base_patch16_clip_quickgelu_224"}""")]
    public void The_activation_is_that_of_the_arguments_or_of_the_name(string config) =>
        Check([1.053073, -2.310652, 3.576036, 0.094867, 0.800887], CaseModels.Timm(), config);

    [Fact]
    public void A_tower_of_CLIP_has_a_normalisation_before_its_blocks_and_no_bias_of_patches()
    {
        List<StoredTensor> tensors = [.. CaseModels.Timm().Where(t => t.Name != "patch_embed.proj.bias"),
            StoredTensor.From<float>("norm_pre.weight", [48], Of("norm.weight")), StoredTensor.From<float>("norm_pre.bias", [48], Of("norm.bias"))];
        Check([0.210546, -1.577792, 3.311658, -0.180977, 1.155479], tensors, """{"num_attention_heads":4,"hidden_act":"quick_gelu"}""");
        _folder.Add("config.json", """{"num_attention_heads":4}""");
        Assert.Contains("does not tell 'hidden_act'", Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    [Fact]
    public void DeiT_III_scales_its_branches_and_places_patches_alone()
    {
        List<StoredTensor> tensors = PatchesAlone(CaseModels.Timm());
        for (int i = 0; i < 2; i++)
            for (int b = 1; b <= 2; b++) tensors.Add(StoredTensor.From<float>($"blocks.{i}.ls{b}.gamma", [48], Of($"blocks.{i}.norm{b}.weight")));
        Check([0.674995, -2.15095, 3.430511, -0.146772, 1.320949], tensors, """{"num_attention_heads":4}""");
    }

    [Fact]
    public void Registers_stand_behind_the_class_token_without_positions()
    {
        float[] register = Of("pos_embed")[48..96];
        List<StoredTensor> tensors = PatchesAlone(CaseModels.Timm());
        tensors.Add(StoredTensor.From<float>("reg_token", [1, 2, 48], [.. register, .. register]));
        Check([0.780351, -2.316103, 3.187647, 0.197498, 1.145034], tensors, """{"num_attention_heads":4}""");
    }

    [Theory]
    [InlineData("""{"global_pool":"map"}""", "'model_args.global_pool' is text 'map', expected token or avg")]
    [InlineData("""{"act_layer":"mish"}""", "'model_args.act_layer' is text 'mish', expected one of gelu")]
    [InlineData("""{"qk_norm":true}""", "'model_args.qk_norm' is true, expected false")]
    [InlineData("""{"final_norm":false}""", "'model_args.final_norm' is false, expected true")]
    [InlineData("""{"norm_layer":"RmsNorm"}""", "'model_args.norm_layer' is an argument of timm's model that is not read")]
    public void Arguments_that_are_not_read_are_refused_by_name(string arguments, string expected)
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm(), $$"""{"num_attention_heads":4,"model_args":{{arguments}}}""");
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    /// <summary>A class is explained by the mean of the rows of all patches: the law of the averaged start, on matrices.</summary>
    [Fact]
    public void Methods_start_from_the_mean_row_of_the_patches_and_those_of_one_token_say_why_not()
    {
        CaseModels.Write(_folder.Path, NoClassToken(CaseModels.Timm()), """{"num_attention_heads":4}""");
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        using Trace trace = model.Forward(ImageFile.Read(CaseModels.Photo));
        Assert.Equal(0, trace.Grid.Prefix);
        Tensor raw = RawAttention.Rows(trace), matrices = RawAttention.Matrices(trace);
        for (int j = 0; j < 16; j++)
            Assert.Equal(Enumerable.Range(0, 16).Average(i => matrices.Row(i)[j]), raw.Row(0)[j], 1e-6);
        Tensor rows = Gae.Rows(trace, [2]), gae = Sweep.Matrices(trace, new ClassTargets([2]), new SweepOptions());
        for (int j = 0; j < 16; j++) Assert.Equal(Enumerable.Range(0, 16).Average(i => gae.Span[i * 16 + j]), rows.Row(0)[j], 1e-5);
        foreach (ClassMethod method in ClassMethods.All)
        {
            string? reason = method.Fits(trace, [2]);
            Assert.Equal(method.Name is "ultra" or "gradcam" or "lrp_last_layer" or "projection_importance", reason is not null);
            if (reason is null) Assert.All(method.Compute(trace, [2], new SweepOptions()).ToArray(), v => Assert.True(float.IsFinite(v), method.Name));
            else Assert.Contains("averages its patches", reason);
        }
    }
}
