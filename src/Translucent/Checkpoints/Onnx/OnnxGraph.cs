// The graph of an ONNX model as names and values: which node makes a value, which take it, and what of it is known before anything runs.

using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>Looks things up in a graph. Walks have a fixed number of steps, so that no graph takes longer than its size.</summary>
sealed class OnnxGraph
{
    const int MostSteps = 12, MostIntegers = 64;

    readonly string _path;
    readonly OnnxData _data;
    readonly Dictionary<string, OnnxTensor> _stored = new(StringComparer.Ordinal);
    readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<OnnxNode>> _users = new(StringComparer.Ordinal);
    readonly Dictionary<OnnxTensor, StoredTensor> _placed = [];

    public OnnxGraph(string path, OnnxGraphMessage graph, OnnxData data)
    {
        (_path, _data, Nodes) = (path, data, graph.Nodes);
        foreach (OnnxTensor tensor in graph.Initializers)
            if (!_stored.TryAdd(tensor.Name, tensor)) throw Twice(tensor.Name);
        foreach (OnnxNode node in graph.Nodes)
        {
            foreach (string made in node.Outputs)
                if (made.Length > 0 && (_stored.ContainsKey(made) || !_makers.TryAdd(made, node))) throw Twice(made);
            foreach (string used in node.Inputs.Distinct())
            {
                if (used.Length == 0) continue;
                if (!_users.TryGetValue(used, out List<OnnxNode>? users)) _users[used] = users = [];
                users.Add(node);
            }
        }
    }

    /// <summary>All nodes, in the order of the file.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>Names of the stored tensors, in the order of the file.</summary>
    public IEnumerable<string> Stored => _stored.Keys;

    /// <summary>The node that makes a value; null for inputs and stored tensors.</summary>
    public OnnxNode? Maker(string value) => _makers.GetValueOrDefault(value);

    /// <summary>The nodes that take a value.</summary>
    public IReadOnlyList<OnnxNode> Users(string value) => _users.TryGetValue(value, out List<OnnxNode>? users) ? users : [];

    /// <summary>A stored tensor, or that of a Constant node; null when the value is neither.</summary>
    public StoredTensor? Constant(string value)
    {
        if (!_stored.TryGetValue(value, out OnnxTensor? tensor) && Maker(value) is { Kind: "Constant" } node) tensor = node.Attribute("value")?.Tensor;
        if (tensor is null) return null;
        if (!_placed.TryGetValue(tensor, out StoredTensor? placed)) _placed[tensor] = placed = _data.Place(tensor, value);
        return placed;
    }

    /// <summary>A stored tensor with what happens to it on its way to a value: dequantised, cast, turned; null when the value depends on inputs.</summary>
    /// <exception cref="TranslucentException">It is quantised in a way that is not read.</exception>
    public OnnxMatrix? Matrix(string value)
    {
        bool turned = false;
        OnnxNode? scaled = null;
        for (int steps = 0; steps < MostSteps; steps++)
        {
            if (Constant(value) is { } data)
            {
                OnnxMatrix matrix = scaled is null ? new OnnxMatrix(data) : Dequantised(data, scaled.Input(1), scaled.Input(2), scaled.Integer("axis", 1));
                return matrix with { IsTurned = turned };
            }
            OnnxNode? node = Maker(value);
            if (node is { Kind: "Transpose" } && (node.Attribute("perm")?.Integers is not { } order || order is [1, 0])) turned = !turned;
            else if (node is { Kind: "DequantizeLinear" } && scaled is null)
                scaled = node.Integer("block_size", 0) == 0 ? node : throw Bad(node, "quantises in blocks", "export the model in float32");
            else if (node is not { Kind: "Identity" or "Cast" }) return null;
            value = node.Input(0);
        }
        return null;
    }

