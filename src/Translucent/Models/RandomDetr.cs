// A DETR with random weights: for measuring speed and memory without a checkpoint, neither of which depends on the weights.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Makes detectors of the published shapes with random weights.</summary>
static class RandomDetr
{
    const int Width = 256, Hidden = 2048, Queries = 100, Classes = 91, Layers = 6;

    static readonly int[] s_widths = [64, 128, 256, 512];

    /// <summary>The shape of facebook/detr-resnet-50 or -101; the same seed makes the same weights.</summary>
    /// <param name="depth">50 or 101.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is another.</exception>
    public static Detr Create(int depth = 50, int seed = 0)
    {
        int[] blocks = depth switch
        {
            50 => [3, 4, 6, 3],
            101 => [3, 4, 23, 3],
            _ => throw new ArgumentOutOfRangeException(nameof(depth), $"depth {depth}: expected 50 or 101.")
        };
        List<StoredTensor> tensors = [];
        Random random = new(seed);
        Backbone(tensors, random, blocks);
        Transformer(tensors, random);
        string labels = string.Join(", ", Enumerable.Range(0, Classes).Select(i => $"\"{i}\": \"class {i}\""));
        ConfigSection config = ConfigSection.Of(
            JsonDocument.Parse($$"""{"model_type": "detr", "num_queries": {{Queries}}, "id2label": { {{labels}} } }""").RootElement, "random DETR");
        return new Detr(config, new Weights(tensors, "random DETR"), preprocessor: null, owner: null);
    }

    static void Backbone(List<StoredTensor> tensors, Random random, int[] blocks)
    {
        string at = "model.backbone.conv_encoder.model.";
        Convolution(tensors, random, $"{at}conv1", $"{at}bn1", 64, 3, 7);
        int ins = 64;
        for (int stage = 0; stage < blocks.Length; stage++)
            for (int b = 0; b < blocks[stage]; b++)
            {
                string name = $"{at}layer{stage + 1}.{b}.";
                int width = s_widths[stage], outs = 4 * width;
                Convolution(tensors, random, $"{name}conv1", $"{name}bn1", width, ins, 1);
                Convolution(tensors, random, $"{name}conv2", $"{name}bn2", width, width, 3);
                Convolution(tensors, random, $"{name}conv3", $"{name}bn3", outs, width, 1);
                if (b == 0) Convolution(tensors, random, $"{name}downsample.0", $"{name}downsample.1", outs, ins, 1);
                ins = outs;
            }
        tensors.Add(Draw(random, "model.input_projection.weight", 1 / MathF.Sqrt(ins), Width, ins, 1, 1));
        tensors.Add(Draw(random, "model.input_projection.bias", 0, Width));
    }

    static void Transformer(List<StoredTensor> tensors, Random random)
    {
        for (int i = 0; i < Layers; i++)
        {
            foreach ((string side, string[] attentions) in (ReadOnlySpan<(string, string[])>)[("encoder", ["self_attn"]),
                ("decoder", ["self_attn", "encoder_attn"])])
            {
                string name = $"model.{side}.layers.{i}.";
                foreach (string attention in attentions)
                {
                    foreach (string part in (string[])["q_proj", "k_proj", "v_proj", "out_proj"])
                        Linear(tensors, random, $"{name}{attention}.{part}", Width, Width);
                    Norm(tensors, $"{name}{attention}_layer_norm");
                }
                Linear(tensors, random, $"{name}fc1", Hidden, Width);
                Linear(tensors, random, $"{name}fc2", Width, Hidden);
                Norm(tensors, $"{name}final_layer_norm");
            }
        }
        Norm(tensors, "model.decoder.layernorm");
        tensors.Add(Draw(random, "model.query_position_embeddings.weight", 1, Queries, Width));
        Linear(tensors, random, "class_labels_classifier", Classes + 1, Width);
        for (int i = 0; i < 3; i++) Linear(tensors, random, $"bbox_predictor.layers.{i}", i == 2 ? 4 : Width, Width);
    }

    static void Convolution(List<StoredTensor> tensors, Random random, string name, string norm, int outs, int ins, int kernel)
    {
        tensors.Add(Draw(random, $"{name}.weight", 1 / MathF.Sqrt(ins * kernel * kernel), outs, ins, kernel, kernel));
        foreach ((string part, float value) in (ReadOnlySpan<(string, float)>)[("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1)])
            tensors.Add(Filled($"{norm}.{part}", value, outs));
    }

    static void Linear(List<StoredTensor> tensors, Random random, string name, int outs, int ins)
    {
        tensors.Add(Draw(random, $"{name}.weight", 1 / MathF.Sqrt(ins), outs, ins));
        tensors.Add(Filled($"{name}.bias", 0, outs));
    }

    static void Norm(List<StoredTensor> tensors, string name)
    {
        tensors.Add(Filled($"{name}.weight", 1, Width));
        tensors.Add(Filled($"{name}.bias", 0, Width));
    }

    /// <summary>Uniform numbers of mean 0 and a deviation.</summary>
    static StoredTensor Draw(Random random, string name, float deviation, params int[] shape)
    {
        Tensor t = new(shape);
        foreach (ref float v in t.Span) v = deviation * MathF.Sqrt(3) * (2 * random.NextSingle() - 1);
        return StoredTensor.From(name, t);
    }

    static StoredTensor Filled(string name, float value, int length)
    {
        Tensor t = new(length);
        t.Span.Fill(value);
        return StoredTensor.From(name, t);
    }
}
