using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Translucent.Tests.Models;

/// <summary>ONNX Runtime, the other program that ONNX files are compared with.</summary>
static class OnnxReference
{
    public static readonly int[][] Texts = [[2, 11, 25, 7, 3], [2, 40, 41, 3, 0]], Prompts = [[48, 11, 25, 7, 49], [48, 40, 41, 49, 0]];

    /// <summary>[2, 3, 12, 12].</summary>
    public static readonly float[] Pixels = [.. Enumerable.Range(0, 2 * 3 * 12 * 12).Select(i => MathF.Sin(i * 0.37f) * 1.5f)];

    /// <summary>The outputs of a model by name.</summary>
    public static Dictionary<string, float[]> Run(string path, params NamedOnnxValue[] inputs)
    {
        using SessionOptions options = Quiet();
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL; // its optimiser quantises activations where weights are quantised
        using InferenceSession session = new(path, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs);
        return results.ToDictionary(r => r.Name, r => r.AsTensor<float>().ToArray());
    }

    /// <summary>Writes the model as the optimiser rewrites it.</summary>
    public static string Optimise(string path, string to, GraphOptimizationLevel level)
    {
        using SessionOptions options = Quiet();
        options.GraphOptimizationLevel = level;
        options.OptimizedModelFilePath = to;
        using InferenceSession session = new(path, options);
        return to;
    }

    /// <summary>Ids, the mask of those that are not 0, and types of 0.</summary>
    public static NamedOnnxValue[] Text(int[][] ids) =>
    [
        Ids("input_ids", ids), Ids("attention_mask", [.. ids.Select(t => t.Select(i => i == 0 ? 0 : 1).ToArray())]),
        Ids("token_type_ids", [.. ids.Select(t => new int[t.Length])]),
    ];

    public static NamedOnnxValue Ids(string name, int[][] ids) => NamedOnnxValue.CreateFromTensor(name,
        new DenseTensor<long>(ids.SelectMany(t => t.Select(i => (long)i)).ToArray(), [ids.Length, ids[0].Length]));

    public static NamedOnnxValue Photos() => NamedOnnxValue.CreateFromTensor("pixel_values", new DenseTensor<float>(Pixels, [2, 3, 12, 12]));

    static SessionOptions Quiet() => new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
}