    /// <summary>A tensor of quantised numbers with its scales.</summary>
    /// <exception cref="TranslucentException">Scales are not stored, or not as many as the axis has places.</exception>
    public OnnxMatrix Dequantised(StoredTensor data, string scale, string zero, long axis)
    {
        if (data.Type is not (StoredType.I8 or StoredType.U8 or StoredType.I16 or StoredType.U16 or StoredType.I32))
            throw new TranslucentException($"{data}: is dequantised but holds {data.Type}, expected integers; the file is damaged.");
        float[] scales = Constant(scale) is { } s && s.Type.IsFloat() ? s.ToTensor().ToArray()
            : throw new TranslucentException($"{data}: its scale {Describe.Name(scale)} is not stored; export the model in float32.");
        long[]? zeros = zero.Length == 0 ? null : Constant(zero) is { } z && !z.Type.IsFloat() ? z.ToInt64s()
            : throw new TranslucentException($"{data}: its zero point {Describe.Name(zero)} is not stored; export the model in float32.");
        int along = (int)Math.Clamp(axis < 0 ? axis + data.Shape.Length : axis, 0, Math.Max(0, data.Shape.Length - 1));
        int places = data.Shape.Length == 0 ? 1 : data.Shape[along];
        if ((scales.Length != 1 && scales.Length != places) || (zeros is not null && zeros.Length != 1 && zeros.Length != scales.Length))
            throw new TranslucentException($"{data}: has {scales.Length} scales and {zeros?.Length ?? 0} zero points for {places} places of axis {along}.");
        return new OnnxMatrix(data) { Scale = scales, Zero = zeros, Axis = along };
    }

    /// <summary>A stored number; null when the value is none.</summary>
    public float? Scalar(string value) => Matrix(value) is { Scale: null, Data: { Count: 1 } data } && data.Type.IsFloat() ? data.ToTensor().Span[0] : null;

    /// <summary>Whole numbers that make a shape; null for each that depends on the input, and for the list when nothing is known.</summary>
    public long?[]? Integers(string value, int depth = 0)
    {
        if (depth > MostSteps) return null;
        if (Constant(value) is { } data) return data.Type.IsFloat() || data.Count > MostIntegers ? null : [.. data.ToInt64s()];
        return Maker(value) switch
        {
            { Kind: "Constant" } node => node.Attribute("value_ints")?.Integers is { } list ? [.. list]
                : node.Attribute("value_int") is { } one ? [one.Integer] : null,
            { Kind: "Unsqueeze" or "Squeeze" or "Identity" or "Cast" or "Reshape" } node => Integers(node.Input(0), depth + 1),
            { Kind: "Concat", Inputs.Count: <= MostSteps } node => [.. node.Inputs.SelectMany(i => Integers(i, depth + 1) ?? [null])],
            _ => null,
        };
    }

    /// <summary>The value itself, as far as nodes only carry it on: fake quantisation, casts, dropout, products with one number.</summary>
    public string Onward(string value)
    {
        for (int steps = 0; steps < MostSteps; steps++)
        {
            OnnxNode[] users = [.. Users(value).Where(u => u.Kind != "Shape").Take(2)];
            if (users is not [{ Kind: "QuantizeLinear" or "DequantizeLinear" or "Cast" or "Identity" or "Dropout" } only]) return value;
            value = only.Output;
        }
        return value;
    }

    /// <summary>Whether a stored tensor goes into a value within a few steps.</summary>
    public bool Reads(string value, string stored)
    {
        HashSet<string> seen = [value];
        Queue<string> ahead = new(seen);
        while (ahead.TryDequeue(out string? next) && seen.Count < MostIntegers)
            foreach (string input in Maker(next)?.Inputs.Take(3) ?? [])
                if (seen.Add(input)) ahead.Enqueue(input);
        return seen.Contains(stored);
    }

    TranslucentException Twice(string name) => new($"{_path}: {Describe.Name(name)} is made twice; the file is damaged, export it again.");

    TranslucentException Bad(OnnxNode node, string what, string advice) => new($"{_path}: node {Describe.Name(node.Name)} ({node.Kind}) {what}; {advice}.");
}
