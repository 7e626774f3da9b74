using Translucent.Checkpoints;

namespace Translucent.Tests.Reference;

/// <summary>The upper end of CLIP's image tower with texts as classes, in float64 with plain loops, written for reading.</summary>
/// <param name="weights">Of a whole CLIP folder.</param>
/// <param name="texts">[Classes][projection], of any length.</param>
sealed class PlainClip(Safetensors weights, double[][] texts)
{
    const double Eps = 1e-5;

    readonly double[] _gain = Numbers(weights, "vision_model.post_layernorm.weight"), _bias = Numbers(weights, "vision_model.post_layernorm.bias");
    readonly double[] _projection = Numbers(weights, "visual_projection.weight"); // [projection, C]
    readonly double _scale = Math.Exp(Numbers(weights, "logit_scale")[0]);
    readonly double[][] _texts = [.. texts.Select(Unit)];

    /// <summary>exp(logit_scale)·cos(projection(LN(token)), t_c) for every class.</summary>
    public double[] Scores(float[] token)
    {
        double[] image = Unit(Project(Norm([.. token.Select(v => (double)v)])));
        return [.. _texts.Select(t => _scale * Dot(image, t))];
    }

    /// <summary>exp(logit_scale)·⟨t_c, projection(column j)⟩ for every class and every column of a matrix [C, columns]: what memories add to classes.</summary>
    public double[][] ScoresOfColumns(double[] m)
    {
        int width = _gain.Length, columns = m.Length / width;
        double[][] projected = [.. Enumerable.Range(0, columns).Select(j => Project([.. Enumerable.Range(0, width).Select(i => m[i * columns + j])]))];
        return [.. _texts.Select(t => projected.Select(p => _scale * Dot(t, p)).ToArray())];
    }

    /// <summary>1 − rank / classes, where a class of equal score and lower index ranks higher.</summary>
    public static double Identifiability(double[] scores, int cls) =>
        1 - (double)Enumerable.Range(0, scores.Length).Count(c => scores[c] > scores[cls] || (scores[c] == scores[cls] && c < cls)) / scores.Length;

    /// <summary>normalize(mean of normalize(prompt)).</summary>
    public static double[] Mean(IReadOnlyList<double[]> prompts)
    {
        double[][] units = [.. prompts.Select(Unit)];
        return Unit([.. Enumerable.Range(0, units[0].Length).Select(i => units.Average(u => u[i]))]);
    }

    /// <summary>The same direction with length 1.</summary>
    public static double[] Unit(double[] x)
    {
        double length = Math.Sqrt(Dot(x, x));
        return Array.ConvertAll(x, v => v / length);
    }

    double[] Norm(double[] x)
    {
        double mean = x.Average(), deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + Eps);
        return [.. x.Select((v, i) => (v - mean) / deviation * _gain[i] + _bias[i])];
    }

    double[] Project(double[] x) =>
        [.. Enumerable.Range(0, _projection.Length / x.Length).Select(row => Dot(x, _projection[(row * x.Length)..((row + 1) * x.Length)]))];

    static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    static double[] Numbers(Safetensors weights, string name) => weights[name].ToDoubles();
}
