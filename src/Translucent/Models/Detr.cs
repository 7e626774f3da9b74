// DETR (Carion et al. 2020, arXiv:2005.12872): a convolutional backbone, an encoder over its cells, a decoder of object slots. model_type "detr";
// names and arithmetic of Hugging Face modeling_detr.py (docs/multimodal.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The sizes of a DETR.</summary>
/// <param name="Width">C, numbers per token.</param>
/// <param name="EncoderLayers">Layers over the cells of the image.</param>
/// <param name="DecoderLayers">Layers over the slots.</param>
/// <param name="EncoderHeads">Attention heads per encoder layer.</param>
/// <param name="DecoderHeads">Attention heads per decoder attention.</param>
/// <param name="Queries">Q, slots.</param>
/// <param name="Classes">Classes without "no object".</param>
/// <param name="Stride">Pixels per cell, along either side.</param>
public sealed record DetrConfig(int Width, int EncoderLayers, int DecoderLayers, int EncoderHeads, int DecoderHeads, int Queries, int Classes, int Stride);

/// <summary>A detector with its weights.</summary>
/// <remarks>
/// Streams: <c>image</c>, the cells of the backbone in row-major order, and <c>queries</c>, the slots. Sites: <c>pixels</c>, <c>backbone</c> (features as
/// tokens),
/// <c>image.embed</c> (projected), <c>encoder.{i}.in</c>, <c>.probs</c>, <c>.mid</c>, <c>.out</c>, <c>encoder</c>, <c>queries.embed</c>, <c>decoder.{i}.in</c>,
/// <c>.self.probs</c>, <c>.cross.probs</c>,
/// <c>.out</c>, <c>decoder</c> (behind the last normalisation), <c>logits</c>, <c>boxes</c>.
/// </remarks>
public sealed class Detr : Model
{
    readonly ResNet _backbone;
    readonly Linear _projection, _classifier;
    readonly Linear[] _boxes;
    readonly (PostNormAttention Self, PostNormFeedForward Mlp)[] _encoder;
    readonly (PostNormAttention Self, PostNormAttention Cross, PostNormFeedForward Mlp)[] _decoder;
    readonly LayerNorm _norm;
    readonly Tensor _queries; // [Q, C]

    /// <param name="config">config.json.</param>
    /// <param name="w">All weights.</param>
    /// <param name="preprocessor">preprocessor_config.json, or null.</param>
    /// <param name="owner">What is disposed with the model.</param>
    internal Detr(ConfigSection config, Weights w, ConfigSection? preprocessor, IDisposable? owner) : base("DETR", owner)
    {
        if (config.Bool("dilation", false)) throw config.Wrong("dilation", "false: dilated backbones (DC5) are not read");
        if (config.String("position_embedding_type", "sine") != "sine") throw config.Wrong("position_embedding_type", "sine");
        if (config.Bool("scale_embedding", false)) throw config.Wrong("scale_embedding", "false");
        Weights model = w["model"];
        int width = config.Size("d_model", 256), encoderHidden = config.Size("encoder_ffn_dim", 2048), decoderHidden = config.Size("decoder_ffn_dim", 2048);
        Activation activation = config.Activation("activation_function", "relu");
        Labels = config.Labels(w, "class_labels_classifier.weight", besides: 1);

        _backbone = ResNet.Load(model["backbone.conv_encoder.model"]);
        Config = new DetrConfig(width, config.Size("encoder_layers", 6), config.Size("decoder_layers", 6),
            config.Divisor("encoder_attention_heads", "d_model", width, 8),
            config.Divisor("decoder_attention_heads", "d_model", width, 8), config.Size("num_queries", 100), Labels.Count, _backbone.Stride);
        if (width % 4 != 0) throw config.Wrong("d_model", "a multiple of 4: sine positions need one");
        _projection = new Linear(model.Matrix("input_projection.weight", width, _backbone.Width, 1, 1), model.Vector("input_projection.bias", width));
        _encoder = [.. Enumerable.Range(0, Config.EncoderLayers)
            .Select(i => (Attention(model["encoder.layers"][i], "self_attn", width, Config.EncoderHeads), Mlp(model["encoder.layers"][i], encoderHidden)))];
        _decoder = [.. Enumerable.Range(0, Config.DecoderLayers).Select(i => (Attention(model["decoder.layers"][i], "self_attn", width, Config.DecoderHeads),
            Attention(model["decoder.layers"][i], "encoder_attn", width, Config.DecoderHeads), Mlp(model["decoder.layers"][i], decoderHidden)))];
        _norm = model.LayerNorm("decoder.layernorm", width, Epsilon);
        _queries = model.Get("query_position_embeddings.weight", Config.Queries, width);
        _classifier = w.Linear("class_labels_classifier", width, Config.Classes + 1);
        _boxes = [.. Enumerable.Range(0, 3)
            .Select(i => w.Linear($"bbox_predictor.layers.{i}", width, i == 2 ? 4 : width, activation: i == 2 ? Activation.Sigmoid : Activation.Relu))];
        w.AssertAllUsed("*.num_batches_tracked", "*.fc.weight", "*.fc.bias");
        Preprocessor = preprocessor is null ? PreprocessorFamilies.Detr : PreprocessorConfig.Read(preprocessor.Json, PreprocessorFamilies.Detr);

        PostNormFeedForward Mlp(Weights layer, int hidden) =>
            new(layer.Linear("fc1", width, hidden, activation: activation), layer.Linear("fc2", hidden, width),
                layer.LayerNorm("final_layer_norm", width, Epsilon));
    }

