// LXMERT (Tan and Bansal 2019, arXiv:1908.07490): a question and the regions of a picture, each through layers of its own, then through layers in
// which they read each other. model_type "lxmert"; names and arithmetic of Hugging Face modeling_lxmert.py (docs/multimodal.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The sizes of an LXMERT.</summary>
/// <param name="Vocabulary">How many token ids there are.</param>
/// <param name="Width">C, numbers per token.</param>
/// <param name="Heads">H, attention heads.</param>
/// <param name="Hidden">M, numbers per token inside the feed-forward layers.</param>
/// <param name="TextLayers">Layers over the question alone.</param>
/// <param name="ImageLayers">Layers over the regions alone.</param>
/// <param name="CrossLayers">Layers over both.</param>
/// <param name="Positions">The longest question, in tokens, begin and end included.</param>
/// <param name="Types">How many token types there are.</param>
/// <param name="Features">F, numbers of a region's features.</param>
/// <param name="Answers">How many answers are scored; 0 without an answer head.</param>
public sealed record LxmertConfig(
    int Vocabulary, int Width, int Heads, int Hidden, int TextLayers, int ImageLayers, int CrossLayers, int Positions, int Types, int Features, int Answers);

/// <summary>One question about one picture.</summary>
/// <param name="Ids">T token ids, begin and end included.</param>
/// <param name="Features">[R, F]: what a detector saw in each region.</param>
/// <param name="Boxes">[R, 4]: left, top, right, bottom in shares of the picture, 0 .. 1.</param>
/// <param name="Types">T token types; zeros when null.</param>
public sealed record Question(int[] Ids, Tensor Features, Tensor Boxes, int[]? Types = null);

/// <summary>A model that answers questions about pictures, with its weights.</summary>
/// <remarks>
/// Streams: <c>text</c>, <c>image</c> (regions). Sites: <c>text.embed</c>, <c>image.embed</c>, <c>text.{i}.in, .probs, .mid, .out</c>, the same for
/// <c>image.{i}</c>, <c>text.encoder</c>, <c>image.encoder</c>,
/// <c>cross.{i}.text_from_image.probs</c>, <c>cross.{i}.image_from_text.probs</c>, <c>cross.{i}.text.in, .probs, .mid, .out</c> and those of
/// <c>cross.{i}.image</c>, <c>text.out</c>, <c>image.out</c>, <c>pooled</c>, <c>logits</c>.
/// </remarks>
public sealed class Lxmert : Model
{
    readonly Matrix _words, _types;
    readonly Tensor _positions;
    readonly LayerNorm _textNorm, _featureNorm, _boxNorm;
    readonly Linear _features, _boxes, _pooler;
    readonly (PostNormAttention Self, PostNormFeedForward Mlp)[] _text, _image;
    readonly CrossLayer[] _cross;
    readonly Op[] _head;

    sealed record CrossLayer(PostNormAttention Both, PostNormAttention Text, PostNormAttention Image, PostNormFeedForward TextMlp,
        PostNormFeedForward ImageMlp);

