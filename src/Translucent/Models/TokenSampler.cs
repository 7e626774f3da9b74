// The choice of the next token: the likeliest, or a draw by temperature from all, from the K likeliest, or from the nucleus of probability P.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Chooses tokens, one after the other. Logits are divided by the temperature, then cut by K, then by P.</summary>
sealed class TokenSampler(GenerationSettings settings)
{
    SplitMix _random = new((ulong)settings.Seed);

    /// <summary>The next token; of equal ones the lower id.</summary>
    /// <param name="logits">[V].</param>
    /// <exception cref="TranslucentException">A logit is not a number: the weights are not those of the settings.</exception>
    public int Next(ReadOnlySpan<float> logits)
    {
        int first = TensorPrimitives.IndexOfMax(logits);
        float most = logits[first];
        if (!float.IsFinite(most))
            throw new TranslucentException($"logits: {most} among them, expected finite numbers; the weights are damaged or of other settings.");
        if (settings.Temperature == 0) return first;
        double[] weights = new double[logits.Length];
        for (int id = 0; id < weights.Length; id++) weights[id] = Math.Exp(((double)logits[id] - most) / settings.Temperature);
        int[] ids = settings is { TopK: null, TopP: null or 1 } ? [.. Enumerable.Range(0, weights.Length)] : Likeliest(weights);
        double left = _random.Unit() * ids.Sum(id => weights[id]);
        foreach (int id in ids)
            if ((left -= weights[id]) < 0) return id;
        return ids[^1];
    }

    /// <summary>What K and P leave, the likeliest first.</summary>
    int[] Likeliest(double[] weights)
    {
        double floor = 0;
        if (settings is { TopK: null, TopP: { } share }) floor = (1 - share) * weights.Sum() / weights.Length; // all below it together are outside P
        int[] ids = [.. Enumerable.Range(0, weights.Length).Where(id => weights[id] >= floor)];
        Array.Sort(ids, (a, b) => weights[b].CompareTo(weights[a]) is not 0 and int order ? order : a.CompareTo(b));
        int count = Math.Min(settings.TopK ?? int.MaxValue, ids.Length);
        if (settings.TopP is { } p)
        {
            double all = settings.TopK is null ? weights.Sum() : ids.Take(count).Sum(id => weights[id]), sum = 0;
            int kept = 0;
            while (kept < count && sum < p * all) sum += weights[ids[kept++]];
            count = Math.Max(1, kept);
        }
        return ids[..count];
    }
}
