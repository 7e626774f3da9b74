// How classes come into being from layer to layer (Vilas et al. 2023, arXiv:2310.18969, section 4): numbers of one class over all layers.

using Translucent.Explain.Projection;
using Translucent.Runs.Records;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>One class in one kind of scores; every list has an entry for each layer 1 .. L+1.</summary>
/// <param name="ClassToken">Identifiability in the class token.</param>
/// <param name="Patches">Identifiability, mean over the image tokens.</param>
/// <param name="Rate">The share of image tokens that stand for the class.</param>
/// <param name="ClassTokenScore">Score of the class token.</param>
/// <param name="PatchScore">Score, mean over the image tokens.</param>
/// <param name="Tokens">[layers, N]: identifiability in every token.</param>
sealed record ClassCurve(float[] ClassToken, float[] Patches, float[] Rate, float[] ClassTokenScore, float[] PatchScore, Tensor Tokens)
{
    /// <summary>Reads a class off scores [layers, 1, N, Classes].</summary>
    public static ClassCurve Of(Tensor scores, int cls, int prefix)
    {
        int layers = scores.Shape[0], n = scores.Shape[2];
        Tensor tokens = Identifiability.Of(scores, cls).Reshape(layers, n);
        float[] rate = Identifiability.Rate(scores, cls, prefix).ToArray();
        (float[] first, float[] mean, float[] score, float[] meanScore) = (new float[layers], new float[layers], new float[layers], new float[layers]);
        for (int l = 0; l < layers; l++)
        {
            (first[l], score[l]) = (tokens.Row(l)[0], scores.Row(l * n)[cls]);
            (double sum, double sumOfScores) = (0, 0);
            for (int token = prefix; token < n; token++) (sum, sumOfScores) = (sum + tokens.Row(l)[token], sumOfScores + scores.Row(l * n + token)[cls]);
            (mean[l], meanScore[l]) = ((float)(sum / (n - prefix)), (float)(sumOfScores / (n - prefix)));
        }
        return new ClassCurve(first, mean, rate, score, meanScore, tokens);
    }
}

/// <summary>Everything about one class; shares have an entry for each block 1 .. L.</summary>
/// <param name="Class">The class.</param>
/// <param name="Hidden">In the stream.</param>
/// <param name="Attention">In what attention adds on the way to a layer; nothing for layer 1.</param>
/// <param name="Mlp">In what the MLP adds.</param>
/// <param name="Rises">The share of image tokens whose score rises in a block.</param>
/// <param name="AttentionPushes">The share of image tokens for which what attention adds scores above the stream.</param>
/// <param name="MlpPushes">The same for the MLP.</param>
/// <param name="Perturbed">In the stream of passes with less context, by their names.</param>
sealed record ClassEvolution(Prediction Class, ClassCurve Hidden, ClassCurve Attention, ClassCurve Mlp,
    float[] Rises, float[] AttentionPushes, float[] MlpPushes, IReadOnlyList<(string Name, ClassCurve Curve)> Perturbed);
