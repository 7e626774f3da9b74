// What a model says about its input: scores, and the token from which they are read.

using Translucent.Autodiff;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The upper end of a forward pass.</summary>
public sealed class Readout
{
    readonly Var? _scores;

    /// <param name="stream">Where the scores are read.</param>
    /// <param name="tokens">From which tokens of it.</param>
    /// <param name="norm">The normalisation above the last block; null where the block ends with one.</param>
    /// <param name="head">From normalised tokens to scores, or null.</param>
    /// <param name="scores">[B, Classes], or null.</param>
    /// <param name="labels">Names of the classes, in the order of the scores; empty where there are none.</param>
    /// <param name="reads">How many tokens from the first a head needs to find everything that it reads.</param>
    internal Readout(TokenStream stream, IReadOnlyList<int> tokens, Op? norm, ClassHead? head, Var? scores, IReadOnlyList<string> labels, int reads) =>
        (Stream, Tokens, Norm, Head, _scores, Labels, Reads, Classes) = (stream, tokens, norm, head, scores, labels, reads, head?.Classes ?? 0);

    /// <summary>Scores that are made from one token by more than a normalisation and a head.</summary>
    /// <param name="stream">Where the scores are read.</param>
    /// <param name="tokens">From which token of it.</param>
    /// <param name="scores">[B, Classes].</param>
    /// <param name="labels">Names of the classes, in the order of the scores; empty where there are none.</param>
    internal Readout(TokenStream stream, IReadOnlyList<int> tokens, Var scores, IReadOnlyList<string> labels) =>
        (Stream, Tokens, _scores, Labels, Reads, Classes) = (stream, tokens, scores, labels, 1, scores.Value.Width);

    /// <summary>No scores: the tokens alone that stand for the items.</summary>
    internal Readout(TokenStream stream, IReadOnlyList<int> tokens) => (Stream, Tokens, Labels, Reads) = (stream, tokens, [], 1);

    /// <summary>The stream that the scores are read from.</summary>
    public TokenStream Stream { get; }

    /// <summary>[B]: the token of each item that stands for all of it: class token, end of a text.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>The tokens whose mean stands for an item, where no one token does: the patches of models that average them; else null.</summary>
    public IReadOnlyList<int>? Averaged { get; init; }

    /// <summary>The attention by which a learned query reads the stream, with the feed-forward layer behind it, where that stands for an item; else null. Its
    /// queries are a stream of one token, which nothing else reads.</summary>
    public TokenBlock? Pooling { get; init; }

    /// <summary>Names of the classes by index; empty when none are named.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The name of a class; its number where it has none.</summary>
    internal string Label(int index) => index < Labels.Count ? Labels[index] : $"class {index}";

    /// <summary>What the scores say: whether one class is right, any of the labels, or scores are values.</summary>
    public ScoreMeaning Meaning { get; init; }

    /// <summary>How many classes are scored; 0 when the model scores none.</summary>
    public int Classes { get; }

    /// <summary>The scores [B, Classes] of a model that has them.</summary>
    internal Var Scores => _scores!;

    internal ClassHead? Head { get; }

    /// <summary>Null where scores are read in another way.</summary>
    internal Op? Norm { get; }

    internal int Reads { get; }

    /// <summary>Scores of tokens that the last block could have handed on: [B, ≥ Reads, C] → [B, Classes].</summary>
    internal Var Score(Var tokens) => Head!.Apply(Norm is null ? tokens : Norm.Apply(tokens));
}

/// <summary>What a model makes of an input.</summary>
/// <param name="Label">The name of the class; <c>class {Index}</c> where it has none.</param>
/// <param name="Index">Its index, from 0.</param>
/// <param name="Probability">Softmax of the scores, or the sigmoid of its own where labels are independent, 0 .. 1; the score of a regression as it is.</param>
public sealed record ClassPrediction(string Label, int Index, double Probability);

/// <summary>The pixels that a pass read, and a way to run the model on others of the same shape.</summary>
/// <param name="Pixels">[B, C, H, W], C channels, prepared.</param>
/// <param name="Black">What black is for each channel after preparation.</param>
/// <param name="White">What white is.</param>
/// <param name="Forward">Runs the model: pixels, what to keep, where values live, when to stop.</param>
sealed record PixelInput(Tensor Pixels, IReadOnlyList<double> Black, IReadOnlyList<double> White, Func<Tensor, Keep, Arena, CancellationToken, Trace> Forward)
{
    /// <summary>The site of the pixels.</summary>
    public const string Site = "pixels";
}
