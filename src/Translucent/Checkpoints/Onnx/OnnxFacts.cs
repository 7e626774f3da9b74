// What a graph says of the settings of its model, layer by layer: heads by the shapes that queries and keys are brought into, the activation in front of a
// matrix, the epsilon of normalisations, how a text is read at its end.

namespace Translucent.Checkpoints.Onnx;

/// <summary>Settings that a graph tells and shapes of weights do not.</summary>
sealed class OnnxFacts
{
    const int MostSteps = 40;
    const float QuickGelu = 1.702f;

    readonly OnnxGraph _graph;
    readonly HashSet<OnnxNode> _products;
    readonly Dictionary<string, int> _heads = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _activations = new(StringComparer.Ordinal);
    readonly SortedSet<float> _epsilons = [];

    public OnnxFacts(OnnxGraph graph, IEnumerable<OnnxProduct> products)
    {
        (_graph, _products) = (graph, [.. products.Select(p => p.Node)]);
        foreach (OnnxNode node in graph.Nodes)
            if (EpsilonOf(node) is { } epsilon) _epsilons.Add(epsilon);
    }

    /// <summary>Attention heads of the layer that makes queries, keys or values.</summary>
    public IReadOnlyDictionary<string, int> Heads => _heads;

    /// <summary>The activation, by the names of Hugging Face, in front of a layer.</summary>
    public IReadOnlyDictionary<string, string> Activations => _activations;

    /// <summary>What normalisations add to the variance; several when they differ.</summary>
    public IReadOnlyCollection<float> Epsilons => _epsilons;

    /// <summary>eos_token_id of CLIP: what ids are compared with before ArgMax finds the end of the text; 2 when the largest id is the end.</summary>
    public long? TextEnd { get; private set; }

    /// <summary>Learns from a layer.</summary>
    public void Note(string layer, OnnxProduct product)
    {
        int outs = product.Weight.Data.Shape[product.IsOutIn ? 0 : 1];
        if (HeadsBehind(product.Output, outs) is { } heads) _heads[layer] = heads;
        if (ActivationBefore(product.Input) is { } activation) _activations[layer] = activation;
    }

    /// <summary>Learns how many heads a fused Attention has.</summary>
    public void Note(string layer, long heads) => _heads[layer] = (int)Math.Clamp(heads, 0, int.MaxValue);

    int? HeadsBehind(string value, int outs)
    {
        for (int steps = 0; steps < 4; steps++)
        {
            value = _graph.Onward(value);
            IReadOnlyList<OnnxNode> users = _graph.Users(value);
            if (users.FirstOrDefault(u => u.Kind == "Reshape") is { } reshape)
            {
                return _graph.Integers(reshape.Input(1)) switch
                {
                    [_, _, > 0 and <= int.MaxValue and long heads, _] => (int)heads,
                    [_, _, _, > 0 and long size] when outs % size == 0 => (int)(outs / size),
                    [_, _, 3, > 0 and <= int.MaxValue and long heads, _] => (int)heads, // queries, keys and values in one
                    _ => null,
                };
            }
            if (users.FirstOrDefault(u => u.Kind is "Mul" or "Div" && u.Inputs.Exists(i => _graph.Scalar(i) is not null)) is not { } scaled) return null;
            value = scaled.Output;
        }
        return null;
    }

    string? ActivationBefore(string value)
    {
        Queue<string> ahead = new([value]);
        HashSet<OnnxNode> seen = [];
        while (ahead.TryDequeue(out string? next) && seen.Count < MostSteps)
        {
            if (_graph.Maker(next) is not { } node) continue;
            if (_products.Contains(node) && seen.Count == 0 && node.Attribute("activation")?.Text is { } fused) return fused.ToLowerInvariant(); // FusedGemm
            if (_products.Contains(node) || !seen.Add(node)) continue;
            foreach (string input in node.Inputs.Take(3)) ahead.Enqueue(input);
        }
        bool Has(string kind) => seen.Any(n => n.Kind == kind);
        OnnxNode? First(params ReadOnlySpan<string> kinds)
        {
            foreach (OnnxNode node in seen)
                if (kinds.Contains(node.Kind)) return node;
            return null;
        }
        if (First("FastGelu") is not null) return "gelu_new";
        if (First("Gelu", "BiasGelu") is { } gelu) return gelu.Attribute("approximate")?.Text == "tanh" ? "gelu_new" : "gelu";
        if (First("QuickGelu") is { } quick) return Quick(quick.Float("alpha", QuickGelu));
        if (Has("Erf")) return "gelu";
        if (Has("Tanh")) return Has("Mul") ? "gelu_new" : "tanh";
        if (First("Sigmoid") is { } sigmoid) return _graph.Maker(sigmoid.Input(0)) is { Kind: "Mul" } mul
            && mul.Inputs.Select(_graph.Scalar).FirstOrDefault(s => s is not null) is { } factor ? Quick(factor) : "silu";
        return Has("Relu") ? "relu" : null;
    }

    static string? Quick(float factor) => MathF.Abs(factor - QuickGelu) < 2e-3f ? "quick_gelu" : factor == 1 ? "silu" : null;

    float? EpsilonOf(OnnxNode node)
    {
        switch (node.Kind)
        {
            case "LayerNormalization": return node.Float("epsilon", 1e-5f);
            case "SkipLayerNormalization" or "EmbedLayerNormalization": return node.Float("epsilon", 1e-12f);
            case "Sqrt" when _graph.Maker(node.Input(0)) is { Kind: "Add" } add && add.Inputs.Exists(i => _graph.Maker(i) is { Kind: "ReduceMean" }):
                return add.Inputs.Select(_graph.Scalar).FirstOrDefault(s => s is not null);
            case "ArgMax":
                OnnxNode? from = _graph.Maker(_graph.Maker(node.Input(0)) is { Kind: "Cast" } cast ? cast.Input(0) : node.Input(0));
                TextEnd ??= from is null ? 2 : from.Kind != "Equal" ? null
                    : from.Inputs.Select(i => _graph.Integers(i)).FirstOrDefault(i => i is [not null])?[0];
                return null;
            default: return null;
        }
    }
}
