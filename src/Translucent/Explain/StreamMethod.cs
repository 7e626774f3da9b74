// A method that explains objects, answers, next tokens or latent tokens, over every token stream of a model, as a value.

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What a method says about some targets, stream by stream. It holds copies: nothing in it depends on the pass any more.</summary>
public sealed class StreamRelevance
{
    readonly Dictionary<string, Tensor> _rows;

    internal StreamRelevance(Trace trace, IReadOnlyList<Tensor?> rows) =>
        _rows = trace.Streams.Zip(rows).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First.Name, pair => pair.Second!);

    /// <summary>Names of the streams that the method explains.</summary>
    public IReadOnlyCollection<string> Streams => _rows.Keys;

    /// <summary>[T, B, N]: relevance of every token of a stream for every target, in the method's own units.</summary>
    /// <exception cref="ArgumentException">The method says nothing about such a stream.</exception>
    public Tensor this[string stream] => _rows.TryGetValue(stream, out Tensor? rows) ? rows
        : throw new ArgumentException($"stream '{stream}': the method explains {string.Join(" and ", _rows.Keys)}.", nameof(stream));
}

/// <summary>A method over several token streams, or over the one of a language model. <see cref="StreamMethods"/> lists them all.</summary>
public sealed class StreamMethod
{
    readonly Func<BoundTargets, SweepOptions, IReadOnlyList<Tensor?>> _compute;

    internal StreamMethod(string name, string meaning, string source, Func<BoundTargets, SweepOptions, IReadOnlyList<Tensor?>> compute) =>
        (Name, Meaning, Source, _compute) = (name, meaning, source, compute);

    /// <summary>Lower case, words joined by underscores; the same in code, on the command line and in file names.</summary>
    public string Name { get; }

    /// <summary>What its map shows, in one sentence.</summary>
    public string Meaning { get; }

    /// <summary>Where it was published.</summary>
    public string Source { get; }

    /// <summary>Other names that are understood.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether numbers below zero speak against the target.</summary>
    public bool IsSigned { get; init; }

    /// <summary>How many sweeps it takes, roughly; each goes with a pass of its own where there are several.</summary>
    internal int Sweeps { get; init; } = 1;

    /// <summary>Whether it is about attention between streams, so that a text alone has nothing for it.</summary>
    internal bool NeedsSeveralStreams { get; init; }

    /// <summary>Why it cannot explain targets of a pass, beside what every method needs; null when it can.</summary>
    internal Func<Trace, Targets?, string?> Refuses { get; init; } = (_, _) => null;

    /// <summary>Why the method cannot explain a pass, found before any work: one sentence, or null when it can.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">What is explained; null to ask about the pass alone.</param>
    public string? Fits(Trace trace, Targets? targets = null) =>
        trace.Streams.Count > 1 || (trace.Text is not null && !NeedsSeveralStreams) ? Refuses(trace, targets)
            : $"it is defined for several token streams, and {trace.Model.Family} has one; use a method of the other table";

    /// <summary>Explains targets, all in one sweep.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">Objects, answers, classes, next tokens, spans, similarities, or latent tokens of any stream.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="TranslucentException">The method does not fit the pass or the targets (<see cref="Fits"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such target.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public StreamRelevance Explain(Trace trace, Targets targets, SweepOptions? options = null)
    {
        if (Fits(trace, targets) is { } reason) throw new TranslucentException($"{Name}: {reason}.");
        return Explain(targets.Bind(trace) with { Of = targets }, options ?? new SweepOptions());
    }

    /// <summary>The same of targets that are bound already.</summary>
    internal StreamRelevance Explain(BoundTargets targets, SweepOptions options) => new(targets.Trace, _compute(targets, options));
}
