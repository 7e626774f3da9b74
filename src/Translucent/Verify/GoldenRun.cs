// One model, one input, one forward pass: what every golden is computed from.

using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>The forward pass behind a comparison, and the inputs beside it.</summary>
/// <remarks>What cannot be had throws <see cref="InvalidDataException"/> with the reason, which becomes that of the golden tensor.</remarks>
sealed class GoldenRun : IDisposable
{
    readonly Safetensors _input, _golden;
    readonly string? _noScores; // why the model has no class scores
    readonly Trace? _text; // of a text with its image
    (string Key, object Value)? _latest;

    /// <exception cref="InvalidDataException">The input has no usable pixels, or target vectors that do not fit the model.</exception>
    public GoldenRun(Model model, Safetensors input, Safetensors golden, SweepOptions options)
    {
        (_input, _golden, Options) = (input, golden, options);
        try
        {
            if (model is ClipText text) (Trace, _text) = (text.Forward([Ids()]), TextScores(text));
            else if (model is Detr detector) Trace = detector.Forward([Input("pixel_values")]);
            else if (model is Lxmert answering) Trace = answering.Forward([Question()]);
            else (Trace, _noScores) = Image((VisionTransformer)model);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{input.Path}: does not fit the model: {e.Message}");
        }
    }

    /// <summary>A pass over <c>pixel_values</c>, with target vectors as classes where the model needs them, or why it has no scores.</summary>
    (Trace Trace, string? NoScores) Image(VisionTransformer model)
    {
        Safetensors input = _input;
        string? noScores = null;
        Tensor pixels = Input("pixel_values");
        if (pixels.Shape is not [1, 3, _, _])
            throw new InvalidDataException($"{input.Path}: pixel_values is {pixels}, expected [1, 3, height, width], one image prepared for the model.");
        string family = model.Config.Family;
        bool vectors = input.TryGet("target_vectors", out _), scale = family != "CLIP" || input.TryGet("logit_scale", out _);
        if (model.Classes == 0 && !vectors) noScores = $"needs class scores; {family} has no classifier, and {input.Path} has no target_vectors";
        else if (model.Classes == 0 && !scale) noScores = $"needs class scores; {input.Path} has target_vectors but no logit_scale, which CLIP needs";
        if (model.Classes == 0 && vectors && scale) model = model.WithClasses(Input("target_vectors"), family == "CLIP" ? Number("logit_scale") : 0);
        return (model.Forward(pixels), noScores);
    }

    /// <summary>A pass over the same text with <c>image_embeds</c> as its one class, whose score is the cosine.</summary>
    Trace? TextScores(ClipText text)
    {
        if (!_input.TryGet("image_embeds", out _)) return null;
        Tensor image = Input("image_embeds");
        return text.WithImages(image.Reshape(1, image.Length)).Forward([Ids()]);
    }

    /// <summary><c>input_ids</c> of one text.</summary>
    int[] Ids() => _input.TryGet("input_ids", out StoredTensor? ids) ? [.. ids.ToInt64s().Select(id => checked((int)id))]
        : throw new InvalidDataException($"{_input.Path}: has no input_ids, expected the token ids of one text.");

