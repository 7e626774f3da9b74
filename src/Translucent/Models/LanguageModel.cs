// A language model: token embeddings, blocks, and what is read at the end, next tokens or classes. The family files say where the weights come from.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Models;

/// <summary>The sizes of a language model.</summary>
/// <param name="Family">The family's name, as in "Llama".</param>
/// <param name="Vocabulary">V, how many token ids there are.</param>
/// <param name="Width">C, numbers per token.</param>
/// <param name="Depth">L, blocks.</param>
/// <param name="Heads">H, attention heads per block.</param>
/// <param name="KeyHeads">Heads of keys and values, which heads share in groups; H where each has its own.</param>
/// <param name="HeadWidth">D, numbers of a head; H·D need not be C.</param>
/// <param name="Hidden">M, numbers per token inside the feed-forward layers.</param>
/// <param name="Positions">The longest text that the model was trained on, in tokens.</param>
public sealed record LanguageConfig(
    string Family, int Vocabulary, int Width, int Depth, int Heads, int KeyHeads, int HeadWidth, int Hidden, int Positions);

/// <summary>A language model with its weights.</summary>
/// <remarks>
/// One token stream, <c>text</c>. Sites of its tapes: <c>embed</c>, what enters the first block, and, for i from 0,
/// <c>blocks.{i}.{in, attn.probs, attn.context, attn.out, mid, mlp.act, mlp.out, out}</c>; then <c>norm</c> where a normalisation stands above the blocks,
/// and with a classifier <c>pooled</c>, <c>logits</c>. The paper's z^(l) is <c>blocks.{l-1}.in</c>, before the last normalisation.
/// </remarks>
public sealed class LanguageModel : Model
{
    const double KeptWhole = 1L << 30; // bytes of a pass that is kept whole when nothing else is asked for

    readonly TextEmbedding _embedding;
    readonly IReadOnlyList<ITextBlock> _blocks;

    internal LanguageModel(LanguageConfig config, TextEmbedding embedding, IReadOnlyList<ITextBlock> blocks, IDisposable? weights)
        : base(config.Family, weights) =>
        (Config, _embedding, _blocks) = (config, embedding, blocks);

    /// <summary>The sizes.</summary>
    public LanguageConfig Config { get; }

    /// <summary>The tokenizer in the folder of the model; null where it has none.</summary>
    public Tokenizer? Tokenizer { get; internal set; }

    /// <summary>Tokens that end a text, as generation_config.json or config.json name them; none where they do not.</summary>
    public IReadOnlyList<int> EndTokens { get; internal set; } = [];

    /// <summary>What stands between a text and its summary.</summary>
    internal string Separator { get; set; } = LanguageModels.DefaultSeparator;

    /// <summary>Names of the classes by index; empty without a classifier.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the scores of the classes say.</summary>
    public ScoreMeaning Meaning { get; init; }

    /// <summary>How many classes the model scores; 0 without a classifier.</summary>
    public int Classes => Classifier is { } head ? head[^1].Weight.Rows : 0;

    /// <summary>Whether it predicts the next token.</summary>
    public bool PredictsTokens => Unembedding is not null;

    /// <summary>Whether a token sees only itself and what is before it.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The normalisation above the last block; null where blocks end with one.</summary>
    internal Op? Norm { get; init; }

    /// <summary>From normalised tokens to the vocabulary, or null.</summary>
    internal Linear? Unembedding { get; init; }

    /// <summary>From the first token to class scores, layer by layer, or null.</summary>
    internal IReadOnlyList<Linear>? Classifier { get; init; }

    /// <summary>The longest text that is computed as it should be; null for any.</summary>
    internal TextLimit? Limit { get; init; }

    internal IReadOnlyList<ITextBlock> Blocks => _blocks;

    internal TextEmbedding Embedding => _embedding;

    /// <summary>The ids of a text, or of two, framed for this model.</summary>
    /// <param name="text">Any text; special tokens in it are read as such where the tokenizer does so.</param>
    /// <param name="pair">A second text, for models that read pairs; null for none.</param>
    /// <exception cref="TranslucentException">The folder of the model has no tokenizer.</exception>
    public TextInput Encode(string text, string? pair = null)
    {
        if (Tokenizer is null) throw new TranslucentException($"{Family}: its folder has no tokenizer.json; give token ids.");
        EncodedText encoded = Tokenizer.Encode(text, pair);
        return new TextInput([.. encoded.Ids], pair is null || _embedding.Types is null ? null : [.. encoded.TypeIds]);
    }