    Lxmert(Checkpoint checkpoint, IReadOnlyList<string>? answers) : base("LXMERT", checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        Weights all = checkpoint.Weights(), w = all.Under("lxmert"), encoder = w["encoder"];
        int width = config.Size("hidden_size", 768), hidden = config.Size("intermediate_size", 3072), heads = config.Heads(width, 12);
        bool answering = all.Has("answer_head.logit_fc.3.weight");
        LxmertConfig c = Config = new(config.Size("vocab_size", 30_522), width, heads, hidden, config.Size("l_layers", 9), config.Size("r_layers", 5),
            config.Size("x_layers", 5),
            config.Size("max_position_embeddings", 512), config.Size("type_vocab_size", 2), config.Size("visual_feat_dim", 2048), answering
                ? all.ShapeOf("answer_head.logit_fc.3.weight")[0] : 0);
        if (config.Int("visual_pos_dim", 4) != 4) throw config.Wrong("visual_pos_dim", "4, the edges of a box");
        Activation activation = config.HiddenActivation("gelu");

        Weights words = w["embeddings"], seen = encoder["visn_fc"];
        _words = words.Matrix("word_embeddings.weight", c.Vocabulary, width);
        _positions = words.Get("position_embeddings.weight", c.Positions, width);
        _types = words.Matrix("token_type_embeddings.weight", c.Types, width);
        _textNorm = words.LayerNorm("LayerNorm", width, Epsilon);
        _features = seen.Linear("visn_fc", c.Features, width);
        _boxes = seen.Linear("box_fc", 4, width);
        _featureNorm = Halved(seen.LayerNorm("visn_layer_norm", width, Epsilon)); // the mean of the two is the sum of halves, to the last bit
        _boxNorm = Halved(seen.LayerNorm("box_layer_norm", width, Epsilon));
        _text = [.. Enumerable.Range(0, c.TextLayers).Select(i => Single(encoder["layer"][i]))];
        _image = [.. Enumerable.Range(0, c.ImageLayers).Select(i => Single(encoder["r_layers"][i]))];
        _cross = [.. Enumerable.Range(0, c.CrossLayers).Select(i => encoder["x_layers"][i]).Select(layer => new CrossLayer(
            Attention(layer["visual_attention"], "att"), Attention(layer["lang_self_att"], "self"), Attention(layer["visn_self_att"], "self"),
            Mlp(layer, "lang_inter", "lang_output"), Mlp(layer, "visn_inter", "visn_output")))];
        _pooler = w.Linear("pooler.dense", width, width, activation: Activation.Tanh);
        _head = !answering ? [] : [all.Linear("answer_head.logit_fc.0", width, 2 * width, activation: Activation.Gelu),
            all.LayerNorm("answer_head.logit_fc.2", 2 * width, Epsilon), all.Linear("answer_head.logit_fc.3", 2 * width, c.Answers)];
        all.AssertAllUsed("cls.*", "obj_predict_head.*", "*position_ids");

        string[] named = answers is null && answering && config.Has("id2label") ? config.Labels() : [];
        bool standing = named.Select((n, i) => n == $"LABEL_{i}").All(n => n); // what transformers writes for models of any kind
        if (named.Length != c.Answers && !standing)
            throw config.Error("id2label", $"names {named.Length} answers, but answer_head.logit_fc.3.weight has {c.Answers} rows, an answer each; "
                + "correct it, or the file is of another model");
        if (answering && config.Has("num_qa_labels") && config.Int("num_qa_labels") != c.Answers)
            throw config.Error("num_qa_labels", $"is {config.Int("num_qa_labels")}, but answer_head.logit_fc.3.weight has {c.Answers} rows; correct it, "
                + "or leave it out");
        Labels = answers ?? (named.Length == c.Answers ? named : []);
        if (answers is not null && answers.Count != c.Answers)
            throw new TranslucentException(
                $"{checkpoint.Path}: {answers.Count} answers are given, but its head scores {c.Answers}; take the list in the order of the head.");

        (PostNormAttention, PostNormFeedForward) Single(Weights layer) => (Attention(layer["attention"], "self"), Mlp(layer, "intermediate", "output"));
        PostNormAttention Attention(Weights layer, string name) =>
            new(heads, layer.Linear($"{name}.query", width, width), layer.Linear($"{name}.key", width, width),
            layer.Linear($"{name}.value", width, width), layer.Linear("output.dense", width, width), layer.LayerNorm("output.LayerNorm", width, Epsilon));
        PostNormFeedForward Mlp(Weights layer, string up, string down) =>
            new(layer.Linear($"{up}.dense", width, hidden, activation: activation), layer.Linear($"{down}.dense", hidden, width),
                layer.LayerNorm($"{down}.LayerNorm", width, Epsilon));
    }

    const float Epsilon = 1e-12f; // of all normalisations

    static LayerNorm Halved(LayerNorm norm)
    {
        Tensor weight = new(norm.Weight.Shape), bias = new(norm.Bias.Shape);
        TensorPrimitives.Multiply(norm.Weight.Span, 0.5f, weight.Span);
        TensorPrimitives.Multiply(norm.Bias.Span, 0.5f, bias.Span);
        return new LayerNorm(weight, bias, norm.Epsilon);
    }

    /// <summary>Opens the model in a folder; its weights stay memory-mapped until it is disposed.</summary>
    /// <param name="folder">A Hugging Face folder, or a file of weights.</param>
    /// <param name="answers">Names of the answers in the order of the head; when null, what config.json says.</param>
    /// <exception cref="TranslucentException">The folder holds no readable LXMERT, or there is another number of answers.</exception>
    /// <exception cref="IOException">Folder or files are not there.</exception>
    public static Lxmert Open(string folder, IReadOnlyList<string>? answers = null) => Open(Checkpoint.Open(folder), answers);

