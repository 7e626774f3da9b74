// Vision Transformer encoder (Dosovitskiy et al. 2020, arXiv:2010.11929), common to ViT, DeiT, DINO, DINOv2 and CLIP's image tower.
// Arithmetic as in Hugging Face transformers (docs/models.md); the family files say where the weights come from.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The sizes of a vision transformer.</summary>
/// <param name="Family">The family's name, as in "ViT".</param>
/// <param name="Width">C, numbers per token.</param>
/// <param name="Depth">L, blocks.</param>
/// <param name="Heads">H, attention heads per block.</param>
/// <param name="Hidden">M, numbers per token inside the MLP.</param>
/// <param name="Patch">Side of a patch, in pixels.</param>
/// <param name="ImageSize">Side of the images it was trained on, in pixels.</param>
/// <param name="Prefix">P, tokens before the patches: class, distillation, registers.</param>
public sealed record VisionConfig(string Family, int Width, int Depth, int Heads, int Hidden, int Patch, int ImageSize, int Prefix)
{
    /// <summary>Channels of the images: 3 for red, green and blue, 1 for grey, others for bands of a sensor.</summary>
    public int Channels { get; init; } = 3;
}

/// <summary>A vision transformer with its weights.</summary>
/// <remarks>
/// Sites of its tapes: <c>pixels</c>, <c>embed</c> and, for i from 0, <c>blocks.{i}.{in, attn.probs, attn.context, attn.out, mid, mlp.act, mlp.out, out}</c>,
/// then <c>norm</c>,
/// and with a head <c>pooled</c>, <c>logits</c>. <c>embed</c> is <c>blocks.0.in</c>; the paper's z^(l) is <c>blocks.{l-1}.in</c>.
/// </remarks>
public sealed class VisionTransformer : Model
{
    readonly PatchEmbedding _embedding;
    readonly EncoderBlock[] _blocks;
    readonly LayerNorm? _norm;

    internal VisionTransformer(VisionConfig config, PatchEmbedding embedding, EncoderBlock[] blocks, LayerNorm? norm, IDisposable? weights = null)
        : base(config.Family, weights)
    {
        (Config, _embedding, _blocks, _norm) = (config, embedding, blocks, norm);
    }

    /// <summary>The sizes.</summary>
    public VisionConfig Config { get; }

    /// <summary>Names of the classes, by index; empty when the checkpoint names none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>How a photograph becomes pixels of this model.</summary>
    public required Preprocessor Preprocessor { get; init; }

    /// <summary>From pixels to tokens.</summary>
    internal PatchEmbedding Embedding => _embedding;

    /// <summary>The blocks, from the lowest.</summary>
    internal IReadOnlyList<EncoderBlock> Blocks => _blocks;

    /// <summary>The normalisation above the last block; null where it stands behind the mean that the head reads.</summary>
    internal LayerNorm? Norm => _norm;

    /// <summary>How many classes the model scores; 0 without a head.</summary>
    public int Classes => Head?.Classes ?? 0;

    /// <summary>Whether its classes may be texts.</summary>
    internal bool TakesTexts => Config.Family is "CLIP" or "SigLIP" or "SigLIP 2" && (HeadOfVectors is not null || Head is null);

    /// <summary>What the scores say.</summary>
    internal ScoreMeaning Meaning { get; init; }

    internal ClassHead? Head { get; init; }

    /// <summary>Whether the mean of the patches stands for an image.</summary>
    internal bool Averages => Pooling is null && (Head?.ReadsMean ?? Config.Prefix == 0);

    /// <summary>What pools the patches by attention, with or without classes behind it; null for models that do not.</summary>
    internal AttentionPool? Pooling { get => Head is null ? field : Head.Pooling; init; }

    /// <summary>Makes a head of one vector per class, for families that compare instead of classify; null for others.</summary>
    internal Func<Tensor, float, ClassHead>? HeadOfVectors { get; init; }

    /// <summary>The same model with classes given as vectors.</summary>
    /// <param name="vectors">[Classes, C] for DINO: score ⟨f₀, t⟩; [Classes, projection] for CLIP: exp(logitScale)·cos(e, t).</param>
    /// <param name="logitScale">The logarithm of the factor of the cosine; DINO does not use it.</param>
    /// <param name="labels">Names of the classes; none when null.</param>
    /// <exception cref="ArgumentException">There are not as many labels as vectors.</exception>
    /// <exception cref="TranslucentException">The family has a classifier of its own, or the vectors have another width.</exception>
    public VisionTransformer WithClasses(Tensor vectors, float logitScale = 0, IReadOnlyList<string>? labels = null) =>
        new(Config, _embedding, _blocks, _norm, weights: null)
        {
            Labels = labels is null || labels.Count == vectors.Rows ? labels ?? []
                : throw new ArgumentException($"labels: {labels.Count}, but there are {vectors.Rows} vectors."),
            Preprocessor = Preprocessor,
            Head = HeadOfVectors is null ? throw new TranslucentException(Head is null
                ? $"{Config.Family}: has no class token that target vectors could be compared with."
                : $"{Config.Family}: has a classifier of its own, so target vectors cannot be given.")
                : HeadOfVectors(vectors, logitScale),
            HeadOfVectors = HeadOfVectors,
            Pooling = Pooling,
            Meaning = Pooling is null ? default : ScoreMeaning.AnyOf, // SigLIP's scores are trained one by one
        };

