// The operators that exporters write around Transformers of the families that are read. A graph with any other computes something else.

using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>Refuses graphs that can be of no family.</summary>
static class OnnxOperators
{
    const int OldestOpset = 7; // broadcasting as it is now

    // of domain "" (ai.onnx) and, fused by ONNX Runtime's optimiser, com.microsoft
    static readonly HashSet<string> s_known =
    [
        // layers
        "MatMul", "Gemm", "Conv", "Gather", "LayerNormalization", "Softmax", "Erf", "Tanh", "Sigmoid", "Relu", "Gelu", "Einsum",
        // fused
        "FusedMatMul", "FusedGemm", "Attention", "MultiHeadAttention", "SkipLayerNormalization", "EmbedLayerNormalization", "FastGelu", "BiasGelu", "QuickGelu",
        "BiasSoftmax",
        // quantised
        "DequantizeLinear", "QuantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "ConvInteger", "DynamicQuantizeMatMul", "MatMulIntegerToFloat",
        // arithmetic
        "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Reciprocal", "Neg", "Abs", "Exp", "Log", "Min", "Max", "Clip", "Mod", "Floor", "Ceil", "Round", "Sum",
        "Mean", "Sin", "Cos", "Sign", "IsNaN",
        // reductions
        "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceProd", "ReduceSumSquare", "ArgMax", "CumSum", "LpNormalization", "TopK",
        // shapes
        "Shape", "Size", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Concat", "Split", "Slice", "Expand", "Tile", "Pad", "GatherElements",
        "GatherND", "ScatterND", "ScatterElements", "Constant", "ConstantOfShape", "Range", "Trilu", "Identity", "Cast", "CastLike", "Dropout", "EyeLike",
        "OneHot", "NonZero", "Resize",
        // conditions
        "Where", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "And", "Or", "Xor", "LogSoftmax",
    ];

    /// <summary>Checks versions and operators.</summary>
    /// <exception cref="TranslucentException">The file says no version, or uses an operator that is not known here; the message names it.</exception>
    public static void Check(string path, OnnxModel model)
    {
        if (model.Graph is not { } graph) throw new TranslucentException($"{path}: holds no graph; it is no ONNX model, or cut off: fetch or export it again.");
        OnnxOpset standard = model.Opsets.Find(o => o.Domain is "" or "ai.onnx")
            ?? throw new TranslucentException($"{path}: does not say which opset of ONNX it is in; it is damaged, export it again.");
        if (standard.Version < OldestOpset)
            throw new TranslucentException($"{path}: is in opset {standard.Version} of ONNX, expected {OldestOpset} or later; export it again.");
        if (graph.IsSparse) throw new TranslucentException($"{path}: holds sparse tensors, which are not read; export the model without them.");
        if (model.Functions > 0)
            throw new TranslucentException($"{path}: holds {model.Functions} functions of its own, which are not read; export it with functions inlined.");
        foreach (OnnxNode node in graph.Nodes)
        {
            string kind = node.Domain is "" or "ai.onnx" or "com.microsoft" ? node.Kind : $"{node.Domain}.{node.Kind}";
            if (s_known.Contains(kind) && !node.HasGraphs) continue;
            string hint = kind switch
            {
                "MatMulNBits" or "GatherBlockQuantized" => "its weights are packed in blocks of few bits; export the model in float32, float16 or int8",
                _ when node.Domain == "com.microsoft.nchwc" => "it was optimised for one processor; export it, or optimise it at the level 'extended'",
                _ when kind.StartsWith("QLinear", StringComparison.Ordinal) || kind.StartsWith("QGemm", StringComparison.Ordinal) =>
                    "it is quantised by operators (QOperator); quantise it with QDQ, or export it in float32",
                _ => "none of the families that are read from ONNX computes that (ViT, DeiT, DINO, CLIP, BERT and those like them)",
            };
            throw new TranslucentException(
                $"{path}: has the operator {Describe.Name(kind)} of opset {standard.Version} at {Describe.Name(node.Name)}; {hint}.");
        }
    }
}
