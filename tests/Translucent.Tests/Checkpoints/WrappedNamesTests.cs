using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tests.Models;

namespace Translucent.Tests.Checkpoints;

/// <summary>Names that training programs and changed heads leave behind, as in public reports (Golden/cases).</summary>
public sealed class WrappedNamesTests : IDisposable
{
    const string TimmConfig = """{"num_attention_heads":4}""";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("_orig_mod.")]
    [InlineData("module.")]
    [InlineData("module._orig_mod.")]
    [InlineData("state_dict.model.")]
    [InlineData("backbone.")]
    [InlineData("vit.")]
    [InlineData("ema.module.")]
    public void Hugging_Face_names_under_any_prefix_open(string prefix)
    {
        CaseModels.Write(_folder.Path, CaseModels.Plain().Select(t => t.WithName(prefix + t.Name)));
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
    }

    [Fact]
    public void A_classifier_may_stand_beside_the_prefix_and_what_trained_the_model_is_passed_over()
    {
        CaseModels.Write(_folder.Path, CaseModels.Plain().Select(t => t.Name.StartsWith("vit.", StringComparison.Ordinal) ? t.WithName("model." + t.Name) : t)
            .Append(StoredTensor.From<float>("criterion.weight", [2], [1, 2])));
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal(("model.", "criterion.weight"), (checkpoint.Prefix, checkpoint.PassedOver.Single().Name));
    }

    [Theory]
    [InlineData("_orig_mod")]
    [InlineData("_checkpoint_wrapped_module")]
    [InlineData("_fsdp_wrapped_module")]
    [InlineData("module")]
    public void Wrappers_inside_names_are_taken_out(string wrapper)
    {
        string At(string name, string part) => name.Replace(part, $"{part}{wrapper}.");
        CaseModels.Write(_folder.Path, CaseModels.Timm().Select(t => t.WithName($"{wrapper}." + At(At(t.Name, "blocks.0."), "mlp."))), TimmConfig);
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
        CaseModels.Write(_folder.Path, CaseModels.Plain().Select(t => t.WithName(At(t.Name, "layer.1."))));
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
    }

    [Fact]
    public void A_checkpoint_of_Lightning_alone_in_its_folder_opens()
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm(), TimmConfig, "other");
        File.Move(_folder["other"], _folder["last.ckpt"]);
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
    }

    [Theory]
    [InlineData("head.1.")]
    [InlineData("head.0.1.")]
    public void A_single_linear_layer_inside_a_new_head_is_the_head_in_timm(string head)
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm().Select(t => t.WithName(t.Name.Replace("head.", head))), TimmConfig);
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
    }

    [Fact]
    public void A_single_linear_layer_inside_a_new_head_is_the_head_in_Hugging_Face()
    {
        CaseModels.Write(_folder.Path, CaseModels.Plain().Select(t => t.WithName(t.Name.Replace("classifier.", "classifier.1."))));
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
    }

    [Theory]
    [InlineData("head.fc.")]
    [InlineData("head.linear.")]
    [InlineData("head.0.fc.")]
    [InlineData("fc.")]
    [InlineData("fc.1.")]
    [InlineData("classifier.")]
    [InlineData("classifier.out.")]
    public void A_single_layer_is_the_head_whatever_it_is_called(string name)
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm().Select(t => t.WithName("model." + t.Name.Replace("head.", name))), TimmConfig);
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
    }

    /// <summary>It is never taken for no head.</summary>
    [Theory]
    [InlineData("head.fc1.weight", "head.fc2.weight")]
    [InlineData("head.norm.weight", "head.fc.weight")]
    public void A_head_of_layers_with_names_is_named(string first, string second)
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm().Where(t => !t.Name.StartsWith("head.", StringComparison.Ordinal)).Concat(
            [StoredTensor.From<float>(first, [48, 48], new float[2304]), StoredTensor.From<float>(second, [5, 48], new float[240])]), TimmConfig);
        Refuses(first);
    }

    /// <summary>Arguments of timm's model tell what shapes do not.</summary>
    [Fact]
    public void Heads_of_attention_are_read_from_the_arguments_of_the_model()
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm(), """{"model_args":{"num_heads":4}}""");
        CaseModels.AssertLogits(CaseModels.Logits, _folder.Path);
        CaseModels.Write(_folder.Path, CaseModels.Timm(), """{"num_attention_heads":4,"model_args":{"num_heads":6}}""");
        Refuses("'model_args.num_heads' is 6, expected 4, as num_attention_heads has it");
    }

    [Theory]
    [InlineData("head.0.weight", "head.2.weight", 2)]
    [InlineData("head.0.weight", "head.1.weight", 1)] // a normalisation
    public void A_head_of_more_than_one_layer_is_said_to_be_so(string first, string second, int axes)
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm().Where(t => !t.Name.StartsWith("head.", StringComparison.Ordinal)).Concat(
        [
            StoredTensor.From<float>(first, axes == 2 ? [48, 48] : [48], new float[axes == 2 ? 48 * 48 : 48]), StoredTensor.From<float>(second, [5, 48],
                new float[240]),
        ]), TimmConfig);
        Refuses("is not one linear layer");
    }

    [Theory]
    [InlineData("blocks.0.attn.qkv.lora_A.weight", "LoRA adapter", "merge it into its base model")]
    [InlineData("blocks.0.attn.lora_A", "LoRA adapter", "merge_and_unload")]
    [InlineData("blocks.0.attn.qkv.hada_w1_a", "LoRA adapter", "merge_and_unload")]
    [InlineData("attn_pool.latent", "SigLIP", "attention")]
    [InlineData("blocks.0.attn.rel_pos_h", "relative positions", "SAM")]
    [InlineData("layers.0.blocks.0.attn.relative_position_bias_table", "windows", "Swin")]
    [InlineData("blocks.0.attn.qkv.qweight", "quantised", "float16")]
    public void What_is_not_read_is_named_by_its_telltale_tensor(string tensor, string what, string more)
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm().Append(StoredTensor.From<float>(tensor, [2], [1, 2])), TimmConfig);
        Refuses(what);
        Refuses(more);
    }

    [Fact]
    public void A_folder_with_an_adapter_alone_is_told_to_be_one()
    {
        Safetensors.Write(_folder["adapter_model.safetensors"], [StoredTensor.From<float>("x", [2], [1, 2])]);
        _folder.Add("adapter_config.json", "{}");
        Refuses("is a LoRA adapter; merge it");
    }

    void Refuses(string part) => Assert.Contains(part, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
}
