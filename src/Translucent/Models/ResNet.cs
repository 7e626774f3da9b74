// The convolutional backbone of DETR: ResNet (He et al. 2015, arXiv:1512.03385) with frozen batch normalisation, as torchvision and timm
// name it, or as Hugging Face's own ResNet does (transformers: modeling_resnet.py). Depths and widths are read from the weights.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Stem, then stages of residual blocks; the stride on the way to the second convolution of a bottleneck, to the first of a basic block.</summary>
sealed class ResNet
{
    const float Epsilon = 1e-5f; // of frozen batch normalisation

    readonly Convolution _stem;
    readonly Block[] _blocks;

    ResNet(Convolution stem, Block[] blocks) => (_stem, _blocks) = (stem, blocks);

    /// <summary>Channels of the features.</summary>
    public int Width => _blocks[^1].Layers[^1].Weight.Rows;

    /// <summary>Pixels of the input per cell of the features, along either side.</summary>
    public int Stride => 4 * _blocks.Aggregate(1, (product, block) => product * block.Layers.Aggregate(1, (s, layer) => s * layer.Stride));

    /// <summary>Rows or columns of the features of an image of so many pixels along that side.</summary>
    public int Cells(int pixels)
    {
        int cells = Halved(Halved(pixels));
        foreach (Convolution layer in _blocks.SelectMany(block => block.Layers))
            if (layer.Stride > 1) cells = Halved(cells);
        return cells;
    }

    static int Halved(int side) => (side - 1) / 2 + 1;

    /// <summary>Features of images [B, H, W, 3] → [B, h, w, Width]; no more than one block is kept in memory, and a sweep computes them again.</summary>
    public Var Forward(Var images) => images.Tape.Chain("backbone.", images, x =>
    {
        x = new MaxPool(3, 2, 1).Apply(_stem.Apply(x));
        foreach (Block block in _blocks) x = x.Tape.Recomputed($"{block.Name}.", x, block.Forward);
        return x;
    });

    /// <summary>A residual block: y = max(0, layers(x) + shortcut(x)).</summary>
    sealed record Block(string Name, Convolution[] Layers, Convolution? Shortcut)
    {
        public Var Forward(Var x)
        {
            Var y = x;
            foreach (Convolution layer in Layers[..^1]) y = layer.Apply(y);
            return Layers[^1].Apply(y, Shortcut?.Apply(x) ?? x);
        }
    }

    /// <summary>Reads the backbone under a prefix, whichever of the two ways it is named in.</summary>
    /// <exception cref="TranslucentException">It is named in neither, or its tensors do not fit each other.</exception>
    public static ResNet Load(Weights w) => w.Has("embedder.embedder.convolution.weight") ? HuggingFace(w) : Torchvision(w);

    /// <summary>conv1, bn1, layer1.0.conv1, .bn1, .downsample.0, .downsample.1, ...</summary>
    static ResNet Torchvision(Weights w)
    {
        List<Block> blocks = [];
        for (int stage = 1; w.HasAny($"layer{stage}"); stage++)
            for (int b = 0; w.HasAny($"layer{stage}.{b}"); b++)
            {
                Weights block = w[$"layer{stage}"][b];
                blocks.Add(Read(block, stage - 1, b, Enumerable.Range(1, 3).Select(i => ($"conv{i}", $"bn{i}")), ("downsample.0", "downsample.1")));
            }
        if (blocks.Count == 0) w.ShapeOf("layer1.0.conv1.weight");
        return new ResNet(Folded(w, "conv1", "bn1", stride: 2, relu: true), [.. blocks]);
    }

    /// <summary>embedder.embedder, encoder.stages.0.layers.0.layer.0, .shortcut, each with convolution and normalization.</summary>
    static ResNet HuggingFace(Weights w)
    {
        List<Block> blocks = [];
        for (int stage = 0; w.HasAny($"encoder.stages.{stage}"); stage++)
            for (int b = 0; w.HasAny($"encoder.stages.{stage}.layers.{b}"); b++)
            {
                Weights block = w[$"encoder.stages.{stage}.layers"][b];
                blocks.Add(Read(block, stage, b, Enumerable.Range(0, 3).Select(i => ($"layer.{i}.convolution", $"layer.{i}.normalization")),
                    ("shortcut.convolution", "shortcut.normalization")));
            }
        if (blocks.Count == 0) w.ShapeOf("encoder.stages.0.layers.0.layer.0.convolution.weight");
        return new ResNet(Folded(w, "embedder.embedder.convolution", "embedder.embedder.normalization", stride: 2, relu: true), [.. blocks]);
    }

    static Block Read(Weights w, int stage, int block, IEnumerable<(string Convolution, string Norm)> names, (string Convolution, string Norm) shortcut)
    {
        (string Convolution, string Norm)[] all = [.. names], layers = w.Has($"{all[2].Convolution}.weight") ? all : all[..2];
        int stride = stage > 0 && block == 0 ? 2 : 1, strided = layers.Length == 3 ? 1 : 0;
        return new Block($"backbone.{stage}.{block}",
            [.. layers.Select((n, i) => Folded(w, n.Convolution, n.Norm, i == strided ? stride : 1, relu: true))],
            w.Has($"{shortcut.Convolution}.weight") ? Folded(w, shortcut.Convolution, shortcut.Norm, stride, relu: false) : null);
    }

    /// <summary>A convolution [O, I, k, k] with its frozen batch normalisation in weights and bias: (x ∗ W − mean)·s + shift, s = weight / sqrt(var +
    /// eps).</summary>
    static Convolution Folded(Weights w, string convolution, string norm, int stride, bool relu)
    {
        IReadOnlyList<int> shape = w.ShapeOf($"{convolution}.weight");
        int outs = shape[0], ins = shape.Count > 1 ? shape[1] : 0, kernel = shape.Count > 2 ? shape[2] : 0, taps = kernel * kernel;
        Tensor filter = w.Get($"{convolution}.weight", outs, ins, kernel, kernel), bias = w.Vector($"{norm}.bias", outs);
        Tensor gain = w.Vector($"{norm}.weight", outs), mean = w.Vector($"{norm}.running_mean", outs), variance = w.Vector($"{norm}.running_var", outs);
        Tensor folded = new(outs, taps * ins);
        for (int o = 0; o < outs; o++)
        {
            double scale = gain.Span[o] / Math.Sqrt((double)variance.Span[o] + Epsilon);
            bias.Span[o] = (float)(bias.Span[o] - mean.Span[o] * scale);
            ReadOnlySpan<float> from = filter.Span.Slice(o * ins * taps, ins * taps);
            Span<float> into = folded.Row(o);
            for (int i = 0; i < ins; i++)
                for (int tap = 0; tap < taps; tap++) into[tap * ins + i] = (float)(from[i * taps + tap] * scale);
        }
        return new Convolution(new Matrix(folded, outs, taps * ins), bias, kernel, stride, kernel / 2, relu);
    }
}
