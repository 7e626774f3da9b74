// An ONNX model read as a checkpoint (github.com/onnx/onnx, onnx/onnx.proto): its weights under the names that PyTorch had for them, and what its graph says
// of settings. Nothing of the graph is run. Whether the weights are those of a family, the family says that reads them.

using Translucent.Checkpoints.Layouts;
using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>An <c>.onnx</c> file, with its files of external data.</summary>
sealed class OnnxFile : TensorFile
{
    readonly OnnxData _data;
    readonly OnnxWeights _weights;

    internal OnnxFile(MappedFile file) : base(file)
    {
        OnnxModel model = OnnxModel.Read(file);
        OnnxOperators.Check(file.Path, model);
        _data = new OnnxData(file, Folder(System.IO.Path.GetDirectoryName(file.Path) ?? ""));
        try
        {
            _weights = new OnnxWeights(file.Path, new OnnxGraph(file.Path, model.Graph!, _data), _data);
            foreach (StoredTensor tensor in _weights.Tensors) Add(tensor);
        }
        catch
        {
            _data.Dispose();
            throw;
        }
        Opset = model.Opsets.Find(o => o.Domain is "" or "ai.onnx")!.Version;
        Producer = Describe.Line($"{model.Producer} {model.ProducerVersion}".Trim(), 60);
    }

    /// <inheritdoc/>
    public override string Format => $"ONNX (opset {Opset}{(Producer.Length > 0 ? $", {Producer}" : "")})";

    /// <summary>The version of the operators.</summary>
    public long Opset { get; }

    /// <summary>The program that wrote the file.</summary>
    public string Producer { get; }

    /// <summary>Files with its data.</summary>
    public IEnumerable<OnnxDataFile> Parts => _data.Files;

    /// <summary>What the graph says of settings.</summary>
    public OnnxFacts Facts => _weights.Facts;

    /// <summary>What had to be recognised in the graph, in words.</summary>
    public IEnumerable<string> Recognised => ((int Count, string What)[])
        [(_weights.Renamed, "matrices named by their biases or modules"), (_weights.Unpacked, "matrices out of fused attention"),
            (_weights.Dequantised, "tensors dequantised to float32")] is var all ? all.Where(a => a.Count > 0).Select(a => $"{a.Count} {a.What}") : [];

    /// <summary>Settings that are the same in the whole graph, for layouts that do not know them by convention.</summary>
    public Settings Said()
    {
        Settings said = new();
        if (Facts.Heads.Values.Distinct().ToArray() is [int heads]) said.Add("num_attention_heads", heads);
        return said;
    }

    /// <summary>Whether a file starts like an ONNX model: a version of the format, then another field of ModelProto; or is called one.</summary>
    internal static bool Is(MappedFile file) => file.Bytes(0, 3) is [0x08, > 0 and < 32, 0x12 or 0x1A or 0x22 or 0x28 or 0x32 or 0x3A or 0x42]
        && !(file.Bytes(4, 4) is [0, 0, 0, 0]) || file.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder of a model: that of its file; for <c>onnx/model.onnx</c>, as the hub has it, the one above, where config.json lies.</summary>
    public static string Folder(string folder) => System.IO.Path.GetFileName(System.IO.Path.GetFullPath(folder.Length > 0 ? folder : ".")) == "onnx"
        && !File.Exists(System.IO.Path.Combine(folder, "config.json")) && System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(folder)) is { } parent
        && File.Exists(System.IO.Path.Combine(parent, "config.json")) ? parent : folder;

    public override void Dispose()
    {
        _data.Dispose();
        base.Dispose();
    }
}
