// The messages of an ONNX file (github.com/onnx/onnx, onnx/onnx.proto), as far as weights and their names need them.

using Google.Protobuf;
using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>ModelProto.</summary>
sealed class OnnxModel : OnnxMessage
{
    const int Depth = 16; // model, graph, node, attribute, tensor, entry

    public List<OnnxOpset> Opsets { get; } = [];

    public string Producer { get; private set; } = "";

    public string ProducerVersion { get; private set; } = "";

    public OnnxGraphMessage? Graph { get; private set; }

    /// <summary>Functions of the model's own, which nodes may call.</summary>
    public int Functions { get; private set; }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="TranslucentException">It is no ONNX model, or damaged.</exception>
    public static unsafe OnnxModel Read(MappedFile file)
    {
        if (file.Length > int.MaxValue)
            throw new TranslucentException($"{file.Path}: holds {file.Length} bytes, more than a protobuf can (2 GiB); it is no ONNX model.");
        OnnxModel model = new();
        try
        {
            using UnmanagedMemoryStream bytes = new(file.Pointer, file.Length);
            using CodedInputStream input = CodedInputStream.CreateWithLimits(bytes, int.MaxValue, Depth);
            model.MergeFrom(input);
        }
        catch (Exception e) when (e is IOException or TranslucentException) // InvalidProtocolBufferException is an IOException
        {
            throw new TranslucentException(
                $"{file.Path}: cannot be read as ONNX ({Describe.Line(e.Message.TrimEnd('.'))}); the file is damaged or cut off, fetch or export it again.");
        }
        return model;
    }

    protected override void Read(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (2 << 3) | Bytes: Producer = input.ReadString(); break;
            case (3 << 3) | Bytes: ProducerVersion = input.ReadString(); break;
            case (7 << 3) | Bytes: input.ReadMessage(Graph ??= new OnnxGraphMessage()); break;
            case (8 << 3) | Bytes: Add(Opsets, input); break;
            case (25 << 3) | Bytes: Functions++; input.SkipLastField(); break;
            default: input.SkipLastField(); break;
        }
    }
}

/// <summary>OperatorSetIdProto: which operators, of which version.</summary>
sealed class OnnxOpset : OnnxMessage
{
    public string Domain { get; private set; } = "";

    public long Version { get; private set; }

    protected override void Read(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes: Domain = input.ReadString(); break;
            case (2 << 3) | Varint: Version = input.ReadInt64(); break;
            default: input.SkipLastField(); break;
        }
    }
}

/// <summary>GraphProto.</summary>
sealed class OnnxGraphMessage : OnnxMessage
{
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Stored tensors.</summary>
    public List<OnnxTensor> Initializers { get; } = [];

    public bool IsSparse { get; private set; }

    protected override void Read(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes: Add(Nodes, input); break;
            case (5 << 3) | Bytes: Add(Initializers, input); break;
            case (15 << 3) | Bytes: IsSparse = true; input.SkipLastField(); break;
            default: input.SkipLastField(); break;
        }
    }
}

/// <summary>NodeProto: an operator, from named values to named values.</summary>
sealed class OnnxNode : OnnxMessage
{
    readonly List<OnnxAttribute> _attributes = [];

    /// <summary>Names of values; empty for an optional input that is not given.</summary>
    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public string Name { get; private set; } = "";

    public string Kind { get; private set; } = "";

    public string Domain { get; private set; } = "";

    /// <summary>Whether it holds graphs of its own: If, Loop.</summary>
    public bool HasGraphs => _attributes.Exists(a => a.IsGraph);

    /// <summary>The name of an input; empty when it is not given.</summary>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

    /// <summary>The name of the first output.</summary>
    public string Output => Outputs.Count > 0 ? Outputs[0] : "";

    public OnnxAttribute? Attribute(string name) => _attributes.Find(a => a.Name == name);

    public long Integer(string name, long fallback) => Attribute(name)?.Integer ?? fallback;

    public float Float(string name, float fallback) => Attribute(name)?.Float ?? fallback;

    protected override void Read(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes: Inputs.Add(input.ReadString()); break;
            case (2 << 3) | Bytes: Outputs.Add(input.ReadString()); break;
            case (3 << 3) | Bytes: Name = input.ReadString(); break;
            case (4 << 3) | Bytes: Kind = input.ReadString(); break;
            case (5 << 3) | Bytes: Add(_attributes, input); break;
            case (7 << 3) | Bytes: Domain = input.ReadString(); break;
            default: input.SkipLastField(); break;
        }
    }
}

/// <summary>AttributeProto.</summary>
sealed class OnnxAttribute : OnnxMessage
{
    const int MostIntegers = 1 << 16;

    public string Name { get; private set; } = "";

    public float? Float { get; private set; }

    public long? Integer { get; private set; }

    public string Text { get; private set; } = "";

    public OnnxTensor? Tensor { get; private set; }

    public bool IsGraph { get; private set; }

    public List<long> Integers { get; } = [];

    protected override void Read(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes: Name = input.ReadString(); break;
            case (2 << 3) | Fixed32: Float = input.ReadFloat(); break;
            case (3 << 3) | Varint: Integer = input.ReadInt64(); break;
            case (4 << 3) | Bytes: Text = Describe.Line(input.ReadBytes().ToStringUtf8()); break;
            case (5 << 3) | Bytes: input.ReadMessage(Tensor ??= new OnnxTensor()); break;
            case (6 << 3) | Bytes or (11 << 3) | Bytes: IsGraph = true; input.SkipLastField(); break;
            case (8 << 3) | Varint or (8 << 3) | Bytes: AddIntegers(Integers, tag, input, MostIntegers); break;
            default: input.SkipLastField(); break;
        }
    }
}

/// <summary>TensorProto: shape, type, and where the numbers lie.</summary>
sealed class OnnxTensor : OnnxMessage
{
    const int MostAxes = 16;

    public List<long> Shape { get; } = [];

    /// <summary>TensorProto.DataType.</summary>
    public int Type { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>raw_data, or the packed numbers of float_data or double_data: little-endian numbers.</summary>
    public ByteRange? Raw { get; private set; }

    /// <summary>The packed numbers of int32_data, int64_data or uint64_data: varints.</summary>
    public ByteRange? Varints { get; private set; }

    /// <summary>Keys and values of external_data.</summary>
    public List<OnnxEntry> External { get; } = [];

    protected override void Read(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Varint or (1 << 3) | Bytes: AddIntegers(Shape, tag, input, MostAxes); break;
            case (2 << 3) | Varint: Type = input.ReadInt32(); break;
            case (8 << 3) | Bytes: Name = input.ReadString(); break;
            case (4 << 3) | Bytes or (9 << 3) | Bytes or (10 << 3) | Bytes: Raw = Range(input); break;
            case (5 << 3) | Bytes or (7 << 3) | Bytes or (11 << 3) | Bytes: Varints = Range(input); break;
            case (13 << 3) | Bytes: Add(External, input); break;
            default: input.SkipLastField(); break;
        }
    }
}

/// <summary>StringStringEntryProto.</summary>
sealed class OnnxEntry : OnnxMessage
{
    public string Key { get; private set; } = "";

    public string Value { get; private set; } = "";

    protected override void Read(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes: Key = input.ReadString(); break;
            case (2 << 3) | Bytes: Value = input.ReadString(); break;
            default: input.SkipLastField(); break;
        }
    }
}
