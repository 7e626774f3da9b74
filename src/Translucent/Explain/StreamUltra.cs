// ULTra over several token streams (Hosseini et al. 2024, arXiv:2411.12589, eqs. 4 to 6, along every attention of a stage as Cui, Fan and Chen carry rows
// between streams: docs/multimodal.md): what formed an object query, a region, a word, over everything that the model read.

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What formed latent tokens of one stream, over every stream of a model. It holds copies: nothing in it depends on the pass any more.</summary>
/// <remarks>
/// u[v] += u[q] · mean over heads of (∂f(z)/∂A)⁺ ⊙ A at every attention in which stream q reads stream v, from a unit row at the token down to the input. Of a
/// model with one stream the rows are those of <see cref="Ultra"/>.
/// </remarks>
public sealed class StreamUltra
{
    readonly StreamRelevance _rows;
    readonly int _items;

    StreamUltra(Trace trace, TokenStream stream, int layer, IReadOnlyList<int> tokens, IReadOnlyList<Tensor> rows) =>
        (Stream, Layer, Tokens, _rows, _items, Streams) =
            (stream.Name, layer, [.. tokens], new StreamRelevance(trace, rows), trace.Batch, [.. trace.Streams.Select(s => s.Name)]);

    /// <summary>The stream whose tokens are explained.</summary>
    public string Stream { get; }

    /// <summary>l: the tokens are z^(l) of that stream, what leaves its block l−1 counted from 1.</summary>
    public int Layer { get; }

    /// <summary>Which tokens, T of them.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>All streams of the model, in their order.</summary>
    public IReadOnlyList<string> Streams { get; }

    /// <summary>[T, B, N]: relevance of every input token of a stream for every target, as it comes: in units of the function per unit of attention, ≥ 0, the
    /// own entry 1 or above.</summary>
    /// <exception cref="ArgumentException">The model has no such stream.</exception>
    public Tensor this[string stream] => _rows[stream];

    /// <summary>Explains latent tokens of one layer, all in one sweep.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="layer">l, 2 .. L+1, L the blocks of the stream.</param>
    /// <param name="tokens">Tokens of the stream, from 0.</param>
    /// <param name="function">S: Σz; E: Σz²; W: ⟨z, w⟩.</param>
    /// <param name="stream">The stream, by name; null for the only one.</param>
    /// <param name="w">For W: [N, C], a row for every token of the stream.</param>
    /// <param name="options">Memory, progress, cancelling; rows that are kept, of one stream.</param>
    /// <exception cref="ArgumentException">The model has no such stream, or w does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or token.</exception>
    /// <exception cref="TranslucentException">Sparse rows were asked for, and the model has several streams.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static StreamUltra Explain(Trace trace, int layer, IReadOnlyList<int> tokens, TokenFunction function = TokenFunction.S, string? stream = null,
        Tensor? w = null, SweepOptions? options = null)
    {
        TokenStream of = stream is null ? trace.Stream : trace.StreamOf(stream);
        TokenTargets targets = new(layer, tokens, function, w) { Stream = of.Name };
        return new StreamUltra(trace, of, layer, tokens, Sweep.StreamRows(trace, targets, options));
    }

    /// <summary>A row as it is shown: of the target's own stream its own entry is replaced by the largest of the others, because the identity would drown
    /// them.</summary>
    /// <param name="stream">Over which stream, by name.</param>
    /// <param name="target">Which of the tokens, from 0.</param>
    /// <param name="item">Which input of the batch, from 0.</param>
    /// <returns>[N].</returns>
    /// <exception cref="ArgumentException">The model has no such stream.</exception>
    public Tensor Shown(string stream, int target = 0, int item = 0)
    {
        Tensor row = Row(stream, target, item);
        if (stream != Stream || row.Length < 2) return row;
        row.Span[Tokens[target]] = float.NegativeInfinity;
        row.Span[Tokens[target]] = TensorPrimitives.Max<float>(row.Span);
        return row;
    }

    /// <summary>The share of every stream in what formed a token beside itself: sums of rows without the own entry; they sum to 1, or are 0 where nothing did.
    /// </summary>
    /// <param name="target">Which of the tokens, from 0.</param>
    /// <param name="item">Which input of the batch, from 0.</param>
    public IReadOnlyDictionary<string, double> Shares(int target = 0, int item = 0)
    {
        Dictionary<string, double> sums = Streams.ToDictionary(name => name, name =>
        {
            Tensor row = Row(name, target, item);
            if (name == Stream) row.Span[Tokens[target]] = 0;
            return row.ToArray().Sum(v => (double)v);
        });
        double all = sums.Values.Sum();
        return all > 0 ? sums.ToDictionary(s => s.Key, s => s.Value / all) : sums;
    }

    /// <summary>A copy of one row.</summary>
    Tensor Row(string stream, int target, int item) => new([_rows[stream].Width], _rows[stream].Row(target * _items + item));
}
