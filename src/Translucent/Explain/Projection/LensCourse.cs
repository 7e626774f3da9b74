// How the token that follows is formed from layer to layer of a language model: what Vilas et al. 2023 (arXiv:2310.18969, section 4) measure of classes,
// identifiability, rates, and where a prediction comes from, with the vocabulary for classes and the logit lens for class-embedding projection.

using Translucent.Files;
using Translucent.Models;

namespace Translucent.Explain.Projection;

/// <summary>What one layer says of the tokens that follow; means and shares over positions.</summary>
/// <param name="Layer">l, 1 the embedding.</param>
/// <param name="Identifiability">The mean of 1 − rank/V, from 1/V to 1: where the token that follows stands in the vocabulary.</param>
/// <param name="First">The share of positions where it stands first.</param>
/// <param name="LogProbability">The mean of log p of it, ≤ 0.</param>
/// <param name="Formed">What the block below the layer did; null for the embedding.</param>
public sealed record LensLayer(int Layer, double Identifiability, double First, double LogProbability, LensBlock? Formed);

/// <summary>Shares of positions, 0 to 1, about one block.</summary>
/// <param name="AttentionPushes">Where what attention adds, read by itself, scores higher for the token that follows than the stream before the block.</param>
/// <param name="MlpPushes">The same of what the MLP adds.</param>
/// <param name="FromStream">Where the likeliest token behind the block was that of the stream before it.</param>
/// <param name="FromAttention">Where it is that of what attention adds.</param>
/// <param name="FromMlp">Where it is that of what the MLP adds.</param>
/// <param name="Composed">Where it is none of the three.</param>
public sealed record LensBlock(double AttentionPushes, double MlpPushes, double FromStream, double FromAttention, double FromMlp, double Composed);

/// <summary>Reads the stream and what blocks add to it, layer by layer.</summary>
public static class LensCourse
{
    /// <summary>All layers, L + 1 of them, from the embedding.</summary>
    /// <param name="trace">A forward pass of a model that predicts tokens.</param>
    /// <param name="positions">Tokens, from 0; at least one.</param>
    /// <param name="following">For every position the id of the token that follows it.</param>
    /// <param name="item">Which text of the batch.</param>
    /// <exception cref="ArgumentException">There is no position, or not as many ids.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token, text or id.</exception>
    /// <exception cref="TranslucentException">The model predicts no tokens.</exception>
    public static IReadOnlyList<LensLayer> Of(Trace trace, IReadOnlyList<int> positions, IReadOnlyList<int> following, int item = 0)
    {
        if (positions.Count == 0 || following.Count != positions.Count)
            throw new ArgumentException($"following: {following.Count} ids for {positions.Count} positions, expected one for each of at least one.",
                nameof(following));
        LogitLens.CheckIds(following, VocabularySeeds.Of(trace).Size, nameof(following));
        int layers = trace.Blocks.Count + 1;
        Said stream = Read(TokenState.Hidden), attention = Read(TokenState.Attention), mlp = Read(TokenState.Mlp);
        return [.. Enumerable.Range(0, layers).Select(l => new LensLayer(l + 1, Mean(p => stream.Identifiability[l][p]),
            Mean(p => stream.First[l][p] == following[p] ? 1 : 0), Mean(p => stream.Log[l][p]), l == 0 ? null : Block(l)))];

        LensBlock Block(int l)
        {
            bool Stream(int p) => stream.First[l][p] == stream.First[l - 1][p];
            bool Attention(int p) => stream.First[l][p] == attention.First[l][p];
            bool Mlp(int p) => stream.First[l][p] == mlp.First[l][p];
            return new LensBlock(Share(p => attention.Score[l][p] > stream.Score[l - 1][p]), Share(p => mlp.Score[l][p] > stream.Score[l - 1][p]),
                Share(Stream), Share(Attention), Share(Mlp), Share(p => !Stream(p) && !Attention(p) && !Mlp(p)));
        }

        double Mean(Func<int, double> of) => Enumerable.Range(0, positions.Count).Average(of);
        double Share(Func<int, bool> holds) => Mean(p => holds(p) ? 1 : 0);

        Said Read(TokenState state)
        {
            Said said = new(layers, positions.Count);
            LogitLens.EachLayer(trace, positions, item, state, (layer, logits) =>
            {
                for (int p = 0; p < positions.Count; p++)
                {
                    Span<float> row = logits.Row(p);
                    said.First[layer][p] = TensorPrimitives.IndexOfMax<float>(row);
                    said.Score[layer][p] = row[following[p]];
                    said.Identifiability[layer][p] = 1 - (double)Identifiability.Rank(row, following[p]) / row.Length;
                    VocabularyReadout.LogSoftmax(row);
                    said.Log[layer][p] = row[following[p]];
                }
            });
            return said;
        }
    }

    /// <summary>[layer][position]: the likeliest token, and of the token that follows the logit, 1 − rank/V and log p.</summary>
    sealed class Said(int layers, int positions)
    {
        public int[][] First { get; } = Rows<int>(layers, positions);
        public float[][] Score { get; } = Rows<float>(layers, positions);
        public double[][] Identifiability { get; } = Rows<double>(layers, positions);
        public float[][] Log { get; } = Rows<float>(layers, positions);

        static T[][] Rows<T>(int layers, int positions) => [.. Enumerable.Range(0, layers).Select(_ => new T[positions])];
    }
}
