// Weights of an ONNX graph under the names and in the layout that PyTorch has them: what exporters turned, folded, packed or quantised is undone.

using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>Names what a graph stores.</summary>
sealed class OnnxWeights
{
    const int MostMade = 8; // bytes made in memory, of those in the files: int8 becomes float32, and a matrix may be used twice
    const float Masked = -1e4f;
    const string ClassToken = "vision_model.embeddings.class_embedding";

    // What the layer behind attention is called, and the three before it; the packed layer of timm and CLIP by OpenAI stays packed.
    static readonly (string Output, string Beside, string[] Parts)[] s_attention =
    [
        (".attention.output.dense", ".layernorm_before.weight", [".attention.attention.query", ".attention.attention.key", ".attention.attention.value"]),
        (".attention.output.dense", "", [".attention.self.query", ".attention.self.key", ".attention.self.value"]),
        (".self_attn.out_proj", "", [".self_attn.q_proj", ".self_attn.k_proj", ".self_attn.v_proj"]),
        (".attention.out_lin", "", [".attention.q_lin", ".attention.k_lin", ".attention.v_lin"]),
        (".attn.proj", "", [".attn.qkv"]),
    ];

    static readonly (string Norm, string Name)[] s_projections =
        [("vision_model.post_layernorm.bias", "visual_projection.weight"), ("text_model.final_layer_norm.bias", "text_projection.weight")];

    readonly string _path;
    readonly OnnxGraph _graph;
    readonly OnnxData _data;
    readonly Dictionary<string, StoredTensor> _named = new(StringComparer.Ordinal);
    readonly HashSet<string> _used = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _layerOf = new(StringComparer.Ordinal); // by the value that a product reads
    readonly Dictionary<string, OnnxProduct> _unnamed = new(StringComparer.Ordinal); // by the value that they make
    long _made;

    public OnnxWeights(string path, OnnxGraph graph, OnnxData data)
    {
        (_path, _graph, _data) = (path, graph, data);
        OnnxProduct[] products = [.. graph.Nodes.Select(node => OnnxProduct.Of(graph, node)).OfType<OnnxProduct>()];
        Facts = new OnnxFacts(graph, products);
        foreach (OnnxProduct product in products) Name(product);
        foreach (OnnxNode node in graph.Nodes)
        {
            switch (node.Kind)
            {
                case "Attention" or "MultiHeadAttention" when node.Domain.Length > 0: Unpack(node); break;
                case "Conv" or "ConvInteger": Patches(node); break;
                case "Gather": Table(node); break;
            }
        }
        foreach (OnnxProduct product in _unnamed.Values) Project(product);
        foreach (OnnxNode node in graph.Nodes)
        {
            if (node.Kind is "Add" or "Mul") Folded(node);
            if (node.Kind == "FusedMatMul") Scale(node, node.Float("alpha", 1), node.Inputs);
        }
        foreach (string name in graph.Stored.Where(n => !_used.Contains(n))) Rest(name);
    }

    /// <summary>The weights, in the order of their nodes, then what is left in that of the file.</summary>
    public IEnumerable<StoredTensor> Tensors => _named.Values;

    /// <summary>What the graph says of settings.</summary>
    public OnnxFacts Facts { get; }

    /// <summary>How many matrices got the name of their bias or module back.</summary>
    public int Renamed { get; private set; }

    /// <summary>How many matrices came out of fused attention.</summary>
    public int Unpacked { get; private set; }

    /// <summary>How many tensors were quantised.</summary>
    public int Dequantised { get; private set; }

    void Name(OnnxProduct p)
    {
        if (OnnxNames.Matrix(p.Weight.Data.Name, p.Bias?.Name ?? "", p.Node.Name) is not (string name, bool own))
        {
            _unnamed[p.Output] = p;
            return;
        }
        string layer = OnnxNames.Layer(name);
        _layerOf.TryAdd(p.Input, layer);
        Facts.Note(layer, p);
        if (!own) Renamed++;
        Add(name, p.Weight, turned: !own && !p.IsOutIn);
        if (p.Bias is { } bias && name.EndsWith(".weight", StringComparison.Ordinal))
            Keep(OnnxNames.IsParameter(OnnxNames.Plain(bias.Name)) ? OnnxNames.Plain(bias.Name) : layer + ".bias", bias);
    }

    /// <summary>A matrix without a bias, out of an exporter that did not say its module: the projection of one of CLIP's towers.</summary>
    void Project(OnnxProduct product)
    {
        foreach ((string norm, string name) in s_projections)
            if (_graph.Reads(product.Input, norm) && !_named.ContainsKey(name)) Turned(name, product);
    }

    void Turned(string name, OnnxProduct product)
    {
        Renamed++;
        Add(name, product.Weight, turned: !product.IsOutIn);
    }

