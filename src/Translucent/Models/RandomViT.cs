// A ViT with random weights: for measuring speed and memory without a checkpoint, neither of which depends on the weights.

using Translucent.Autodiff.Ops;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Makes vision transformers of a given shape with random weights.</summary>
static class RandomViT
{
    const float Deviation = 0.02f; // that ViT starts training from

    /// <summary>A ViT (class token, GELU, biases) of these sizes; the same seed makes the same weights.</summary>
    /// <param name="config">The sizes; one prefix token, width a multiple of heads, image size a multiple of the patch.</param>
    /// <param name="classes">How many classes its classifier has.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public static VisionTransformer Create(VisionConfig config, int classes = 1000, int seed = 0)
    {
        if (config.Prefix != 1 || config.Width % config.Heads != 0 || config.ImageSize < config.Patch)
            throw new ArgumentException($"{config}: expected one prefix token, heads that divide the width, and an image of at least one patch.");
        Random random = new(seed);
        PatchEmbedding embedding = new(config.Patch, Draw(random, 1 + config.Grid(), config.Width), 1)
        {
            Projection = Layer(random, config.Channels * config.Patch * config.Patch, config.Width),
            Prefix = Draw(random, 1, config.Width),
        };
        EncoderBlock[] blocks = [.. Enumerable.Range(0, config.Depth).Select(i => Block(random, $"blocks.{i}", config))];
        return new VisionTransformer(config, embedding, blocks, Norm(config.Width))
        {
            Preprocessor = new Preprocessor { Resize = new ResizeTarget(config.ImageSize, config.ImageSize, KeepAspect: false) }.ForChannels(config.Channels),
            Head = ClassHead.OnClassToken(Layer(random, config.Width, classes)),
        };
    }

    static EncoderBlock Block(Random random, string name, VisionConfig c) => new(name, c.Heads)
    {
        Norm1 = Norm(c.Width),
        Query = Layer(random, c.Width, c.Width),
        Key = Layer(random, c.Width, c.Width),
        Value = Layer(random, c.Width, c.Width),
        Output = Layer(random, c.Width, c.Width),
        Norm2 = Norm(c.Width),
        Up = Layer(random, c.Width, c.Hidden, Activation.Gelu),
        Down = Layer(random, c.Hidden, c.Width),
    };

    static Linear Layer(Random random, int ins, int outs, Activation activation = Activation.None) =>
        new(new Matrix(Draw(random, outs, ins), outs, ins), Draw(random, outs), activation);

    static LayerNorm Norm(int width)
    {
        Tensor ones = new(width);
        ones.Span.Fill(1);
        return new LayerNorm(ones, new Tensor(width), eps: 1e-6f);
    }

    /// <summary>Uniform numbers of mean 0.</summary>
    static Tensor Draw(Random random, params ReadOnlySpan<int> shape)
    {
        Tensor t = new(shape);
        float width = Deviation * MathF.Sqrt(12);
        foreach (ref float x in t.Span) x = (random.NextSingle() - 0.5f) * width;
        return t;
    }
}
