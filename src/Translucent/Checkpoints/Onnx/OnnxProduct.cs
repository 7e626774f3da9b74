// A product with a stored matrix in any of the forms that exporters, quantisers and ONNX Runtime's optimiser write, and the bias that is added behind it,
// possibly inside the next operator.

using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>y = x·W + b.</summary>
/// <param name="Node">The product.</param>
/// <param name="Input">The value x.</param>
/// <param name="Output">The value behind the bias.</param>
/// <param name="Stored">The name of the value that is W: a stored tensor, or one behind a node.</param>
/// <param name="Weight">W as it is stored.</param>
/// <param name="IsOutIn">Whether it is stored as [out, in], as PyTorch keeps it.</param>
/// <param name="Bias">b, or null.</param>
sealed record OnnxProduct(OnnxNode Node, string Input, string Output, string Stored, OnnxMatrix Weight, bool IsOutIn, StoredTensor? Bias)
{
    /// <summary>The product that a node is; null for other nodes, and for products of two values that depend on inputs.</summary>
    /// <exception cref="TranslucentException">It multiplies by more than a matrix.</exception>
    public static OnnxProduct? Of(OnnxGraph graph, OnnxNode node)
    {
        string stored = node.Input(1), output = node.Output;
        OnnxMatrix? weight = node.Kind switch
        {
            "MatMul" or "FusedMatMul" or "Gemm" or "FusedGemm" => graph.Matrix(stored),
            "MatMulInteger" => Integer(graph, node, ref output),
            "DynamicQuantizeMatMul" => graph.Constant(stored) is { } d ? graph.Dequantised(d, node.Input(2), node.Input(3), -1) : null,
            "MatMulIntegerToFloat" => graph.Constant(stored) is { } d ? graph.Dequantised(d, node.Input(3), node.Input(5), -1) : null,
            _ => null,
        };
        if (weight is null || weight.Data.Shape.Length != 2) return null;
        if (node.Integer("transA", 0) != 0 || node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1)
            throw new TranslucentException($"{weight.Data}: is multiplied with a factor or with transposed inputs inside one {node.Kind}, which is not read; "
                + "export the model without that fusion.");
        bool turned = node.Integer("transB", 0) != 0;
        string inside = node.Kind switch
        {
            "Gemm" or "FusedGemm" => node.Input(2),
            "DynamicQuantizeMatMul" => node.Input(4),
            "MatMulIntegerToFloat" => node.Input(6),
            _ => "",
        };
        StoredTensor? bias = inside.Length > 0 ? Vector(graph, inside) : null;
        bool isOutIn = turned != weight.IsTurned;
        if (bias is null) bias = Behind(graph, weight.Data.Shape[isOutIn ? 0 : 1], ref output);
        return new OnnxProduct(node, node.Input(0), output, stored, weight, isOutIn, bias);
    }

    /// <summary>The bias of this length that the next operator adds.</summary>
    static StoredTensor? Behind(OnnxGraph graph, int outs, ref string output)
    {
        string value = graph.Onward(output);
        IReadOnlyList<OnnxNode> users = graph.Users(value);
        if (users.Count is 0 or > 2) return null;
        foreach (OnnxNode user in users)
        {
            string? name = user.Kind switch
            {
                "Add" => user.Inputs.Find(i => i != value),
                "BiasGelu" or "FastGelu" => user.Input(1),
                "SkipLayerNormalization" => user.Input(4),
                _ => null,
            };
            if (name is not { Length: > 0 } || Vector(graph, name) is not { } bias || bias.Count != outs) continue;
            if (user.Kind == "Add") output = user.Output;
            return bias;
        }
        return null;
    }

    /// <summary>Stored numbers along one axis.</summary>
    static StoredTensor? Vector(OnnxGraph graph, string name)
    {
        if (graph.Matrix(name) is not { } matrix) return null;
        int[] longer = [.. matrix.Data.Shape.ToArray().Where(a => a != 1)];
        return longer.Length > 1 ? null : matrix.As(matrix.Data.Name, turned: false).Reshaped(name, (int)matrix.Data.Count);
    }

    /// <summary>MatMulInteger, a Cast, and the product with the scales of both sides: what is stored is the scale of the matrix.</summary>
    static OnnxMatrix? Integer(OnnxGraph graph, OnnxNode node, ref string output)
    {
        if (graph.Constant(node.Input(1)) is not { } data) return null;
        string value = graph.Onward(output);
        if (graph.Users(value) is [{ Kind: "Mul" } mul] && mul.Inputs.Find(i => i != value) is { } scales && graph.Maker(scales) is { Kind: "Mul" } both
            && both.Inputs.Find(i => graph.Constant(i) is not null) is { } scale)
        {
            output = mul.Output;
            return graph.Dequantised(data, scale, node.Input(3), -1);
        }
        throw new TranslucentException($"{data}: no scale of the matrix was found behind the {node.Kind}; export the model in float32.");
    }
}