    /// <summary>Runs the model on one text, encoded by its tokenizer, and records it.</summary>
    /// <param name="text">Any text; special tokens in it are read as such where the tokenizer does so.</param>
    /// <param name="pair">A second text, for models that read pairs; null for none.</param>
    /// <param name="keep">What stays in memory for sweeps; everything, or block boundaries alone where that would be too much, when null.</param>
    /// <param name="compute">Threads, kernel and memory; <see cref="Compute.Default"/> when null.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="TranslucentException">The folder of the model has no tokenizer, or the text is too long.</exception>
    public Trace Forward(string text, string? pair = null, Keep? keep = null, Compute? compute = null, CancellationToken cancellationToken = default) =>
        Forward([Encode(text, pair)], keep, compute, cancellationToken);

    /// <summary>Runs the model and records it. Shorter texts are filled up with what no token of theirs sees.</summary>
    /// <param name="texts">B texts.</param>
    /// <param name="keep">What stays in memory for sweeps; everything, or block boundaries alone where that would be more than a gigabyte, when null. No bit
    /// of any result depends on it.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends the pass between two operations, and sweeps over it too.</param>
    /// <exception cref="TranslucentException">A text is empty, holds unknown ids, or is longer than the model computes as it should.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Trace Forward(IReadOnlyList<TextInput> texts, Keep? keep = null, Compute? compute = null, CancellationToken cancellationToken = default) =>
        Forward(texts, keep, new Arena(compute), cancellationToken);

    /// <summary>The same in memory that earlier passes gave back.</summary>
    internal Trace Forward(IReadOnlyList<TextInput> texts, Keep? keep, Arena arena, CancellationToken cancellationToken = default)
    {
        TextBatch batch = TextBatch.Of(texts, _embedding.Types?.Rows ?? 0, Limit);
        Tape tape = new(arena, keep ?? Kept(batch), cancellationToken);
        return Record(tape, batch, _embedding.On(tape, batch));
    }

    /// <summary>What a pass over such texts would record, as shapes: for counting what it costs.</summary>
    internal Trace Plan(int texts, int tokens, Keep keep = Keep.All)
    {
        Tape tape = Tape.Plan(keep);
        int[][] ids = [.. Enumerable.Range(0, texts).Select(_ => new int[tokens])];
        return Record(tape, new TextBatch(ids, ids, [.. Enumerable.Repeat(tokens, texts)]), tape.Leaf(Tensor.Planned(texts, tokens, Config.Width)));
    }

    Keep Kept(TextBatch batch)
    {
        using Trace plan = Plan(batch.Count, batch.Length);
        return TapeCost.Bytes(plan.Tape) > KeptWhole ? Keep.Boundaries : Keep.All;
    }

    Trace Record(Tape tape, TextBatch texts, Var x)
    {
        int items = x.Value.Shape[0], length = texts.Length;
        int[] lengths = [.. Enumerable.Range(0, items).Select(i => texts.Lengths[i % texts.Count])];
        AttentionMask? mask = IsCausal ? AttentionMask.Causal() : texts.IsFilled ? AttentionMask.Lengths(lengths) : null;
        x.At("embed");                                                                        // [B, N, C]
        foreach (ITextBlock block in _blocks)
            x = tape.Recomputed($"{block.Name}.", x.At($"{block.Name}.in"), y => block.Forward(y, mask)).At($"{block.Name}.out");
        if (Norm is not null) x = Norm.Apply(x).At("norm");
        TokenStream text = new("text", length, new TextTokens(length));
        ClassHead? head = Classifier is null ? null : ClassHead.OnLayers(new Pick(new int[items]), Classifier);
        int[] read = IsCausal ? [.. lengths.Select(n => n - 1)] : new int[items];             // the last token, or the class token
        TokenBlock[] blocks = [.. _blocks.Select((block, i) => block.Describe(text, i))];
        return new Trace(this, tape, items, [text])
        {
            Blocks = blocks,
            Steps = [.. blocks.Select(block => block.Step)],
            Readout = head is null ? new Readout(text, read) : new Readout(text, read, Norm, head, head.Apply(x), Labels, reads: 1) { Meaning = Meaning },
            Vocabulary = Unembedding is null ? null : new VocabularyReadout(x, Norm!, Unembedding),
            Text = new TextPass(texts, this, (embedded, keep, arena, stop) =>
            {
                Tape other = new(arena, keep, stop);
                return Record(other, texts, other.Leaf(embedded));
            }),
        };
    }
}
