// The text towers of CLIP (Radford et al. 2021, arXiv:2103.00020) and SigLIP (Zhai et al. 2023, arXiv:2303.15343): model_type "clip_text_model" or
// "siglip_text_model", or "clip" or "siglip" for a whole checkpoint; names and arithmetic of Hugging Face modeling_clip.py and modeling_siglip.py
// (docs/models.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The sizes of a text tower.</summary>
/// <param name="Vocabulary">How many token ids there are.</param>
/// <param name="Width">C, numbers per token.</param>
/// <param name="Depth">L, blocks.</param>
/// <param name="Heads">H, attention heads per block.</param>
/// <param name="Hidden">M, numbers per token inside the MLP.</param>
/// <param name="Positions">The longest text, in tokens, begin and end included.</param>
/// <param name="Projection">Numbers of the embedding that images and texts share; 0 without a projection.</param>
/// <param name="EndId">The id that ends a text; 2, which early files say wrongly, stands for the largest id in the text. SigLIP does not look for
/// it.</param>
public sealed record ClipTextConfig(int Vocabulary, int Width, int Depth, int Heads, int Hidden, int Positions, int Projection, int EndId)
{
    /// <summary>Whether a token sees those before it alone (CLIP), or all (SigLIP).</summary>
    public bool IsCausal { get; init; } = true;

    /// <summary>The id that fills a text up to <see cref="Positions"/>, as SigLIP was trained, whose last token is read; null for CLIP, which reads the
    /// end.</summary>
    public int? FillId { get; init; }

    /// <summary>How open_clip cleans texts before its tokenizer (<see cref="OpenClipText"/>); null where Hugging Face's tokenizer does.</summary>
    internal string? Clean { get; init; }
}

/// <summary>A text tower with its weights: pre-norm; CLIP's causal, read at the end of the text, SigLIP's read at the last token of a text that is filled
/// up.</summary>
/// <remarks>
/// Sites of its tapes: those of the vision transformers from <c>embed</c> (token and position embeddings) to <c>norm</c>, then
/// <c>pooled</c>, the token that is read behind the last normalisation, and <c>text_embeds</c>, its projection. A token of CLIP sees
/// itself and what is before it, so nothing behind the end token can matter.
/// </remarks>
public sealed class ClipText : Model
{
    readonly Matrix _tokens; // [Vocabulary, C]
    readonly Tensor _positions; // [Positions, C]
    readonly EncoderBlock[] _blocks;
    readonly LayerNorm _norm;
    readonly Linear? _projection;
    Linear? _images; // of WithImages
    IReadOnlyList<string> _labels = [];

    /// <summary>The same tower over the same weights, which the first one closes.</summary>
    ClipText(ClipText other) : base(other.Family, weights: null) =>
        (Config, LogitScale, LogitBias, _tokens, _positions, _blocks, _norm, _projection) =
            (other.Config, other.LogitScale, other.LogitBias, other._tokens, other._positions, other._blocks, other._norm, other._projection);

    ClipText(Checkpoint checkpoint, ClipTextForm form) : base(form.Family, checkpoint)
    {
        bool whole = checkpoint.Config.Has("text_config");
        ConfigSection config = whole ? checkpoint.Config.Section("text_config") : checkpoint.Config;
        Weights all = checkpoint.Weights(), w = all.Under("text_model");
        Weights outer = form.IsSiglip ? w : all; // where the projection stands
        bool bare = form.IsSiglip && config.Int("projection_size", 1) == 0; // texts and images share the width of the tower
        bool projects = bare || outer.Has($"{form.Projection}.weight");

        ClipTextConfig s = form.Defaults;
        int width = config.Size("hidden_size", s.Width);
        ClipTextConfig c = Config = new(config.Size("vocab_size", s.Vocabulary), width, config.Size("num_hidden_layers", s.Depth),
            config.Heads(width, s.Heads), config.Size("intermediate_size", s.Hidden), config.Size("max_position_embeddings", s.Positions),
            !projects ? 0 : bare ? width : form.IsSiglip ? config.Size("projection_size", width) : checkpoint.Config.Size("projection_dim", s.Projection),
            config.Int("eos_token_id", s.EndId))
        {
            IsCausal = s.IsCausal,
            FillId = s.FillId is { } fill ? config.Int("pad_token_id", fill) : null,
            Clean = config.Has("clean") ? config.String("clean") : null,
        };
        float eps = config.Epsilon("layer_norm_eps", form.Epsilon);

        _tokens = w.Matrix("embeddings.token_embedding.weight", c.Vocabulary, width);
        _positions = w.Get("embeddings.position_embedding.weight", c.Positions, width);
        _blocks = ClipBlocks.Read(w, c.Depth, c.Heads, width, c.Hidden, eps, config.HiddenActivation(form.Activation));
        _norm = w.LayerNorm("final_layer_norm", width, eps);
        _projection = bare ? Same(width) : projects ? outer.Linear(form.Projection, width, c.Projection, bias: form.IsSiglip) : null;
        LogitScale = (form.IsSiglip ? all.Optional("logit_scale", 1) : all.Optional("logit_scale"))?.Span[0];
        LogitBias = form.IsSiglip ? all.Optional("logit_bias", 1)?.Span[0] : null;
        all.AssertAllUsed(whole ? ["vision_model.*", "visual_projection.weight", "*position_ids"] : ["*position_ids"]);
    }