    /// <summary>A question with its regions, whose names begin with <paramref name="prefix"/>; what a mask hides at the end is left out.</summary>
    public Question Question(string prefix = "")
    {
        int[] ids = Numbers($"{prefix}input_ids"), real = _input.TryGet($"{prefix}attention_mask", out _) ? Numbers($"{prefix}attention_mask") : [.. ids.Select(_ => 1)];
        int length = real.Count(m => m != 0);
        if (real.Length != ids.Length || real.AsSpan(0, length).Contains(0))
            throw new InvalidDataException($"{_input.Path}: {prefix}attention_mask, expected ones for the tokens of the text, then zeros for its filling");
        int[]? types = _input.TryGet($"{prefix}token_type_ids", out _) ? Numbers($"{prefix}token_type_ids")[..length] : null;
        return new Question(ids[..length], Input($"{prefix}visual_feats"), Input($"{prefix}visual_pos"), types);
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

    /// <summary>The same compared with the last class of its row: logit, difference, ratio or relative difference, whose derivatives are those of the ratio.</summary>
    public (Targets Targets, double Value) Compared(int target, string kind)
    {
        bool detector = Trace.Objects is not null;
        int first = Target(target, detector ? 1 : 0), second = Target(target, detector ? 2 : 1);
        ClassComparison comparison = kind == "difference" ? ClassComparison.Difference : ClassComparison.Ratio;
        ReadOnlySpan<float> z = detector ? Trace.Objects!.Scores.Row(Target(target, 0)) : Trace.Logits.Span;
        double value = kind switch { "logit" => z[first], "difference" => (double)z[first] - z[second], "ratio" => (double)z[first] / z[second], _ => ((double)z[first] - z[second]) / z[second] };
        int? against = kind == "logit" ? null : second;
        return (detector ? new DetectionTargets([new DetectionTarget(Target(target, 0), first, against, comparison)])
            : new ClassTargets((IReadOnlyList<ClassTarget>)[new ClassTarget(first, against, comparison)]), value);
    }

    /// <summary>A class, answer or query of <c>targets</c> [2, 2 or 3] in the golden file.</summary>
    public int Target(int target, int column)
    {
        if (!_golden.TryGet("targets", out StoredTensor? stored) || stored.Shape.Length != 2 || target >= stored.Shape[0])
            throw new InvalidDataException($"{_golden.Path}: has no tensor \"targets\" with a row {target}, which says what t{target} is");
        return checked((int)stored.ToInt64s()[target * (int)stored.Shape[1] + column]);
    }

    /// <summary>Whole numbers of the input file.</summary>
    public int[] Numbers(string name) => _input.TryGet(name, out StoredTensor? stored) ? [.. stored.ToInt64s().Select(n => checked((int)n))]
        : throw new InvalidDataException($"needs {name}, which {_input.Path} does not have");

    /// <summary>The forward pass.</summary>
    public Trace Trace { get; }

    public VisionTransformer Model => (VisionTransformer)Trace.Model;

    public int Depth => Trace.Blocks.Count;

    public SweepOptions Options { get; }

    /// <summary>The forward pass of a model that scores classes.</summary>
    public Trace Scored => _text ?? (Trace.Model is ClipText ? throw new InvalidDataException($"needs image_embeds, which {_input.Path} does not have")
        : _noScores is null ? Trace : throw new InvalidDataException(_noScores));

    /// <summary>The tensor of the input file, all of its numbers finite.</summary>
    public Tensor Input(string name)
    {
        if (!_input.TryGet(name, out StoredTensor? stored)) throw new InvalidDataException($"needs {name}, which {_input.Path} does not have");
        Tensor t = stored.ToTensor();
        int bad = t.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        return bad < 0 ? t : throw new InvalidDataException($"{stored} holds {t.Span[bad]} at {bad}, expected finite numbers");
    }

    /// <summary>The class that c0, c1, .. stands for.</summary>
    public int Class(int index)
    {
        if (!_golden.TryGet("classes", out _))
            return index == 0 ? Predicted() : throw new InvalidDataException($"{_golden.Path} has no tensor \"classes\" to say which class c{index} is");
        int[] classes = Classes();
        return index < classes.Length ? classes[index] : throw new InvalidDataException($"\"classes\" has {classes.Length} entries, so there is no c{index}");
    }

    /// <summary>All classes that the golden file numbers.</summary>
    public int[] Classes()
    {
        int count = Scored.Readout!.Classes;
        long[] classes = _golden["classes"].ToInt64s();
        int bad = Array.FindIndex(classes, c => c < 0 || c >= count);
        return bad < 0 ? Array.ConvertAll(classes, c => (int)c)
            : throw new InvalidDataException($"c{bad} is class {classes[bad]}, the model has classes 0 to {count - 1}");
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
        : throw new InvalidDataException($"{_input[name]}, expected one number");
}
