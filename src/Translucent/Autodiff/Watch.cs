// What a sweep hands out on its way down: cotangents of values, and attention probabilities with their cotangents.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>The sites that a sweep hands to observers, by name.</summary>
sealed class Watch
{
    readonly Dictionary<string, Action<Cotangent>> _values = [];
    readonly Dictionary<string, AttentionObserver> _attentions = [];
    readonly Dictionary<string, Action<PreciseMatrix>> _precise = [];

    /// <summary>Asked before each operation of the sweep.</summary>
    internal CancellationToken Stop { get; set; }

    /// <summary>
    /// For sweeps whose cotangents keep a few rows: asked after the observer of an attention (by its name) has seen it, which tokens' rows go on, [T·R′];
    /// rows of others are dropped.
    /// </summary>
    internal Func<string, int[]>? Narrow { get; set; }

    /// <summary>Whether these are the rows that are there already, one for each target, so that only their own keys and values matter.</summary>
    internal bool OwnRows { get; set; }

    /// <summary>Hands the cotangent of the value at <paramref name="site"/> to <paramref name="observe"/>, which must copy what it keeps.</summary>
    public Watch Value(string site, Action<Cotangent> observe)
    {
        _values[site] = observe;
        return this;
    }

    /// <summary>Hands the probabilities of the attention <paramref name="site"/> and their cotangents to <paramref name="observer"/>.</summary>
    public Watch Attention(string site, AttentionObserver observer)
    {
        _attentions[site] = observer;
        return this;
    }

    /// <summary>
    /// Hands what a sweep in float64 carries at a value, or inside an operation, to <paramref name="observe"/>: [T·rows, width], the
    /// probabilities of an attention [T·H·Q, K].
    /// </summary>
    internal Watch Precise(string site, Action<PreciseMatrix> observe)
    {
        _precise[site] = observe;
        return this;
    }

    internal IReadOnlyDictionary<string, Action<Cotangent>> Values => _values;

    internal IReadOnlyDictionary<string, Action<PreciseMatrix>> Precisely => _precise;

    internal AttentionObserver? ObserverOf(string? site) => site is null ? null : _attentions.GetValueOrDefault(site);

    /// <summary>Whether anything is watched whose name begins with <paramref name="prefix"/>.</summary>
    internal bool Within(string prefix) =>
        _values.Keys.Concat(_attentions.Keys).Concat(_precise.Keys).Any(site => site.StartsWith(prefix, StringComparison.Ordinal));
}

/// <summary>Sees the probabilities A of one attention and G, the cotangents of A, tile by tile.</summary>
/// <remarks>Every entry of A counts as an independent variable; G includes all effects on later layers.</remarks>
abstract class AttentionObserver
{
    /// <summary>Called once before the tiles of a layer.</summary>
    public virtual void Begin(in AttentionShape shape) { }

    /// <summary>
    /// Called for every tile, by several threads at once. The tiles of one target, image and head come in ascending order of
    /// their queries, on one thread. Queries that no tile shows have cotangent zero.
    /// </summary>
    public abstract void Tile(in AttentionTile tile);

    /// <summary>Called once after the tiles of a layer.</summary>
    public virtual void End() { }
}

/// <summary>The size of one attention for one sweep: T targets, B images, H heads, queries × keys.</summary>
readonly record struct AttentionShape(int Targets, int Images, int Heads, int Queries, int Keys);

/// <summary>Some query rows of the probabilities of one head, with their cotangents for one target.</summary>
readonly ref struct AttentionTile
{
    /// <summary>Which target, image and head.</summary>
    public required int Target { get; init; }

    /// <inheritdoc cref="Target"/>
    public required int Image { get; init; }

    /// <inheritdoc cref="Target"/>
    public required int Head { get; init; }

    /// <summary>The query of the first row; the rows that follow are the next queries.</summary>
    public required int FirstQuery { get; init; }

    /// <summary>How many keys: the length of a row.</summary>
    public required int Keys { get; init; }

    /// <summary>A [rows, Keys].</summary>
    public required ReadOnlySpan<float> Probabilities { get; init; }

    /// <summary>G [rows, Keys].</summary>
    public required ReadOnlySpan<float> Gradient { get; init; }

    /// <summary>How many query rows.</summary>
    public int Rows => Gradient.Length / Keys;
}