    /// <summary>Runs the model and records it.</summary>
    /// <param name="pixels">[B, C, H, W], C channels, prepared as <see cref="Preprocessor"/> does; kept by reference.</param>
    /// <param name="keep">What stays in memory for sweeps.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="TranslucentException">The pixels have another shape.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Trace Forward(Tensor pixels, Keep keep = Keep.All, Compute? compute = null, CancellationToken cancellationToken = default) =>
        Forward(pixels, keep, new Arena(compute), cancellationToken: cancellationToken);

    /// <summary>Prepares a photograph, runs the model on it and records both, so that maps can be laid over the photograph (<see cref="Trace.Lay"/>).</summary>
    /// <param name="photo">Any size and channels.</param>
    /// <param name="keep">What stays in memory for sweeps.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="TranslucentException">The photograph is so narrow that preparation would enlarge it beyond 250 megapixels.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Trace Forward(Image photo, Keep keep = Keep.All, Compute? compute = null, CancellationToken cancellationToken = default)
    {
        Tensor pixels = Preprocessor.Apply(photo);
        Trace trace = Forward(pixels.Reshape([1, .. pixels.Shape]), keep, compute, cancellationToken);
        trace.Geometry = Preprocessor.Geometry(photo);
        return trace;
    }

    /// <summary>Runs the model in memory that earlier passes gave back, so that many images need no more than one.</summary>
    /// <param name="pixels">[B, C, H, W], C channels, prepared as <see cref="Preprocessor"/> does; kept by reference.</param>
    /// <param name="keep">What stays in memory for sweeps.</param>
    /// <param name="arena">Where values live; dispose one trace before the next pass to use its memory again.</param>
    /// <param name="mask">Keys [N, N] that queries do not see in any block: the model with less context, not the model itself; null for all.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="TranslucentException">The pixels have another shape, or the mask is for another number of tokens.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    internal Trace Forward(Tensor pixels, Keep keep, Arena arena, AttentionMask? mask = null, CancellationToken cancellationToken = default)
    {
        if (pixels.Shape.Length != 4 || pixels.Shape[1] != Config.Channels || pixels.Shape[2] < Config.Patch || pixels.Shape[3] < Config.Patch)
            throw new TranslucentException(
                $"pixels: {pixels}, expected [B, {Config.Channels}, H, W] with H and W at least one patch ({Config.Patch} pixels).");
        (int rows, int columns) = (pixels.Shape[2] / Config.Patch, pixels.Shape[3] / Config.Patch);
        return Record(new Tape(arena, keep, cancellationToken), pixels, rows, columns, mask);
    }

    /// <summary>What a pass over images of so many patches would record, as shapes: for counting what it costs.</summary>
    internal Trace Plan(int images, int patches, Keep keep = Keep.All) =>
        Record(Tape.Plan(keep), Tensor.Planned(images, Config.Channels, Config.Patch, patches * Config.Patch), 1, patches, mask: null);

    Trace Record(Tape tape, Tensor pixels, int rows, int columns, AttentionMask? mask)
    {
        Var x = _embedding.Forward(tape.Leaf(pixels).At("pixels"), rows, columns).At("embed"); // [B, N, C]
        for (int i = 0; i < _blocks.Length; i++)
        {
            EncoderBlock block = _blocks[i];
            x = tape.Recomputed($"blocks.{i}.", x.At($"blocks.{i}.in"), y => block.Forward(y, mask, rows, columns)).At($"blocks.{i}.out");
        }
        x = (_norm is null ? x : _norm.Apply(x)).At("norm");
        Var? scores = Head?.Apply(x);
        if (Head is null && Pooling is not null) new Select(1).Apply(Pooling.Forward(x)).At("pooled");
        PatchGrid grid = new(Config.Prefix, rows, columns, Config.Patch);
        TokenStream image = new("image", grid.Prefix + grid.Count, grid);
        TokenBlock[] blocks = [.. _blocks.Select((block, i) => block.Describe(image, i))];
        return new Trace(this, tape, pixels.Shape[0], [image])
        {
            Blocks = blocks,
            Steps = [.. blocks.Select(block => block.Step)],
            Readout = new Readout(image, new int[pixels.Shape[0]], _norm, Head, scores, Labels,
                reads: Averages || Pooling is not null ? image.Length : Config.Prefix + 1)
            {
                Pooling = Pooling?.Describe(image, _blocks.Length, blocks[^1].Out),
                Meaning = Meaning,
                Averaged = Averages ? [.. Enumerable.Range(grid.Prefix, grid.Count)] : null,
            },
            Input = new PixelInput(pixels, Preprocessor.Black, Preprocessor.White, (other, kept, memory, cancel) => Forward(other, kept, memory, mask, cancel)),
        };
    }

    /// <summary>The position embeddings that an image of rows × columns patches gets, [positioned prefix + rows·columns, C].</summary>
    /// <param name="rows">Rows of patches.</param>
    /// <param name="columns">Columns of patches.</param>
    public Tensor Positions(int rows, int columns) => _embedding.Positions(rows, columns);
}