    /// <summary>Makes a model of an open checkpoint, which it takes over.</summary>
    /// <param name="checkpoint">Open; disposed with the model, or at once where it does not fit.</param>
    /// <param name="answers">Names of the answers in the order of the head; when null, those of config.json.</param>
    /// <exception cref="TranslucentException">The checkpoint holds no readable LXMERT, or there is another number of answers.</exception>
    public static Lxmert Open(Checkpoint checkpoint, IReadOnlyList<string>? answers = null)
    {
        try
        {
            return checkpoint.Config.String("model_type") == "lxmert" ? new Lxmert(checkpoint, answers) : throw checkpoint.Config.Wrong("model_type", "lxmert");
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The sizes.</summary>
    public LxmertConfig Config { get; }

    /// <summary>Names of the answers by index; empty when none are named.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Runs the model and records it. Shorter questions, and pictures of fewer regions, are filled up with what no token sees.</summary>
    /// <param name="questions">B questions.</param>
    /// <param name="keep">What stays in memory for sweeps.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="TranslucentException">A question is empty, too long, holds unknown ids, or its regions have another shape; or only some of the
    /// questions have no regions.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Trace Forward(IReadOnlyList<Question> questions, Keep keep = Keep.All, Compute? compute = null, CancellationToken cancellationToken = default) =>
        Forward(LxmertInput.Of(questions, Config), keep, compute, cancellationToken);

    internal Trace Forward(LxmertInput input, Keep keep = Keep.All, Compute? compute = null, CancellationToken cancellationToken = default) =>
        Record(new Tape(new Arena(compute), keep, cancellationToken), input);

    Trace Record(Tape tape, LxmertInput input)
    {
        (AttentionMask? words, AttentionMask? regions) = (input.Words, input.Regions);
        // [B, T, C]
        Var x = _textNorm.Apply(Add.Op.Apply(new Lookup(_words, input.Ids, _positions).On(tape), new Lookup(_types, input.Types).On(tape))).At("text.embed");
        // [B, R, C]
        Var y = Add.Op.Apply(_featureNorm.Apply(_features.Apply(tape.Leaf(input.Features).At("features"))),
            _boxNorm.Apply(_boxes.Apply(tape.Leaf(input.Boxes).At("boxes")))).At("image.embed");
        x = Stack(x, _text, "text", words).At("text.encoder");
        y = Stack(y, _image, "image", regions).At("image.encoder");
        for (int i = 0; i < _cross.Length; i++)
        {
            CrossLayer layer = _cross[i];
            string name = $"cross.{i}";
            Var[] both = tape.Recomputed($"{name}.", [x.At($"{name}.text.in"), y.At($"{name}.image.in")], v =>
            {
                Var text = layer.Both.Read(v[0], v[0], v[1], v[1], $"{name}.text_from_image.probs", regions).At($"{name}.text.read");
                Var image = layer.Both.Read(v[1], v[1], v[0], v[0], $"{name}.image_from_text.probs", words).At($"{name}.image.read");
                text = layer.Text.Read(text, text, text, text, $"{name}.text.probs", words).At($"{name}.text.mid");
                image = layer.Image.Read(image, image, image, image, $"{name}.image.probs", regions).At($"{name}.image.mid");
                return [layer.TextMlp.Forward(text, $"{name}.text"), layer.ImageMlp.Forward(image, $"{name}.image")];
            });
            (x, y) = (both[0].At($"{name}.text.out"), both[1].At($"{name}.image.out"));
        }
        y.At("image.out");
        int batch = input.Ids.Count;
        Var pooled = _pooler.Apply(new Pick(new int[batch]).Apply(x.At("text.out"))).At("pooled");      // [B, C]
        Var? scores = _head.Length == 0 ? null : _head.Aggregate(pooled, (v, op) => op.Apply(v)).At("logits"); // [B, answers]
        return Describe(tape, batch, input.Ids[0].Length, input.Features.Shape[1], scores);
    }

    static Var Stack(Var x, (PostNormAttention Self, PostNormFeedForward Mlp)[] layers, string stream, AttentionMask? mask)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            (PostNormAttention self, PostNormFeedForward mlp) = layers[i];
            string name = $"{stream}.{i}";
            x = x.Tape.Recomputed($"{name}.", x.At($"{name}.in"), v => mlp.Forward(self.Read(v, v, v, v, $"{name}.probs", mask).At($"{name}.mid"), name))
                .At($"{name}.out");
        }
        return x;
    }

    Trace Describe(Tape tape, int batch, int length, int regions, Var? scores)
    {
        TokenStream text = new("text", length, new TextTokens(length), "text.embed"), image = new("image", regions, new Regions(regions), "image.embed");
        List<AttentionStep> steps = [];
        List<TokenBlock> blocks = [];
        int stage = 0;
        foreach ((TokenStream stream, (PostNormAttention Self, PostNormFeedForward Mlp)[] layers) in (ReadOnlySpan<(
            TokenStream, (PostNormAttention, PostNormFeedForward)[])>)[(text, _text), (image, _image)])
            for (int i = 0; i < layers.Length; i++)
            {
                steps.Add(layers[i].Self.Step($"{stream.Name}.{i}.probs", stream, stream, stage++, $"{stream.Name}.{i}.in"));
                blocks.Add(new TokenBlock($"{stream.Name}.{i}", steps[^1], layers[i].Mlp.Down));
            }
        for (int i = 0; i < _cross.Length; i++)
        {
            string name = $"cross.{i}";
            steps.Add(_cross[i].Both.Step($"{name}.text_from_image.probs", text, image, stage, $"{name}.image.in"));
            steps.Add(_cross[i].Both.Step($"{name}.image_from_text.probs", image, text, stage++, $"{name}.text.in"));
            steps.Add(_cross[i].Text.Step($"{name}.text.probs", text, text, stage, $"{name}.text.read"));
            blocks.Add(new TokenBlock($"{name}.text", steps[^1], _cross[i].TextMlp.Down));
            steps.Add(_cross[i].Image.Step($"{name}.image.probs", image, image, stage++, $"{name}.image.read"));
            blocks.Add(new TokenBlock($"{name}.image", steps[^1], _cross[i].ImageMlp.Down));
        }
        return new Trace(this, tape, batch, text, image)
        {
            Steps = steps,
            Blocks = blocks,
            Readout = scores is null ? null : new Readout(text, new int[batch], scores, Labels),
        };
    }
}
