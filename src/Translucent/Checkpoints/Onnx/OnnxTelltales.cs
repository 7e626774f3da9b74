// Families whose ONNX exports lose what a checkpoint needs: exporters compute in advance what does not depend on the input, and the parameters are gone.

using System.IO.Enumeration;

namespace Translucent.Checkpoints.Onnx;

/// <summary>Recognises exports that cannot be read as checkpoints.</summary>
static class OnnxTelltales
{
    const string Instead = "read the checkpoint that it was exported from";

    static readonly (string[] Patterns, string What)[] s_all =
    [
        (["*head.attention.weight", "*head.probe"],
            $"is of SigLIP, the weights of whose attention pooling exporters split and leave without names; {Instead}"),
        (["*encoder.layer.0.lambda_1", "*relative_position_bias_table"],
            $"is of BEiT or Data2Vec, whose tables of relative positions exporters lay out for one grid and leave without names; {Instead}"),
        (["*blocks.0.attn.q_bias", "*blocks.0.attn.bias"],
            $"is of EVA or of timm's BEiT, whose biases of queries, keys and values exporters join and leave without names; {Instead}"),
    ];

    /// <summary>What the names tell of; null when nothing.</summary>
    public static string? Of(IEnumerable<string> names)
    {
        string[] all = [.. names];
        foreach ((string[] patterns, string what) in s_all)
            if (Array.Exists(patterns, p => Array.Exists(all, n => FileSystemName.MatchesSimpleExpression(p, n, ignoreCase: false)))) return what;
        return null;
    }
}
