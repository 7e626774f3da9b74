// What a detector says about an image: for every slot the scores of the classes and a box (Carion et al. 2020, arXiv:2005.12872).

using Translucent.Autodiff;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>A box on an image, in shares of its width and height.</summary>
/// <param name="CenterX">Its centre from the left, 0 .. 1.</param>
/// <param name="CenterY">Its centre from the top, 0 .. 1.</param>
/// <param name="Width">0 .. 1.</param>
/// <param name="Height">0 .. 1.</param>
public readonly record struct RelativeBox(float CenterX, float CenterY, float Width, float Height)
{
    /// <summary>Left, top, right and bottom edge on an image of some pixels.</summary>
    /// <param name="width">Pixels per row of the image.</param>
    /// <param name="height">Its rows.</param>
    public (double Left, double Top, double Right, double Bottom) On(int width, int height) =>
        ((CenterX - Width / 2.0) * width, (CenterY - Height / 2.0) * height, (CenterX + Width / 2.0) * width, (CenterY + Height / 2.0) * height);
}

/// <summary>An object that was found.</summary>
/// <param name="Query">The slot that holds it, from 0.</param>
/// <param name="Class">Its class, from 0.</param>
/// <param name="Label">The name of the class.</param>
/// <param name="Score">Probability of the class among all classes and "no object", 0 .. 1.</param>
/// <param name="Box">Where it is.</param>
public sealed record Detection(int Query, int Class, string Label, double Score, RelativeBox Box);

/// <summary>The upper end of a detector.</summary>
public sealed class ObjectReadout
{
    readonly Var _scores, _boxes;

    internal ObjectReadout(TokenStream stream, Var scores, Var boxes, IReadOnlyList<string> labels) =>
        (Stream, _scores, _boxes, Labels) = (stream, scores, boxes, labels);

    /// <summary>The stream whose tokens are the slots.</summary>
    public TokenStream Stream { get; }

    /// <summary>Names of the classes by index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How many classes there are, without "no object".</summary>
    public int Classes => _scores.Value.Width - 1;

    /// <summary>[B, Q, Classes + 1]: scores before softmax, the last that there is no object.</summary>
    public Tensor Scores => _scores.Value;

    /// <summary>[B, Q, 4]: centre x, centre y, width, height in shares of the image, 0 .. 1.</summary>
    public Tensor Boxes => _boxes.Value;

    internal Var ScoresVar => _scores;

    internal Var BoxesVar => _boxes;

    /// <summary>The best class of every slot of an item, in the order of the slots.</summary>
    /// <param name="item">Which item of the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public IReadOnlyList<Detection> All(int item = 0)
    {
        Tensor scores = Scores, boxes = Boxes;
        int slots = scores.Shape[1];
        if (item < 0 || item >= scores.Shape[0])
            throw new ArgumentOutOfRangeException(nameof(item), $"item {item}: the pass has items 0 to {scores.Shape[0] - 1}.");
        List<Detection> all = [];
        float[] p = new float[scores.Width];
        for (int q = 0; q < slots; q++)
        {
            scores.Row(item * slots + q).CopyTo(p);
            Kernels.Softmax(p, 1);
            int best = TensorPrimitives.IndexOfMax<float>(p.AsSpan(..^1));
            ReadOnlySpan<float> box = boxes.Row(item * slots + q);
            all.Add(new Detection(q, best, best < Labels.Count ? Labels[best] : $"class {best}", p[best], new RelativeBox(box[0], box[1], box[2], box[3])));
        }
        return all;
    }

    /// <summary>The objects of an item whose score is above a threshold, the surest first.</summary>
    /// <param name="above">A score, 0 .. 1.</param>
    /// <param name="item">Which item of the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public IReadOnlyList<Detection> Found(double above = 0.5, int item = 0) => [.. All(item).Where(d => d.Score > above).OrderByDescending(d => d.Score)];
}