    /// <summary>Adds a tensor under its PyTorch name, made of a stored one.</summary>
    void Add(string name, OnnxMatrix matrix, bool turned)
    {
        if (_named.TryGetValue(name, out StoredTensor? known) && known.StoredName == matrix.Data.StoredName) return; // shared by several nodes
        if (matrix.Scale is not null) Dequantised++;
        if ((_made += matrix.Made(turned)) > MostMade * _data.Bytes)
            throw new TranslucentException($"{_path}: would take {_made} bytes in memory, more than {MostMade} times its size; the file is damaged.");
        _used.Add(matrix.Data.Name);
        Keep(name, matrix.As(name, turned));
    }

    void Keep(string name, StoredTensor tensor)
    {
        _used.Add(tensor.StoredName);
        if (!_named.TryAdd(name, tensor.WithName(name)) && _named[name].StoredName != tensor.StoredName)
            throw new TranslucentException(OnnxTelltales.Of([name]) is { } other ? $"{_path}: the ONNX file {other}."
                : $"{_path}: {Describe.Name(tensor.StoredName)} and {Describe.Name(_named[name].StoredName)} are both "
                + $"{Describe.Name(name)} of the model; its graph is not of one model of a known family.");
    }

    /// <summary>Attention of ONNX Runtime: [C, 3C] with queries, keys and values side by side, or three products without bias and one bias for all.</summary>
    void Unpack(OnnxNode node)
    {
        string layer = _layerOf.GetValueOrDefault(_graph.Onward(node.Output), "");
        (string Output, string Beside, string[] Parts) family = Array.Find(s_attention, a => layer.EndsWith(a.Output, StringComparison.Ordinal)
            && (a.Beside.Length == 0 || _graph.Users(layer[..^a.Output.Length] + a.Beside).Count > 0));
        if (family.Parts is null)
            throw new TranslucentException($"{_path}: has a fused {node.Kind} before {Describe.Name(layer)}, which no layer of a known family is called.");
        string prefix = layer[..^family.Output.Length];
        bool whole = node.Kind == "Attention";
        OnnxMatrix? weight = whole ? _graph.Matrix(node.Input(1)) : null;
        StoredTensor? bias = _graph.Matrix(node.Input(whole ? 2 : 3))?.As("", turned: false);
        if ((whole && weight is null) || (bias is not null && bias.Shape.Length != 1) || node.Attribute("qkv_hidden_sizes") is not null
            || node.Integer("do_rotary", 0) != 0 || node.Attribute("scale") is not null
            || (node.Integer("unidirectional", 0) != 0 && !prefix.StartsWith("text_model.", StringComparison.Ordinal)))
            throw new TranslucentException(
                $"{_path}: the fused {node.Kind} at {Describe.Name(node.Name)} has inputs that are not read; export the model without it.");
        foreach (string part in family.Parts) Facts.Note(prefix + part, node.Integer("num_heads", 0));
        if (whole)
        {
            StoredTensor all = weight!.As(node.Input(1), turned: true);
            _used.Add(weight.Data.Name);
            _made += weight.Made(turned: true);
            Split(all, [.. family.Parts.Select(p => prefix + p + ".weight")]);
            Unpacked += family.Parts.Length;
        }
        for (int i = 0; !whole && i < family.Parts.Length; i++)
            if (_unnamed.Remove(_graph.Onward(node.Input(i)), out OnnxProduct? product)) Turned(prefix + family.Parts[i] + ".weight", product);
        if (bias is not null) Split(bias, [.. family.Parts.Select(p => prefix + p + ".bias")]);
    }

    void Split(StoredTensor all, string[] names)
    {
        int rows = all.Shape[0] / names.Length;
        if (rows * names.Length != all.Shape[0] || names.Length is not (1 or 3)) throw new TranslucentException($"{all}: expected three equal parts.");
        _used.Add(all.StoredName);
        for (int i = 0; i < names.Length; i++)
            if (!_named.TryAdd(names[i], all.Rows(names[i], i * rows, rows)))
                throw new TranslucentException($"{_path}: {Describe.Name(names[i])} is there twice; its graph is not of one model of a known family.");
    }

