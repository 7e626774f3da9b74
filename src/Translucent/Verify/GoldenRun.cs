// One model, one input, one forward pass: what every golden is computed from.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>The forward pass behind a comparison, and the inputs beside it.</summary>
/// <remarks>What cannot be had throws <see cref="TranslucentException"/> with the reason, which becomes that of the golden tensor.</remarks>
sealed partial class GoldenRun : IDisposable
{
    readonly Safetensors _input, _golden;
    readonly string? _noScores; // why the model has no class scores
    readonly Trace? _text; // of a text with its image
    (string Key, object Value)? _latest;

    /// <exception cref="TranslucentException">The input has no usable pixels, or target vectors that do not fit the model.</exception>
    public GoldenRun(Model model, Safetensors input, Safetensors golden, SweepOptions options)
    {
        (_input, _golden, Options) = (input, golden, options);
        if (model is LanguageModel language) Trace = Fit(() => language.Forward([Text()]));
        else if (model is ClipText text) (Trace, _text) = (Fit(() => text.Forward([Ids()])), TextScores(text));
        else if (model is Detr detector) Trace = detector.Forward(Padded());
        else if (model is Lxmert answering) Trace = Fit(() => answering.Forward(Filled(answering.Config)));
        else (Trace, _noScores) = Image((VisionTransformer)model);
    }

