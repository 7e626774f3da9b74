// Tensors that tell a checkpoint of another kind apart, so that it is named for what it is: no advice to fetch a file that is whole.

using System.IO.Enumeration;

namespace Translucent.Checkpoints.Layouts;

/// <summary>Recognises what is not read.</summary>
static class Telltales
{
    const string Merge = "merge it into its base model first (peft: model.merge_and_unload().save_pretrained(folder))";

    static readonly (string[] Patterns, string What)[] s_all =
    [
        (["*.lora_A.*", "*.lora_B.*", "*lora_A*", "*lora_B*", "*lora_a*", "*lora_b*", "*.lora_embedding_*", "*.lora_down.*", "*.lora_up.*", "*.hada_w1_a",
            "*.lokr_w1*", "*.oft_r*", "*.ia3_l*", "*.vera_lambda_*", "*.boft_*"],
            $"holds a LoRA adapter, alone or not merged; {Merge}"),
        (["*.qweight", "*.qzeros", "*.SCB", "*.absmax", "*.quant_map"],
            "holds quantised weights (GPTQ, AWQ or bitsandbytes), which are not read; fetch the weights "
            + "in float16 or float32"),
        (["*attn_pool.query", "*attn_pool.attn.*"], "pools patches by the attention of many queries (CoCa), which is not read"),
        (["*.attn.rel_pos.*", "*.rel_pos_h", "*.rel_pos_w"], "has relative positions of a kind that is not read (SAM, timm's relpos models)"),
        (["layers.0.blocks.0.*", "*.layers.0.blocks.0.*"], "is a hierarchical model of windows (Swin and others), which is not read"),
    ];

    /// <summary>What the names tell of; null when nothing.</summary>
    public static string? Of(IEnumerable<string> names)
    {
        string[] all = [.. names];
        foreach ((string[] patterns, string what) in s_all)
            if (Array.Exists(patterns, p => Array.Exists(all, n => FileSystemName.MatchesSimpleExpression(p, n, ignoreCase: false)))) return what;
        return null;
    }

    /// <summary>What files beside the weights tell of; null when nothing.</summary>
    public static string? OfFolder(string folder) =>
        File.Exists(Path.Combine(folder, "adapter_config.json")) && !File.Exists(Path.Combine(folder, "config.json")) ? $"is a LoRA adapter; {Merge}" : null;
}
