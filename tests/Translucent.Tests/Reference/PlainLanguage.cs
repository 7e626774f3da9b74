using Translucent.Tensors;

namespace Translucent.Tests.Reference;

/// <summary>Language models written a second time, in float64, one text at a time, for reading: rows are arrays, and no operation is shared with the
/// library.</summary>
sealed class PlainLanguage(Func<string, Tensor> weight)
{
    /// <summary>z[0 .. L], each [N][C].</summary>
    public List<double[][]> Z { get; } = [];

    public double[][] Logits { get; private set; } = [];

    /// <param name="ids">One text.</param>
    /// <param name="heads">Heads, and heads of keys.</param>
    /// <param name="frequencies">Of rotary positions.</param>
    /// <param name="act">Of the gate.</param>
    /// <param name="factor">Of embeddings.</param>
    /// <param name="plus">What is added to the weights of norms.</param>
    /// <param name="bias">Whether a layer has a bias, by its name.</param>
    /// <param name="headNorms">Whether heads of queries and keys are normalised.</param>
    /// <param name="tied">Whether the embeddings unembed.</param>
    public void Llama(int[] ids, (int All, int Keys) heads, double[] frequencies, Func<double, double> act, double factor = 1, double plus = 0,
        Func<string, bool>? bias = null, bool headNorms = false, bool tied = false, double eps = 1e-6, int depth = 2)
    {
        Tensor words = weight("model.embed_tokens.weight");
        double[][] x = [.. ids.Select(id => words.Row(id).ToArray().Select(v => v * factor).ToArray())];
        Z.Add(x);
        for (int b = 0; b < depth; b++)
        {
            string name = $"model.layers.{b}.";
            double[][] u = Rms(x, weight(name + "input_layernorm.weight"));
            (double[][] q, double[][] k, double[][] v) =
                (Layer(u, name + "self_attn.q_proj"), Layer(u, name + "self_attn.k_proj"), Layer(u, name + "self_attn.v_proj"));
            if (headNorms) (q, k) = (Rms(q, weight(name + "self_attn.q_norm.weight")), Rms(k, weight(name + "self_attn.k_norm.weight")));
            (q, k) = (Turn(q), Turn(k));
            x = Add(x, Layer(Attend(q, k, v, heads.All, heads.Keys, (i, j) => j <= i), name + "self_attn.o_proj"));
            u = Rms(x, weight(name + "post_attention_layernorm.weight"));
            double[][] gate = Layer(u, name + "mlp.gate_proj"), up = Layer(u, name + "mlp.up_proj");
            x = Add(x, Layer(Zip(gate, up, (g, w) => act(g) * w), name + "mlp.down_proj"));
            Z.Add(x);
        }
        Logits = Layer(Rms(x, weight("model.norm.weight")), tied ? "model.embed_tokens" : "lm_head");

        double[][] Layer(double[][] rows, string layer) => Linear(rows, layer, bias?.Invoke(layer.Split('.')[^1]) ?? false);
        double[][] Turn(double[][] rows)
        {
            double[] flat = PlainOps.Rotary([.. rows.SelectMany(r => r)], rows.Length, rows[0].Length, frequencies, 0);
            return [.. flat.Chunk(rows[0].Length)];
        }
        double[][] Rms(double[][] rows, Tensor w)
        {
            Tensor moved = new(w.Shape, [.. w.ToArray().Select(v => (float)(v + plus))]);
            return [.. rows.Select(r => PlainOps.RmsNorm(r, moved, eps))];
        }
    }

    /// <summary>An encoder that normalises behind each sum, from what enters its first block; names of its layers by the part that they play.</summary>
    public double[][] Encode(double[][] x, int depth, int heads, Func<int, string, string> named, double eps, int? real = null)
    {
        Z.Add(x);
        for (int b = 0; b < depth; b++)
        {
            string Of(string part) => named(b, part);
            double[][] mixed = Attend(Linear(x, Of("query")), Linear(x, Of("key")), Linear(x, Of("value")), heads, heads, (_, j) => j < (real ?? x.Length));
            x = Norm(Add(x, Linear(mixed, Of("output"))), Of("norm1"), eps);
            double[][] inner = [.. Linear(x, Of("up")).Select(r => r.Select(PlainOps.Gelu).ToArray())];
            x = Norm(Add(x, Linear(inner, Of("down"))), Of("norm2"), eps);
            Z.Add(x);
        }
        return x;
    }

    public double[][] Norm(double[][] rows, string name, double eps) =>
        [.. rows.Select(r => PlainOps.LayerNorm(r, weight(name + ".weight"), weight(name + ".bias"), eps))];

    public double[][] Linear(double[][] rows, string name, bool bias = true) =>
        [.. rows.Select(r => PlainOps.Linear(r, weight(name + ".weight"), bias ? weight(name + ".bias") : null, v => v, null))];

    public double[][] Lookup(string name, IEnumerable<int> ids) => [.. ids.Select(id => Array.ConvertAll(weight(name).Row(id).ToArray(), v => (double)v))];

    public static double[][] Add(double[][] a, double[][] b) => Zip(a, b, (p, q) => p + q);

    static double[][] Zip(double[][] a, double[][] b, Func<double, double, double> f) => [.. a.Zip(b, (r, s) => r.Zip(s, f).ToArray())];

    static double[][] Attend(double[][] q, double[][] k, double[][] v, int heads, int keyHeads, Func<int, int, bool> sees) =>
        [.. PlainOps.Attention([.. q.SelectMany(r => r)], [.. k.SelectMany(r => r)], [.. v.SelectMany(r => r)], 1, q.Length, k.Length, q[0].Length, heads,
            (_, i, j) => !sees(i, j), heads / keyHeads).Chunk(q[0].Length)];
}