    /// <summary>A convolution whose stride is its size: the projection of patches.</summary>
    void Patches(OnnxNode node)
    {
        if (_graph.Matrix(node.Input(1)) is not { } kernel) return;
        if (kernel.Data.Shape.Length != 4 || node.Attribute("strides")?.Integers is not [long down, long right] || down != kernel.Data.Shape[2]
            || right != kernel.Data.Shape[3] || node.Integer("group", 1) != 1)
            throw new TranslucentException($"{kernel.Data}: is the kernel of a convolution that is no projection of patches; convolutional models are not read "
                + "from ONNX.");
        if (node.Kind == "ConvInteger")
            throw new TranslucentException($"{kernel.Data}: is an integer convolution (ConvInteger), which is not read; quantise the model with QDQ, or export "
                + "it in float32.");
        StoredTensor? bias = node.Input(2).Length > 0 ? _graph.Matrix(node.Input(2))?.As(node.Input(2), turned: false) : null;
        if (OnnxNames.Matrix(kernel.Data.Name, bias?.Name ?? "", node.Name) is not (string name, _)) return;
        Add(name, kernel, turned: false);
        if (bias is not null) Keep(OnnxNames.Layer(name) + ".bias", bias);
    }

    /// <summary>A table of embeddings, which may be quantised before or behind the look-up.</summary>
    void Table(OnnxNode node)
    {
        OnnxMatrix? table = _graph.Matrix(node.Input(0));
        if (table is { Scale: null } && !table.Data.Type.IsFloat() && _graph.Users(node.Output) is [{ Kind: "DequantizeLinear" } scaled])
            table = _graph.Dequantised(table.Data, scaled.Input(1), scaled.Input(2), scaled.Integer("axis", 1));
        if (table is null || table.Data.Shape.Length != 2 || (table.Scale is null && !table.Data.Type.IsFloat()) || _used.Contains(table.Data.Name)) return;
        if (OnnxNames.Matrix(table.Data.Name, "", node.Name) is (string name, _)) Add(name, table, turned: false);
    }

    /// <summary>Positions that were looked up when the model was exported, and exp(logit_scale).</summary>
    void Folded(OnnxNode node)
    {
        foreach (string input in node.Inputs.Where(i => i.Length > 0 && !_used.Contains(i)))
        {
            if (OnnxNames.IsParameter(OnnxNames.Plain(input)) || _graph.Constant(input) is not { } data || !data.Type.IsFloat()) continue;
            string scope = OnnxNames.Scope(input) is { Length: > 0 } folded ? folded : OnnxNames.Scope(node.Name) is { Length: > 0 } path ? path
                : Class(node.Inputs.Find(i => i != input) ?? "");
            if (node.Kind == "Mul" && data.Count == 1 && _graph.Maker(node.Inputs.Find(i => i != input) ?? "") is { Kind: "MatMul" } product)
                Scale(node, data.ToTensor().Span[0], product.Inputs);
            else if (node.Kind == "Add" && scope.Contains("embeddings", StringComparison.Ordinal) && data.Shape is [1, > 1, _] or [> 1, _])
            {
                string end = scope.EndsWith("embeddings", StringComparison.Ordinal) // where the sum is, and not the look-up
                    ? _graph.Users($"{scope}.word_embeddings.weight").Count > 0 ? ".position_embeddings.weight" : ".position_embedding.weight" : ".weight";
                Keep(scope + end, data.Reshaped(input, data.Shape[^2], data.Shape[^1]));
            }
        }
    }

    /// <summary>The embeddings whose class token a value begins with; empty for other values.</summary>
    string Class(string value) => _graph.Maker(value) is { Kind: "Concat" } && _graph.Reads(value, ClassToken)
        ? ClassToken[..ClassToken.LastIndexOf('.')] : "";

    /// <summary>exp(logit_scale) as a number: the factor of a product of what both towers say.</summary>
    void Scale(OnnxNode node, float factor, List<string> factors)
    {
        if (factors.Exists(i => _graph.Constant(i) is not null) || !Array.TrueForAll(s_projections, p => _named.ContainsKey(p.Name))
            || _graph.Users(node.Output).Any(u => u.Kind is "Softmax" or "Add") || factor <= 0) return;
        _named.TryAdd("logit_scale", StoredTensor.From<float>("logit_scale", [], [MathF.Log(factor)]));
    }

    /// <summary>What no layer took: parameters under their names. Numbers of arithmetic, indices and masks are dropped; all else stays, to be named.</summary>
    void Rest(string name)
    {
        StoredTensor tensor = _graph.Constant(name)!;
        string plain = OnnxNames.Plain(name);
        if (!tensor.Type.IsFloat() || (!OnnxNames.IsParameter(plain) && (tensor.Count <= 1 || IsMask(tensor)))
            || plain.EndsWith("_scale", StringComparison.Ordinal) && plain != "logit_scale") return;
        if (_graph.Users(name).Count == 0) return; // nothing reads it
        Keep(plain, tensor);
    }

    /// <summary>Zeros where tokens see each other, very small numbers where they do not.</summary>
    static bool IsMask(StoredTensor tensor)
    {
        if (tensor.Shape.Length < 2 || tensor.Shape[^1] != tensor.Shape[^2]) return false;
        foreach (float value in tensor.ToTensor().Span)
            if (value is not 0 and > Masked) return false;
        return true;
    }
}