    /// <summary>A layer that changes nothing.</summary>
    static Linear Same(int width)
    {
        Tensor eye = new(width, width);
        for (int i = 0; i < width; i++) eye.Row(i)[i] = 1;
        return new Linear(new Matrix(eye, width, width));
    }

    /// <summary>Opens the text tower in <paramref name="folder"/>; its weights stay memory-mapped until it is disposed.</summary>
    /// <param name="folder">A Hugging Face folder, or a file of weights in one.</param>
    /// <exception cref="TranslucentException">The folder holds no readable text tower; the message says what is wrong with it. Folder or files are not
    /// there.</exception>
    public static ClipText Open(string folder) => Open(Checkpoint.Open(folder));

    /// <summary>Makes a text tower of an open checkpoint, which it takes over.</summary>
    /// <param name="checkpoint">Open; disposed with the model, or at once where it does not fit.</param>
    /// <exception cref="TranslucentException">The checkpoint holds no readable text tower.</exception>
    public static ClipText Open(Checkpoint checkpoint)
    {
        try
        {
            return new ClipText(checkpoint, ClipTextForm.Of(checkpoint.Config));
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The sizes.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>The logarithm of the factor of the cosine between texts and images; null where the folder does not have it.</summary>
    public float? LogitScale { get; }

    /// <summary>What is added to the score of a text and an image (SigLIP); null where the folder does not have it.</summary>
    public float? LogitBias { get; }

    /// <summary>A text as the tower was trained on it: filled up to <see cref="ClipTextConfig.Positions"/> for SigLIP, as it is for CLIP.</summary>
    /// <param name="ids">The ids of one text.</param>
    public int[] Filled(int[] ids) => Config.FillId is { } fill && ids.Length < Config.Positions
        ? [.. ids, .. Enumerable.Repeat(fill, Config.Positions - ids.Length)] : ids;

    /// <summary>The token that stands for all of a text: where it ends, the first end id, or, where <see cref="ClipTextConfig.EndId"/> is 2, the first of the
    /// largest ids; of SigLIP the last token.</summary>
    /// <param name="ids">The ids of one text.</param>
    /// <exception cref="TranslucentException">The text has no end id.</exception>
    public int EndOf(IReadOnlyList<int> ids)
    {
        if (Config.FillId is not null) return ids.Count - 1;
        int end = Config.EndId == 2 ? ids.DefaultIfEmpty().Max() : Config.EndId;
        for (int i = 0; i < ids.Count; i++)
            if (ids[i] == end) return i;
        throw TranslucentException.OfRequest(
            $"text: {ids.Count} token ids without the end id {end} (eos_token_id); tokenizer and model may not belong together.");
    }

    /// <summary>Runs the tower and records it.</summary>
    /// <param name="texts">B texts of N token ids each, begin and end included; anything may fill them up behind the end.</param>
    /// <param name="keep">What stays in memory for sweeps.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="TranslucentException">Texts differ in length, are empty or too long, hold unknown ids, or have no end.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Trace Forward(IReadOnlyList<int[]> texts, Keep keep = Keep.All, CancellationToken cancellationToken = default) =>
        Forward(texts, keep, new Arena(), cancellationToken);

    internal Trace Forward(IReadOnlyList<int[]> texts, Keep keep, Arena arena, CancellationToken cancellationToken = default)
    {
        Lookup embedding = Embed(texts);
        int[] ends = [.. texts.Select(EndOf)];
        Tape tape = new(arena, keep, cancellationToken);
        Var x = embedding.On(tape).At("embed");                                               // [B, N, C]
        AttentionMask? causal = Config.IsCausal ? AttentionMask.Causal() : null;
        for (int i = 0; i < _blocks.Length; i++)
        {
            EncoderBlock block = _blocks[i];
            x = tape.Recomputed($"blocks.{i}.", x.At($"blocks.{i}.in"), y => block.Forward(y, causal)).At($"blocks.{i}.out");
        }
        x = _norm.Apply(x).At("norm");
        ClassHead? head = _images is null ? null : Comparing(ends, _images);
        Var? scores = head?.Apply(x);                                                         // [B, images]
        if (head is null)
        {
            x = new Pick(ends).Apply(x).At("pooled");                                         // [B, C]
            _projection?.Apply(x).At("text_embeds");                                          // [B, projection]
        }
        int tokens = texts[0].Length;
        TokenStream text = new("text", tokens, new TextTokens(tokens));
        TokenBlock[] blocks = [.. _blocks.Select((block, i) => block.Describe(text, i))];
        return new Trace(this, tape, ends.Length, [text])
        {
            Blocks = blocks,
            Steps = [.. blocks.Select(block => block.Step)],
            Readout = new Readout(text, ends, _norm, head, scores, _labels, reads: ends.Max() + 1),
        };
    }

    /// <summary>The texts of a pass in the space that they share with images, of any length: [B, projection].</summary>
    /// <param name="trace">A pass of this tower over B texts.</param>
    /// <exception cref="TranslucentException">The checkpoint has no projection.</exception>
    public static Tensor Embeddings(Trace trace) => trace.Model is ClipText { Config.Projection: > 0 } ? trace.Tape["text_embeds"].Value
        : throw new TranslucentException($"{trace.Model.Family}: has no projection of texts, so they cannot be compared with images.");

    /// <summary>The same tower with images as classes: the score of a text for an image is exp(logitScale)·cos(text, image) (Radford et al. 2021), without the
    /// bias that SigLIP adds.</summary>
    /// <param name="vectors">[Images, projection]: image embeddings, of any length.</param>
    /// <param name="logitScale">The logarithm of the factor of the cosine; 0 for the cosine itself.</param>
    /// <param name="labels">Names of the images; none when null.</param>
    /// <exception cref="TranslucentException">Vectors and projection differ in width, or there are not as many labels as vectors.</exception>
    /// <exception cref="TranslucentException">The checkpoint has no projection.</exception>
    public ClipText WithImages(Tensor vectors, float logitScale = 0, IReadOnlyList<string>? labels = null)
    {
        if (_projection is null) throw new TranslucentException($"{Family}: has no projection of texts, so they cannot be compared with images.");
        if (vectors.Width != Config.Projection)
            throw new TranslucentException($"vectors: {vectors}, expected rows of {Config.Projection} numbers, image embeddings of this model.");
        if (labels is not null && labels.Count != vectors.Rows)
            throw new ArgumentException($"labels: {labels.Count}, but there are {vectors.Rows} vectors.", nameof(labels));
        return new ClipText(this) { _images = ClassHead.Cosines(vectors, logitScale), _labels = labels ?? [] };
    }

    ClassHead Comparing(int[] ends, Linear images) => ClassHead.OfCosines([new Pick(ends)], _projection!, images);

    /// <summary>Token and position embeddings, [B, N, C].</summary>
    Lookup Embed(IReadOnlyList<int[]> texts)
    {
        int length = texts.Count > 0 ? texts[0].Length : 0;
        if (length == 0 || length > Config.Positions || texts.Any(t => t.Length != length))
            throw new TranslucentException(
                $"texts: {(texts.Count == 0 ? "none" : $"of {string.Join(", ", texts.Select(t => t.Length).Distinct().Order())} tokens")}, expected one or "
                    + $"more texts of one length from 1 to {Config.Positions}.");
        return new Lookup(_tokens, texts, _positions);
    }
}
