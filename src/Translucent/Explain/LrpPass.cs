// What the methods of the LRP family share: float64 values per image, and classes in chunks that fit the memory.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Walks of the relevance of classes down one forward pass.</summary>
sealed class LrpPass
{
    const int RowsAtOnce = 2048; // token rows in a chunk: what rules divide by is then cheap beside the rest

    readonly Trace _trace;
    readonly ClassTargets _classes;
    readonly Rulebook _book;
    readonly SweepOptions _options;
    (int Image, PreciseValues Values)? _latest;

    /// <exception cref="ArgumentException">The targets are probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes, or an operation without a rule.</exception>
    public LrpPass(Trace trace, ClassTargets classes, Rulebook book, SweepOptions options)
    {
        classes.BindLogits(trace);
        foreach (Call call in trace.Tape.Calls.Where(c => c.Op is not Recomputed)) book.PreciseFor(call.Op);
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

    /// <summary>Hands one from each of some scores down one image and tells the relevance at every site; of a difference, one class less the other.</summary>
    /// <param name="image">Which image.</param>
    /// <param name="first">The first score.</param>
    /// <param name="count">How many.</param>
    /// <param name="sites">Values, or the insides of operations.</param>
    /// <param name="take">Told the site and its relevance, [T·rows, width].</param>
    /// <remarks>
    /// Differences are not 1 at one class and -1 at the other: rules that keep the sum of relevance would make nothing of that. Both go
    /// down, one behind the other.
    /// </remarks>
    public void Run(int image, int first, int count, IEnumerable<string> sites, Action<string, PreciseMatrix> take)
    {
        bool differences = Enumerable.Range(first, count).Any(t => _classes[t].Against is not null);
        PreciseMatrix seed = new(differences ? 2 * count : count, _trace.Scored.Classes);
        for (int t = 0; t < count; t++)
        {
            ClassTarget target = _classes[first + t];
            seed.Row(t)[target.Class] = 1;
            if (target.Against is { } other) seed.Row(count + t)[other] = 1;
        }
        Sweep(_book, image, seed, sites, differences ? (site, r) => take(site, Difference(r)) : take);
    }

    /// <summary>Tells the derivatives of some scores, or of their differences, at every site of one image.</summary>
    /// <inheritdoc cref="Run"/>
    public void Differentiate(ClassTargets scores, int image, int first, int count, IEnumerable<string> sites, Action<string, PreciseMatrix> take)
    {
        PreciseMatrix seed = new(count, _trace.Scored.Classes);
        for (int t = 0; t < count; t++)
        {
            ClassTarget target = scores[first + t];
            seed.Row(t)[target.Class] = 1;
            if (target.Against is { } other) seed.Row(t)[other] -= 1;
        }
        Sweep(Rulebook.Gradient, image, seed, sites, take);
    }

    void Sweep(Rulebook book, int image, PreciseMatrix seed, IEnumerable<string> sites, Action<string, PreciseMatrix> take)
    {
        Watch watch = new() { Stop = _options.Stop };
        foreach (string site in sites) watch.Precise(site, r => take(site, r));
        if (_latest?.Image != image)
        {
            _latest = null;
            _latest = (image, new PreciseValues(_trace.Tape, image));
        }
        _latest.Value.Values.Sweep(_trace.Scored.Scores, seed, watch, book);
    }

    static PreciseMatrix Difference(PreciseMatrix r)
    {
        int half = r.Rows / 2;
        PreciseMatrix difference = PreciseMatrix.Uninitialized(half, r.Width);
        TensorPrimitives.Subtract(r.RowSpan(0, half), r.RowSpan(half, half), difference.Span);
        return difference;
    }
}
