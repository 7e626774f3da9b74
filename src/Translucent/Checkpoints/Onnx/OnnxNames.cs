// What a stored tensor of an ONNX file was called in PyTorch. Exporters keep the names of parameters that they leave as they are and number those that they
// turn or fold (927, onnx::MatMul_927, val_12); since PyTorch 1.13 a node's name is the path of its module: /encoder/layer.0/attention/self/query/MatMul.

namespace Translucent.Checkpoints.Onnx;

/// <summary>Tells names of parameters from those that a program made up.</summary>
static class OnnxNames
{
    const string Recast = "InsertedPrecisionFreeCast_"; // ONNX Runtime, where float16 became float32

    static readonly string[] s_ends = ["_quantized", "_DequantizeLinear_Output", "_dequantized", "_DequantizeLinear", "_int8", "_fp16"];

    /// <summary>The name without what quantisers and optimisers add.</summary>
    public static string Plain(string name)
    {
        if (name.StartsWith(Recast, StringComparison.Ordinal)) name = name[Recast.Length..];
        foreach (string end in s_ends)
            if (name.EndsWith(end, StringComparison.Ordinal)) return name[..^end.Length];
        return name;
    }

    /// <summary>Whether a name can be that of a parameter.</summary>
    public static bool IsParameter(string name) => name.Length > 0 && char.IsAsciiLetter(name[0]) && !name.Contains("::", StringComparison.Ordinal)
        && !name.Contains('/') && (name.Contains('.') || (name.Contains('_') && !char.IsAsciiDigit(name[^1])));

    /// <summary>The module of a node, or of a value that was folded: <c>/a/b.0/MatMul</c> gives <c>a.b.0</c>; empty when unknown.</summary>
    public static string Scope(string name)
    {
        int last = name.LastIndexOf('/');
        return last > 0 && name[0] == '/' ? name[1..last].Replace('/', '.') : "";
    }

    /// <summary>The name of a layer's matrix: by its own name, by its bias, or by the path of its node; null when none tells.</summary>
    /// <param name="stored">Its name in the file.</param>
    /// <param name="bias">The name of its bias, or empty.</param>
    /// <param name="node">The name of the node.</param>
    /// <returns>The name, and whether it is the matrix's own, which then lies as PyTorch has it.</returns>
    public static (string Name, bool IsOwn)? Matrix(string stored, string bias, string node)
    {
        string own = Plain(stored), other = Plain(bias);
        if (IsParameter(own)) return (own, true);
        const string Bias = "bias";
        if (IsParameter(other) && other.EndsWith(Bias, StringComparison.Ordinal)) return (other[..^Bias.Length] + "weight", false);
        return Scope(node) is { Length: > 0 } scope ? (scope + ".weight", false) : null;
    }

    /// <summary>The layer of a matrix: its name without <c>.weight</c>.</summary>
    public static string Layer(string matrix) => matrix.EndsWith(".weight", StringComparison.Ordinal) ? matrix[..^".weight".Length] : matrix;
}