    const float Epsilon = 1e-5f; // of all normalisations

    static PostNormAttention Attention(Weights layer, string name, int width, int heads) =>
        new(heads, layer.Linear($"{name}.q_proj", width, width), layer.Linear($"{name}.k_proj", width, width), layer.Linear($"{name}.v_proj", width, width),
            layer.Linear($"{name}.out_proj", width, width), layer.LayerNorm($"{name}_layer_norm", width, Epsilon));

    /// <summary>Opens the detector in a folder; its weights stay memory-mapped until it is disposed.</summary>
    /// <param name="folder">A Hugging Face folder, or a file of weights in one.</param>
    /// <exception cref="TranslucentException">The folder holds no readable DETR; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">Folder or files are not there.</exception>
    public static Detr Open(string folder) => Open(Checkpoint.Open(folder));

    /// <summary>Makes a detector of an open checkpoint, which it takes over.</summary>
    /// <param name="checkpoint">Open; disposed with the model, or at once where it does not fit.</param>
    /// <exception cref="TranslucentException">The checkpoint holds no readable DETR.</exception>
    public static Detr Open(Checkpoint checkpoint)
    {
        try
        {
            return checkpoint.Config.String("model_type") == "detr" ? new Detr(checkpoint.Config, checkpoint.Weights(), checkpoint.Preprocessor, checkpoint)
                : throw checkpoint.Config.Wrong("model_type", "detr");
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The sizes.</summary>
    public DetrConfig Config { get; }

    /// <summary>Names of the classes by index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How a photograph becomes pixels of this model.</summary>
    public Preprocessor Preprocessor { get; }

    /// <summary>Prepares a photograph, runs the model on it and records both.</summary>
    /// <param name="photo">Any size and channels.</param>
    /// <param name="keep">What stays in memory for sweeps; the backbone never does.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Trace Forward(Image photo, Keep keep = Keep.All, Compute? compute = null, CancellationToken cancellationToken = default)
    {
        Trace trace = Forward([Preprocessor.Apply(photo)], keep, compute, cancellationToken);
        trace.Geometry = Preprocessor.Geometry(photo);
        return trace;
    }

    /// <summary>Runs the model on a batch of images of any sizes and records it; smaller ones are padded below and on the right, which no token sees.</summary>
    /// <param name="images">[3, h, w] each, prepared as <see cref="Preprocessor"/> does.</param>
    /// <param name="keep">What stays in memory for sweeps; the backbone never does.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="TranslucentException">There are no images, or one has another shape.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Trace Forward(IReadOnlyList<Tensor> images, Keep keep = Keep.All, Compute? compute = null, CancellationToken cancellationToken = default)
    {
        if (images.Count == 0 || images.FirstOrDefault(i => i.Shape is not [3, > 0, > 0]) is { } bad && bad is not null)
            throw new TranslucentException($"images: {(images.Count == 0 ? "none" : images.First(i => i.Shape is not [3, > 0, > 0]).ToString())}, expected "
                + "one or more [3, height, width].");
        return Forward(PaddedImages.Of(images), keep, compute, cancellationToken);
    }

    internal Trace Forward(PaddedImages images, Keep keep = Keep.All, Compute? compute = null, CancellationToken cancellationToken = default) =>
        Record(new Tape(new Arena(compute), keep, cancellationToken), images);

    /// <summary>What a pass over one image of so many pixels would record, as shapes: for counting what it costs.</summary>
    internal Trace Plan(int height, int width, Keep keep = Keep.All) =>
        Record(Tape.Plan(keep), new PaddedImages(Tensor.Planned(1, 3, height, width), [(height, width)]));

    Trace Record(Tape tape, PaddedImages images)
    {
        (int rows, int columns) = (_backbone.Cells(images.Pixels.Shape[2]), _backbone.Cells(images.Pixels.Shape[3]));
        int batch = images.Pixels.Shape[0], cells = rows * columns, slots = Config.Queries;
        bool[]? padding = images.Padding(rows, columns); // [B·N], null where there is none
        AttentionMask? Mask(int queries) => padding is null ? null : new AttentionMask(batch, queries, cells, (b, _, k) => padding[b * cells + k]);
        AttentionMask? within = Mask(cells), across = Mask(slots);

        Var features = Flatten.Op.Apply(_backbone.Forward(ChannelsLast.Op.Apply(tape.Leaf(images.Pixels).At(PixelInput.Site)))).At("backbone"); // [B, N, F]
        Var positions = tape.Leaf(tape.IsPlan ? Tensor.Planned(batch, cells, Config.Width) : SinePositions.Of(batch, rows, columns, padding, Config.Width));
        Var x = _projection.Apply(features).At("image.embed");                                   // [B, N, C]
        for (int i = 0; i < _encoder.Length; i++)
        {
            (PostNormAttention self, PostNormFeedForward mlp) = _encoder[i];
            string name = $"encoder.{i}";
            x = tape.Recomputed($"{name}.", [x.At($"{name}.in"), positions], v =>
            {
                Var asking = Add.Op.Apply(v[0], v[1]);
                return [mlp.Forward(self.Read(v[0], asking, asking, v[0], $"{name}.probs", within).At($"{name}.mid"), name)];
            })[0].At($"{name}.out");
        }
        Var memory = x.At("encoder");
        Var where = tape.Leaf(Repeated(tape, batch)),
            t = tape.Leaf(tape.IsPlan ? Tensor.Planned(batch, slots, Config.Width) : new Tensor(batch, slots, Config.Width)).At("queries.embed");
        for (int i = 0; i < _decoder.Length; i++)
        {
            (PostNormAttention self, PostNormAttention cross, PostNormFeedForward mlp) = _decoder[i];
            string name = $"decoder.{i}";
            t = tape.Recomputed($"{name}.", [t.At($"{name}.in"), where, memory, positions], v =>
            {
                Var asking = Add.Op.Apply(v[0], v[1]), seen = Branch.Op.Apply(v[2]);
                Var y = self.Read(v[0], asking, asking, v[0], $"{name}.self.probs").At($"{name}.self.out");
                y = cross.Read(y, Add.Op.Apply(y, v[1]), Add.Op.Apply(seen, v[3]), seen, $"{name}.cross.probs", across).At($"{name}.mid");
                return [mlp.Forward(y, name)];
            })[0].At($"{name}.out");
        }
        t = _norm.Apply(t).At("decoder");                                                        // [B, Q, C]
        Var scores = _classifier.Apply(t).At("logits"), boxes = _boxes.Aggregate(t, (y, layer) => layer.Apply(y)).At("boxes");
        return Describe(tape, images, new PatchGrid(0, rows, columns, Config.Stride) { Overhangs = true }, scores, boxes);
    }

    Trace Describe(Tape tape, PaddedImages images, PatchGrid grid, Var scores, Var boxes)
    {
        TokenStream image = new("image", grid.Count, grid, "image.embed"),
            queries = new("queries", Config.Queries, new ObjectSlots(Config.Queries), "queries.embed");
        List<AttentionStep> steps = [];
        List<TokenBlock> blocks = [];
        for (int i = 0; i < _encoder.Length; i++)
        {
            steps.Add(_encoder[i].Self.Step($"encoder.{i}.probs", image, image, steps.Count, $"encoder.{i}.in"));
            blocks.Add(new TokenBlock($"encoder.{i}", steps[^1], _encoder[i].Mlp.Down));
        }
        for (int i = 0; i < _decoder.Length; i++)
        {
            steps.Add(_decoder[i].Self.Step($"decoder.{i}.self.probs", queries, queries, steps.Count, $"decoder.{i}.in"));
            steps.Add(_decoder[i].Cross.Step($"decoder.{i}.cross.probs", queries, image, steps.Count, "encoder"));
            blocks.Add(new TokenBlock($"decoder.{i}", steps[^1], _decoder[i].Mlp.Down));
        }
        return new Trace(this, tape, images.Pixels.Shape[0], [image, queries])
        {
            Steps = steps,
            Blocks = blocks,
            Objects = new ObjectReadout(queries, scores, boxes, Labels),
            Input = new PixelInput(images.Pixels, Preprocessor.Black, Preprocessor.White,
                (other, kept, memory, cancel) => Record(new Tape(memory, kept, cancel), images.With(other))),
        };
    }

    /// <summary>The positions of the slots for every item: [B, Q, C].</summary>
    Tensor Repeated(Tape tape, int batch)
    {
        if (tape.IsPlan) return Tensor.Planned(batch, Config.Queries, Config.Width);
        Tensor all = new(batch, Config.Queries, Config.Width);
        for (int b = 0; b < batch; b++) _queries.Span.CopyTo(all.Span[(b * _queries.Length)..]);
        return all;
    }
}
