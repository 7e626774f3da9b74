// What the methods of the LRP family share: float64 values per image, and classes in chunks that fit the memory.

using Translucent.Autodiff.Precise;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Walks of the relevance of classes down one forward pass.</summary>
sealed class LrpPass
{
    const int RowsAtOnce = 2048; // token rows in a chunk: what rules divide by is then cheap beside the rest

    readonly Trace _trace;
    readonly ClassTargets _classes;
    readonly RelevanceRulebook _book;
    readonly SweepOptions _options;
    (int Image, PreciseTape Tape)? _latest;

    /// <exception cref="ArgumentException">The targets are probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes, or an operation without a rule.</exception>
    public LrpPass(Trace trace, ClassTargets classes, RelevanceRulebook book, SweepOptions options)
    {
        classes.BindLogits(trace);
        foreach (var call in trace.Tape.Calls.Where(c => c.Op is not Autodiff.Segment)) book.Of(call.Op);
        (_trace, _classes, _book, _options) = (trace, classes, book, options);
    }

    /// <summary>Calls <paramref name="run"/>(first, count) for one chunk of classes after another.</summary>
    /// <param name="run">Does one chunk.</param>
    /// <param name="recordedBytes">What it keeps per class beside the relevance on its way.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public void Chunks(Action<int, int> run, long recordedBytes = 0)
    {
        TokenBlock widest = _trace.Blocks.MaxBy(b => b.Width + b.Hidden)!;
        long bytes = recordedBytes + 16L * _trace.Tokens * (6L * widest.Width + 4L * widest.Hidden + (long)widest.Step.Heads * _trace.Tokens);
        int chunk = (int)Math.Clamp(Math.Min(_options.MemoryBytes / bytes, _options.Chunk ?? Math.Max(1, RowsAtOnce / _trace.Tokens)), 1, int.MaxValue);
        for (int first = 0; first < _classes.Count; first += chunk)
        {
            _options.Stop.ThrowIfCancellationRequested();
            int count = Math.Min(chunk, _classes.Count - first);
            run(first, count);
            _options.Progress?.Report(first + count);
        }
    }

    /// <summary>Hands one from each of some scores down to the pixels of one image; of a difference, what one class hands down less what the other does.</summary>
    public PreciseMatrix Run(int image, int first, int count, RelevanceWatch watch)
    {
        bool differences = Enumerable.Range(first, count).Any(t => _classes[t].Against is not null);
        PreciseMatrix seed = new(differences ? 2 * count : count, _trace.Scored.Classes);
        for (int t = 0; t < count; t++)
        {
            ClassTarget target = _classes[first + t];
            seed.Row(t)[target.Class] = 1;
            if (target.Against is { } other) seed.Row(count + t)[other] = 1;
        }
        PreciseMatrix below = Walk(_book, image, seed, differences ? Subtracting(watch) : watch)!;
        return differences ? Difference(below) : below;
    }

    /// <summary>The derivatives of some scores, or of their differences, with respect to the attention probabilities of one image go to the watch.</summary>
    public void Differentiate(ClassTargets scores, int image, int first, int count, RelevanceWatch watch)
    {
        PreciseMatrix seed = new(count, _trace.Scored.Classes);
        for (int t = 0; t < count; t++)
        {
            ClassTarget target = scores[first + t];
            seed.Row(t)[target.Class] = 1;
            if (target.Against is { } other) seed.Row(t)[other] -= 1;
        }
        Walk(GradientRules.Book, image, seed, watch);
    }

    PreciseMatrix? Walk(RelevanceRulebook book, int image, PreciseMatrix seed, RelevanceWatch watch)
    {
        watch.Stop = _options.Stop;
        if (_latest?.Image != image)
        {
            _latest = null;
            _latest = (image, PreciseTape.Of(_trace.Tape, image));
        }
        return new RelevanceWalk(book, seed.Rows, watch).Run(_latest.Value.Tape, _trace.Scored.Scores, seed);
    }

    /// <summary>What is watched of differences: the relevance of the first classes less that of the others, which go down behind them.</summary>
    /// <remarks>Not 1 at one class and -1 at the other: rules that keep the sum of relevance would make nothing of that.</remarks>
    static RelevanceWatch Subtracting(RelevanceWatch watch) => new()
    {
        Attention = watch.Attention is { } attention ? (site, r) => attention(site, Difference(r)) : null,
        Tokens = watch.Tokens is { } tokens ? r => tokens(Difference(r)) : null,
    };

    static PreciseMatrix Difference(PreciseMatrix r)
    {
        int half = r.Rows / 2;
        PreciseMatrix difference = PreciseMatrix.Uninitialized(half, r.Width);
        TensorPrimitives.Subtract(r.RowSpan(0, half), r.RowSpan(half, half), difference.Span);
        return difference;
    }
}
