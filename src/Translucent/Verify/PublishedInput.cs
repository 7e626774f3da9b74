// The inputs of published numbers: a photograph of COCO that the user brings, or random numbers that NumPy's generator makes again.

using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Verify;

/// <summary>What a model reads.</summary>
/// <param name="Words">The same in words.</param>
/// <param name="NeedsPicture">Whether the user brings it.</param>
/// <param name="Forward">The pass over it.</param>
sealed record PublishedInput(string Words, bool NeedsPicture, Func<PublishedRun, Trace> Forward)
{
    /// <summary>The photograph, prepared as the checkpoint says.</summary>
    public static readonly PublishedInput Picture = new("the photograph", true, run =>
        run.Model is Detr detector ? detector.Forward(run.Photo, Keep.Boundaries, cancellationToken: run.Stop)
        : run.Images.Forward(run.Photo, Keep.Boundaries, cancellationToken: run.Stop));

    /// <summary>The photograph as so many pixels, whatever its shape.</summary>
    public static PublishedInput PictureAt(int side) => new($"the photograph resized to {side} x {side}", true, run =>
    {
        Preprocessor usual = run.Images.Preprocessor;
        Tensor pixels = (usual with { Resize = new ResizeTarget(side, side, KeepAspect: false), Crop = null }).Apply(run.Photo);
        return run.Images.Forward(pixels.Reshape([1, .. pixels.Shape]), Keep.Boundaries, cancellationToken: run.Stop);
    });

    /// <summary>The photograph and two texts.</summary>
    public static readonly PublishedInput PictureAndTexts = new("the photograph, and the texts 'a photo of a cat' and 'a photo of a dog'", true, run =>
    {
        ClassTexts texts = new(["a photo of a cat", "a photo of a dog"], "{}");
        return run.Images.WithTexts(run.Path, texts, cancellationToken: run.Stop).Forward(run.Photo, Keep.Boundaries, cancellationToken: run.Stop);
    });

    /// <summary>Token ids for a language model.</summary>
    public static PublishedInput OfIds(int[] ids, string words) => new(words, false, run =>
        run.Language.Forward([ids], Keep.Boundaries, cancellationToken: run.Stop));

    static readonly int[] s_ids = [101, 345, 232, 328, 740, 140, 1695, 69, 6078, 1588, 102];

    /// <summary>A question of eleven tokens about ten random regions.</summary>
    public static readonly PublishedInput RandomRegions = new("eleven token ids, ten regions of numpy.random.seed(0); rand", false, run =>
        (run.Model as Lxmert ?? throw new TranslucentException($"needs a model that answers questions, and this is {run.Model.Family}"))
        .Forward([new Question(s_ids, new NumpyRandom(0).Rand(10, 2048), new NumpyRandom(0).Rand(10, 4))], Keep.Boundaries, cancellationToken: run.Stop));
}

/// <summary>A model, its input, and the latest pass over it.</summary>
sealed class PublishedRun(string path, Model model, Image? photo, CancellationToken stop) : IDisposable
{
    (PublishedInput Input, Trace Trace)? _latest;

    /// <summary>Where the model lies.</summary>
    public string Path => path;

    /// <summary>The model.</summary>
    public Model Model => model;

    /// <summary>The model, where it is one stream of patches.</summary>
    public VisionTransformer Images => model as VisionTransformer ?? throw new TranslucentException($"needs a vision transformer, and this is {model.Family}");

    /// <summary>The model, where it is a language model, with the tokenizer in its folder.</summary>
    public LanguageModel Language
    {
        get
        {
            LanguageModel language = model as LanguageModel ?? throw new TranslucentException($"needs a language model, and this is {model.Family}");
            if (language.Tokenizer is null && ZeroShot.TokenizerFiles(path).Count > 0) language.Tokenizer = Tokenizer.Open(Checkpoint.FolderOf(path));
            return language;
        }
    }

    /// <summary>The user's photograph.</summary>
    public Image Photo => photo ?? throw new TranslucentException("needs the photograph");

    public CancellationToken Stop => stop;

    /// <summary>The pass over an input; several facts share it.</summary>
    public Trace Over(PublishedInput input)
    {
        if (_latest is { } latest && latest.Input == input) return latest.Trace;
        _latest?.Trace.Dispose();
        _latest = null;
        Trace trace = input.Forward(this);
        _latest = (input, trace);
        return trace;
    }

    public void Dispose() => _latest?.Trace.Dispose();
}
