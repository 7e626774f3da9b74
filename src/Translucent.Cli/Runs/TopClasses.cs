// The best classes of many rows of scores, with the probabilities that a softmax over all classes gives them.

using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>A class that a token stands for.</summary>
/// <param name="Class">Its index.</param>
/// <param name="Score">In units of the logits.</param>
/// <param name="Probability">The softmax of the token's scores at this class.</param>
readonly record struct TopClass(int Class, float Score, float Probability);

/// <summary>The best classes of every row, the highest score first; of equal scores the lower class.</summary>
sealed class TopClasses
{
    readonly TopClass[] _all;

    /// <param name="scores">[.., Classes].</param>
    /// <param name="count">How many classes of each row, at most as many as there are.</param>
    public TopClasses(Tensor scores, int count)
    {
        Count = Math.Min(count, scores.Width);
        _all = new TopClass[scores.Rows * Count];
        Compute.Default.For(scores.Rows, row => Find(scores.Row(row), _all.AsSpan(row * Count, Count)));
    }

    /// <summary>K, classes of each row.</summary>
    public int Count { get; }

    /// <summary>The best classes of a row.</summary>
    public ReadOnlySpan<TopClass> this[int row] => _all.AsSpan(row * Count, Count);

    static void Find(ReadOnlySpan<float> scores, Span<TopClass> best)
    {
        float highest = float.NegativeInfinity;
        foreach (float score in scores) highest = Math.Max(highest, score);
        double sum = 0;
        int found = 0;
        for (int c = 0; c < scores.Length; c++)
        {
            double weight = Math.Exp((double)scores[c] - highest);
            sum += weight;
            if (found == best.Length && !(scores[c] > best[^1].Score)) continue;
            int place = found < best.Length ? found++ : found - 1;
            for (; place > 0 && scores[c] > best[place - 1].Score; place--) best[place] = best[place - 1];
            best[place] = new TopClass(c, scores[c], (float)weight);
        }
        for (int i = 0; i < best.Length; i++) best[i] = best[i] with { Probability = (float)(best[i].Probability / sum) };
    }
}
