// One forward pass of any model: the tape, the token streams on it, where they mixed, and what was read at the end.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>What a model computed for a batch of inputs.</summary>
/// <remarks>Explanation methods know a model by this alone. A trace is used by one thread at a time.</remarks>
public sealed class Trace : IDisposable
{
    internal Trace(Model model, Tape tape, int batch, params IReadOnlyList<TokenStream> streams) =>
        (Model, Tape, Batch, Streams) = (model, tape, batch, streams);

    /// <summary>The model that ran.</summary>
    public Model Model { get; }

    /// <summary>The recorded pass.</summary>
    internal Tape Tape { get; }

    /// <summary>B, how many inputs.</summary>
    public int Batch { get; }

    /// <summary>The token sequences.</summary>
    public IReadOnlyList<TokenStream> Streams { get; }

    /// <summary>Where tokens mixed, in the order in which it happened.</summary>
    public required IReadOnlyList<AttentionStep> Steps { get; init; }

    /// <summary>The blocks that the streams passed, in the order in which they ran.</summary>
    public required IReadOnlyList<TokenBlock> Blocks { get; init; }

    /// <summary>What was read at the end; null when the model has no such place.</summary>
    public Readout? Readout { get; init; }

    /// <summary>The objects that were found; null when the model looks for none.</summary>
    public ObjectReadout? Objects { get; init; }

    /// <summary>What the model says comes next; null when it predicts no tokens.</summary>
    public VocabularyReadout? Vocabulary { get; init; }

    /// <summary>The texts that were read; null for models that read none, and for <see cref="ClipText"/>.</summary>
    public TextPass? Text { get; init; }

    /// <summary>The stream of a name.</summary>
    /// <param name="name">Such as <c>image</c>, <c>text</c> or <c>queries</c>.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public TokenStream StreamOf(string name) => Streams.FirstOrDefault(s => s.Name == name)
        ?? throw new ArgumentException($"stream '{name}': expected one of {string.Join(", ", Streams.Select(s => s.Name))}.", nameof(name));

    /// <summary>The pixels that were read; null for models that read none.</summary>
    internal PixelInput? Input { get; init; }

    /// <summary>The only token stream.</summary>
    /// <exception cref="InvalidOperationException">The model has several.</exception>
    public TokenStream Stream => Streams.Count == 1 ? Streams[0]
        : throw new InvalidOperationException(
            $"{Model.Family}: has the token streams {string.Join(", ", Streams.Select(s => s.Name))}; say which one is meant.");

    /// <summary>N, how many tokens the only stream has.</summary>
    public int Tokens => Stream.Length;

    /// <summary>The patch grid of the stream whose tokens are patches of an image.</summary>
    /// <exception cref="TranslucentException">There is no such stream.</exception>
    public PatchGrid Grid => Streams.Select(s => s.Layout).OfType<PatchGrid>().SingleOrDefault()
        ?? throw new TranslucentException($"{Model.Family}: its tokens are no patches of an image.");

    /// <summary>The pixels that went in, [B, channels, H, W]: prepared, not 0 .. 255.</summary>
    /// <exception cref="TranslucentException">The model reads no image.</exception>
    public Tensor Pixels => Image.Pixels;

    internal PixelInput Image
    {
        get
        {
            Tape.ThrowIfDisposed();
            return Input ?? throw new TranslucentException($"{Model.Family}: reads no image.");
        }
    }

    /// <summary>Class scores [B, Classes].</summary>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public Tensor Logits => Scored.Scores.Value;

    /// <summary>The readout of a model that scores classes.</summary>
    /// <exception cref="TranslucentException">It does not.</exception>
    internal Readout Scored => Readout is { Classes: > 0 } scored ? scored
        : throw new TranslucentException(
            $"{Model.Family}: this checkpoint has no classifier; give classes as target vectors, or explain latent tokens instead.");

    /// <summary>The token that stands for the whole of an item: the one scores are read from, the first where there is no such.</summary>
    internal int Summary(int item) => Readout?.Tokens[item] ?? 0;

    /// <summary>The tokens whose rows, averaged, stand for the whole of an item.</summary>
    internal IReadOnlyList<int> SummaryTokens(int item) => Readout?.Averaged ?? [Summary(item)];

    /// <summary>Softmax of the class scores, [B, Classes]; their sigmoids where labels are independent; as they are where they are values
    /// (<see cref="Readout.Meaning"/>).</summary>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public Tensor Probabilities()
    {
        Tensor p = new(Logits.Shape, Logits.Span);
        for (int b = 0; b < p.Rows; b++) Scored.Meaning.Apply(p.Row(b));
        return p;
    }

