// One model, one input, one forward pass: what every golden is computed from.

using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Goldens;

/// <summary>The forward pass behind a comparison, and the inputs beside it.</summary>
/// <remarks>What cannot be had throws <see cref="InvalidDataException"/> with the reason, which becomes that of the golden tensor.</remarks>
sealed class GoldenRun : IDisposable
{
    readonly Safetensors _input, _golden;
    readonly string? _noScores; // why the model has no class scores
    (string Key, object Value)? _latest;

    /// <exception cref="InvalidDataException">The input has no usable pixels, or target vectors that do not fit the model.</exception>
    public GoldenRun(VisionTransformer model, Safetensors input, Safetensors golden, SweepOptions options)
    {
        (_input, _golden, Options) = (input, golden, options);
        Tensor pixels = Input("pixel_values");
        if (pixels.Shape is not [1, 3, _, _])
            throw new InvalidDataException($"{input.Path}: pixel_values is {pixels}, expected [1, 3, height, width], one image prepared for the model.");
        string family = model.Config.Family;
        bool vectors = input.TryGet("target_vectors", out _), scale = family != "CLIP" || input.TryGet("logit_scale", out _);
        if (model.Classes == 0 && !vectors) _noScores = $"needs class scores; {family} has no classifier, and {input.Path} has no target_vectors";
        else if (model.Classes == 0 && !scale) _noScores = $"needs class scores; {input.Path} has target_vectors but no logit_scale, which CLIP needs";
        try
        {
            if (model.Classes == 0 && vectors && scale) model = model.WithClasses(Input("target_vectors"), family == "CLIP" ? Number("logit_scale") : 0);
            Trace = model.Forward(pixels);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{input.Path}: does not fit the model: {e.Message}");
        }
    }

    /// <summary>The forward pass.</summary>
    public Trace Trace { get; }

    public VisionTransformer Model => (VisionTransformer)Trace.Model;

    public int Depth => Model.Config.Depth;

    public SweepOptions Options { get; }

    /// <summary>The forward pass of a model that scores classes.</summary>
    public Trace Scored => _noScores is null ? Trace : throw new InvalidDataException(_noScores);

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

    public void Dispose() => Trace.Dispose();

    float Number(string name) => Input(name) is { Length: 1 } t ? t.Span[0]
        : throw new InvalidDataException($"{_input[name]}, expected one number");
}
