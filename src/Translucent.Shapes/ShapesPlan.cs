// What a folder of scenes shall hold, and which scene gets which seed.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Shapes;

/// <summary>Which part of a split data set has the colour bias.</summary>
public enum BiasedPart
{
    /// <summary>Only the part to train on: a model that learned the bias fails on the other.</summary>
    Train,

    /// <summary>Only the part to validate on.</summary>
    Val,

    /// <summary>Both parts.</summary>
    Both,
}

/// <summary>A folder of scenes.</summary>
/// <param name="Count">How many scenes in all, 1 .. 10 million.</param>
/// <param name="Seed">Any number; every scene's seed follows from it.</param>
public sealed record ShapesPlan(int Count, ulong Seed)
{
    /// <summary>The distribution of the scenes.</summary>
    public ShapesOptions Options { get; init; } = new();

    /// <summary>The shares of training and validation scenes, such as 9 and 1, what does not divide goes to training; both 0 for a single set that is not
    /// split.</summary>
    public (int Train, int Val) Split { get; init; }

    /// <summary>Which part has the colour bias of the options; a set that is not split counts as training.</summary>
    public BiasedPart BiasIn { get; init; } = BiasedPart.Train;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="TranslucentException">A setting is out of its range.</exception>
    public void Validate()
    {
        if (Count is < 1 or > 10_000_000) throw TranslucentException.OfRequest($"count: {Count}, expected 1 to 10000000.");
        if (Split.Train < 0 || Split.Val < 0 || (Split.Train == 0 && Split.Val > 0))
            throw TranslucentException.OfRequest($"split: {Split.Train}:{Split.Val}, expected two numbers such as 9:1, the first at least 1.");
        if (Split.Val > 0 && Validation == 0)
            throw TranslucentException.OfRequest(
                $"split: {Split.Train}:{Split.Val} of {Count} scenes leaves none for validation; ask for more scenes or a larger share.");
        Options.Validate();
    }

    // Rounded down: what does not divide goes to training.
    int Validation => (int)((long)Count * Split.Val / ((long)Split.Train + Split.Val));

    /// <summary>The set, or training and validation.</summary>
    public IReadOnlyList<ShapesSet> Sets
    {
        get
        {
            Validate();
            if (Split.Train == 0) return [Set("", 0, Count, BiasIn != BiasedPart.Val)];
            ShapesSet train = Set("train", 0, Count - Validation, BiasIn != BiasedPart.Val);
            return Split.Val == 0 ? [train] : [train, Set("val", 1, Validation, BiasIn != BiasedPart.Train)];
        }
    }

    ShapesSet Set(string name, int number, int count, bool biased) => new(name, count, biased ? Options : Options with { Bias = [] }, Seed, number);
}

/// <summary>One set of scenes: all, training or validation.</summary>
public sealed class ShapesSet
{
    readonly ulong _seed;
    readonly int _number;

    internal ShapesSet(string name, int count, ShapesOptions options, ulong seed, int number) =>
        (Name, Count, Options, _seed, _number) = (name, count, options, seed, number);

    /// <summary>"train", "val", or nothing; also the name of its folder.</summary>
    public string Name { get; }

    /// <summary>How many scenes.</summary>
    public int Count { get; }

    /// <summary>Their distribution.</summary>
    public ShapesOptions Options { get; }

    /// <summary>
    /// The seed of a scene. A one-to-one map of set and index for each seed of the plan: no two scenes of a plan, in whatever sets,
    /// have the same seed, and scene i stays the same when the count changes.
    /// </summary>
    /// <param name="index">The number of the scene in its set, from 0.</param>
    public ulong SceneSeed(int index) => SplitMix.Mix(SplitMix.At(_seed, 0) ^ ((ulong)_number << 32 | (uint)index));
}