    /// <summary>What the pass computed at a site, computed again where it was not kept; a copy.</summary>
    /// <param name="site">Such as "embed", "blocks.3.mid" or "blocks.3.mlp.out"; <see cref="Blocks"/> has the names. Attention is <see
    /// cref="Attention"/>.</param>
    /// <returns>[B, N, C] for the sites of a block.</returns>
    /// <exception cref="KeyNotFoundException">There is no such site.</exception>
    public Tensor Value(string site)
    {
        if (Tape.TryGet(site, out Var? kept)) return new Tensor(kept.Value.Shape, kept.Value.Span);
        Tensor? made = null;
        Tape.Within(site, inside => made = new Tensor(inside[site].Value.Shape, inside[site].Value.Span));
        return made!;
    }

    /// <summary>A of one of <see cref="Steps"/>: how much each token of the reading stream reads of each token that is read. Rows sum to 1.</summary>
    /// <param name="step">Which attention.</param>
    /// <param name="item">Which item of the batch.</param>
    /// <returns>[H, Q, K].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public Tensor Attention(AttentionStep step, int item = 0)
    {
        if (item < 0 || item >= Batch) throw new ArgumentOutOfRangeException(nameof(item), $"item {item}: the pass has items 0 to {Batch - 1}.");
        Tape.ThrowIfDisposed();
        Tensor? read = null;
        Tape.WithAttention(step.Site, call => read = Autodiff.Ops.Attention.Probabilities(call, item));
        return read!;
    }

    /// <summary>The patch part of rows over tokens: [.., N] → [.., rows, columns] of the grid.</summary>
    /// <param name="rows">[.., N]: a number for every token, or for the patches alone.</param>
    /// <exception cref="TranslucentException">The tokens are no patches.</exception>
    public Tensor Map(Tensor rows) => Grid.Map(rows);

    /// <summary>The classes that an item scores highest, the first first; of equals the lower index.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <param name="item">Which item of the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1, or there is no such item.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public IReadOnlyList<ClassPrediction> Top(int count = 1, int item = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (item < 0 || item >= Batch) throw new ArgumentOutOfRangeException(nameof(item), $"item {item}: the pass has items 0 to {Batch - 1}.");
        float[] p = Probabilities()[item].ToArray();
        return [.. Enumerable.Range(0, p.Length).OrderByDescending(c => p[c]).Take(count).Select(c => new ClassPrediction(Scored.Label(c), c, p[c]))];
    }

    /// <summary>Where the input lies on the photograph; null when the pass was given prepared pixels, or text.</summary>
    public InputGeometry? Geometry { get; internal set; }

    /// <summary>Lays one map over the whole photograph, where the model saw it.</summary>
    /// <param name="map">
    /// A row over tokens [N] or patches [n], a map on the patch grid [rows, columns], or one of the input's pixels [H, W];
    /// leading axes of length 1 are dropped.
    /// </param>
    /// <param name="filter">Nearest, bilinear or bicubic.</param>
    /// <returns>[photo height, photo width], in the map's units; NaN where the model does not see the photograph.</returns>
    /// <exception cref="ArgumentException">It is no map of this pass, or it is several.</exception>
    /// <exception cref="InvalidOperationException">The pass was not given a photograph.</exception>
    public Tensor Lay(Tensor map, Resampling filter = Resampling.Bicubic)
    {
        InputGeometry geometry = Geometry
            ?? throw new InvalidOperationException(
                $"{Model.Family}: the pass was given prepared input, so nothing says where it lies on a photograph; use Forward(photo).");
        Tensor one = map;
        while (one.Shape is [1, _, _, ..]) one = one.Reshape(one.Shape[1..]);
        if (one.Shape is [1, _] && Grid.Rows > 1) one = one.Reshape(one.Width);
        if (one.Shape.Length == 1 && (one.Width == Grid.Count || one.Width == Grid.Prefix + Grid.Count)) one = Grid.Map(one);
        if (one.Shape.Length == 2 && (one.Shape[0], one.Shape[1]) == (Grid.Rows, Grid.Columns))
            return (Grid.Overhangs ? geometry : geometry.Covered(Grid.Patch)).Lay(one, filter);
        if (one.Shape.Length == 2 && (one.Shape[0], one.Shape[1]) == (geometry.InputHeight, geometry.InputWidth)) return geometry.Lay(one, filter);
        string maps = $"[{Grid.Rows}, {Grid.Columns}] or [{geometry.InputHeight}, {geometry.InputWidth}]";
        throw new ArgumentException($"map: {map}, expected one row of {Grid.Prefix + Grid.Count} tokens or {Grid.Count} patches, or one map {maps}; take one "
            + "of several by its index.", nameof(map));
    }

    /// <summary>Gives the memory of the pass back.</summary>
    public void Dispose() => Tape.Dispose();
}