    /// <summary>What the model makes of the input file.</summary>
    T Fit<T>(Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{_input.Path}: does not fit the model: {e.Message}", e);
        }
    }

    /// <summary>A pass over <c>pixel_values</c>, with target vectors as classes where the model needs them, or why it has no scores.</summary>
    (Trace Trace, string? NoScores) Image(VisionTransformer model)
    {
        Safetensors input = _input;
        string? noScores = null;
        Tensor pixels = Input("pixel_values");
        if (pixels.Shape is not [1, _, _, _] || pixels.Shape[1] != model.Config.Channels)
            throw new TranslucentException(
                $"{input.Path}: pixel_values is {pixels}, expected [1, {model.Config.Channels}, height, width], one image prepared for the model.");
        string family = model.Config.Family;
        bool vectors = input.TryGet("target_vectors", out _), scale = !model.TakesTexts || input.TryGet("logit_scale", out _);
        if (model.Classes == 0 && !vectors) noScores = $"needs class scores; {family} has no classifier, and {input.Path} has no target_vectors";
        else if (model.Classes == 0 && !scale) noScores = $"needs class scores; {input.Path} has target_vectors but no logit_scale, which {family} needs";
        if (model.Classes == 0 && vectors && scale)
        {
            (Tensor targets, float factor) = (Input("target_vectors"), model.TakesTexts ? Number("logit_scale") : 0);
            model = Fit(() => model.WithClasses(targets, factor));
        }
        return (Fit(() => model.Forward(pixels)), noScores);
    }

    /// <summary>A pass over the same text with <c>image_embeds</c> as its one class, whose score is the cosine.</summary>
    Trace? TextScores(ClipText text)
    {
        if (!_input.TryGet("image_embeds", out _)) return null;
        Tensor image = Input("image_embeds");
        return Fit(() => text.WithImages(image.Reshape(1, image.Length)).Forward([Ids()]));
    }

    /// <summary>A question with its regions, whose names begin with <paramref name="prefix"/>; what a mask hides is left out.</summary>
    public Question Question(string prefix = "")
    {
        int words = Real($"{prefix}attention_mask", Whole($"{prefix}input_ids").Length),
            regions = Real($"{prefix}visual_attention_mask", Input($"{prefix}visual_pos").Rows);
        int[]? types = Has($"{prefix}token_type_ids") ? Whole($"{prefix}token_type_ids")[..words] : null;
        return new Question(Whole($"{prefix}input_ids")[..words], First($"{prefix}visual_feats", regions), First($"{prefix}visual_pos", regions), types);
    }

    /// <summary>The same as a batch of one, what a mask hides being there but not seen.</summary>
    LxmertInput Filled(LxmertConfig config)
    {
        int[] ids = Whole("input_ids");
        Question whole = new(ids, Input("visual_feats"), Input("visual_pos"), Has("token_type_ids") ? Whole("token_type_ids") : null);
        int words = Real("attention_mask", ids.Length), regions = Real("visual_attention_mask", whole.Boxes.Rows);
        return LxmertInput.Of([whole], config) with
        {
            Words = words < ids.Length ? AttentionMask.Lengths([words]) : null,
            Regions = regions < whole.Boxes.Rows ? AttentionMask.Lengths([regions]) : null,
        };
    }

    /// <summary>How many of the first are real, by a mask of ones and then zeros; all without one.</summary>
    int Real(string name, int count)
    {
        if (!Has(name)) return count;
        int[] mask = Whole(name);
        int real = mask.Count(m => m != 0);
        return mask.Length == count && (real > 0 || count == 0) && !mask.AsSpan(0, real).Contains(0) ? real
            : throw new TranslucentException($"{_input.Path}: {name}, expected {count} numbers, ones for what is real, then zeros for what fills it up");
    }

    Tensor First(string name, int rows)
    {
        Tensor all = Input(name);
        return all.Rows == rows ? all : new Tensor([rows, all.Width], all.Span[..(rows * all.Width)]);
    }

    /// <summary>Whether the input file has a tensor.</summary>
    public bool Has(string name) => _input.TryGet(name, out _);

    /// <summary><c>targets</c>, provided that the model has them all.</summary>
    public Tensor Targets()
    {
        StoredTensor stored = _golden["targets"];
        for (int t = 0; t < stored.Shape[0]; t++) StreamTarget(t).Bind(Trace);
        return new Tensor(stored.Shape, Array.ConvertAll(stored.ToInt64s(), n => (float)n));
    }

    /// <summary>What t0, t1, .. stand for: of a detector a query and the class in it, else an answer.</summary>
    public Targets StreamTarget(int target, DetectionScalar scalar = DetectionScalar.Logit) => Trace.Objects is null
        ? new ClassTargets([Target(target, 0)]) : new DetectionTargets([new DetectionTarget(Target(target, 0), Target(target, 1))], scalar);

    /// <summary>The same compared with the last class of its row: logit, difference, ratio or relative difference, whose derivatives are those of the
    /// ratio.</summary>
    public (Targets Targets, double Value) Compared(int target, string kind)
    {
        bool detector = Trace.Objects is not null;
        int first = Target(target, detector ? 1 : 0), second = Target(target, detector ? 2 : 1);
        ClassComparison comparison = kind == "difference" ? ClassComparison.Difference : ClassComparison.Ratio;
        ReadOnlySpan<float> z = detector ? Trace.Objects!.Scores.Row(Target(target, 0)) : Trace.Logits.Span;
        double value = kind switch
        {
            "logit" => z[first],
            "difference" => (double)z[first] - z[second],
            "ratio" => (double)z[first] / z[second],
            _ => ((double)z[first] - z[second]) / z[second]
        };
        int? against = kind == "logit" ? null : second;
        return (detector ? new DetectionTargets([new DetectionTarget(Target(target, 0), first, against, comparison)])
            : new ClassTargets((IReadOnlyList<ClassTarget>)[new ClassTarget(first, against, comparison)]), value);
    }

    /// <summary>A class, answer or query of <c>targets</c> [2, 2 or 3] in the golden file.</summary>
    public int Target(int target, int column)
    {
        if (!_golden.TryGet("targets", out StoredTensor? stored) || stored.Shape.Length != 2 || target >= stored.Shape[0])
            throw new TranslucentException($"{_golden.Path}: has no tensor \"targets\" with a row {target}, which says what t{target} is");
        if (column >= stored.Shape[1])
            throw new TranslucentException(
                $"{_golden.Path}: \"targets\" has {stored.Shape[1]} columns, expected {column + 1} or more for {Trace.Model.Family}");
        long found = stored.ToInt64s()[target * (int)stored.Shape[1] + column];
        int most = Trace.Objects is not { } objects ? Trace.Scored.Classes - 1 : column == 0 ? objects.Stream.Length - 1 : objects.Classes;
        return found >= 0 && found <= most ? (int)found : throw new TranslucentException($"t{target} is {found} in column {column}, expected 0 to {most}");
    }

    /// <summary>Whole numbers of the input file.</summary>
    int[] Whole(string name) => _input.TryGet(name, out StoredTensor? stored) ? Whole(stored, int.MaxValue)
        : throw new TranslucentException($"needs {name}, which {_input.Path} does not have");

    /// <summary>The prepared image of a detector; <c>pixel_mask</c> may say that it fills only the upper left part.</summary>
    PaddedImages Padded()
    {
        Tensor pixels = Input("pixel_values");
        if (pixels.Shape is not [3, > 0, > 0])
            throw new TranslucentException($"{_input.Path}: pixel_values is {pixels}, expected [3, height, width], one image prepared for the model.");
        (int height, int width) = (pixels.Shape[1], pixels.Width);
        int[] mask = Has("pixel_mask") ? Whole("pixel_mask") : [.. Enumerable.Repeat(1, height * width)];
        int across = mask.Length == height * width ? mask.AsSpan(0, width).ToArray().TakeWhile(m => m != 0).Count() : 0, down = across == 0 ? 0
            : mask.Count(m => m != 0) / across;
        for (int i = 0; i < mask.Length; i++)
            if ((mask[i] != 0) != (i / width < down && i % width < across)) down = 0;
        if (down == 0) throw new TranslucentException(
            $"{_input.Path}: pixel_mask, expected [{height}, {width}], ones in the upper left part of the image and zeros elsewhere");
        return new PaddedImages(pixels.Reshape(1, 3, height, width), [(down, across)]);
    }

    /// <summary>The shape of a golden tensor.</summary>
    public int[] GoldenShape(string name) => [.. _golden[name].Shape];

    /// <summary>The stream of a name.</summary>
    public TokenStream Stream(string name) => Trace.Streams.FirstOrDefault(s => s.Name == name)
        ?? throw new TranslucentException($"{Trace.Model.Family} has no token stream {name}, only {string.Join(" and ", Trace.Streams.Select(s => s.Name))}");

    /// <summary>Tokens that the input file names.</summary>
    public int[] Tokens(string name) => _input.TryGet(name, out StoredTensor? stored) ? Whole(stored, Trace.Tokens - 1)
        : throw new TranslucentException($"needs {name}, which {_input.Path} does not have");

    static int[] Whole(StoredTensor stored, int most)
    {
        long[] numbers = stored.ToInt64s();
        int bad = Array.FindIndex(numbers, n => n < 0 || n > most);
        return bad < 0 ? Array.ConvertAll(numbers, n => (int)n)
            : throw new TranslucentException($"{stored} holds {numbers[bad]} at {bad}, expected 0 to {most}");
    }

    /// <summary>A block that a golden is named by, counted from 0.</summary>
    public int Block(int block) => block < Depth ? block : throw new TranslucentException($"start block {block}: the model has blocks 0 to {Depth - 1}.");

    /// <summary>A number of blocks that a golden is named by.</summary>
    public int Blocks(int count) => count >= 1 && count <= Depth ? count
        : throw new TranslucentException($"depth {count}: the model has 1 to {Depth} blocks to multiply.");

    /// <summary>A layer of latent tokens that a golden is named by.</summary>
    public int Layer(int layer) => layer >= 2 && layer <= Depth + 1 ? layer
        : throw new TranslucentException($"layer {layer}: latent tokens that attention has formed are in layers 2 to {Depth + 1} (layer 1 is the embedding).");

    /// <summary>The value at a site.</summary>
    public Tensor Value(string site) => Trace.Tape.TryGet(site, out Var? value) ? value.Value
        : throw new TranslucentException($"needs {site}, which {Trace.Model.Family} does not have");

    /// <summary>The forward pass.</summary>
    public Trace Trace { get; }

    /// <summary>The model, where it reads images.</summary>
    public VisionTransformer Model => Trace.Model as VisionTransformer
        ?? throw new TranslucentException($"needs a model that reads images, and this is {Trace.Model.Family}");

    /// <summary>The model, where it answers questions.</summary>
    public Lxmert Answering => Trace.Model as Lxmert
        ?? throw new TranslucentException($"needs a model that answers questions, and this is {Trace.Model.Family}");

    public int Depth => Trace.Blocks.Count;

    public SweepOptions Options { get; }

    /// <summary>The forward pass of a model that scores classes.</summary>
    public Trace Scored => _text ?? (Trace.Model is ClipText ? throw new TranslucentException($"needs image_embeds, which {_input.Path} does not have")
        : _noScores is null ? Trace : throw new TranslucentException(_noScores));

    /// <summary>The tensor of the input file, all of its numbers finite.</summary>
    public Tensor Input(string name)
    {
        if (!_input.TryGet(name, out StoredTensor? stored)) throw new TranslucentException($"needs {name}, which {_input.Path} does not have");
        Tensor t = stored.ToTensor();
        int bad = t.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        return bad < 0 ? t : throw new TranslucentException($"{stored} holds {t.Span[bad]} at {bad}, expected finite numbers");
    }

    /// <summary>A tensor of the input file with a vector for every token, [N, C].</summary>
    public Tensor VectorOfTokens(string name)
    {
        Tensor w = Input(name);
        int width = Trace.Blocks[0].Width;
        return w.Shape is [var n, var c] && n == Trace.Tokens && c == width ? w
            : throw new TranslucentException($"{name} is {w}, expected [{Trace.Tokens}, {width}], a row for every token");
    }

    /// <summary>The class that c0, c1, .. stands for.</summary>
    public int Class(int index)
    {
        if (!_golden.TryGet("classes", out _))
            return index == 0 ? Predicted() : throw new TranslucentException($"{_golden.Path} has no tensor \"classes\" to say which class c{index} is");
        int[] classes = Classes();
        return index < classes.Length ? classes[index] : throw new TranslucentException($"\"classes\" has {classes.Length} entries, so there is no c{index}");
    }

    /// <summary>All classes that the golden file numbers.</summary>
    public int[] Classes()
    {
        int count = Scored.Readout!.Classes;
        long[] classes = _golden["classes"].ToInt64s();
        int bad = Array.FindIndex(classes, c => c < 0 || c >= count);
        return bad < 0 ? Array.ConvertAll(classes, c => (int)c)
            : throw new TranslucentException($"c{bad} is class {classes[bad]}, the model has classes 0 to {count - 1}");
    }

    /// <summary>The class of the highest score.</summary>
    public int Predicted() => TensorPrimitives.IndexOfMax<float>(Scored.Logits.Span);

    /// <summary>A result that several names share; only the latest is kept.</summary>
    public T Once<T>(string key, Func<T> make) where T : class
    {
        if (_latest is { } latest && latest.Key == key) return (T)latest.Value;
        _latest = null;
        T made = make();
        _latest = (key, made);
        return made;
    }

    public void Dispose()
    {
        _text?.Dispose();
        Trace.Dispose();
    }

    float Number(string name) => Input(name) is { Length: 1 } t ? t.Span[0]
        : throw new TranslucentException($"{_input[name]}, expected one number");
}
