// What was typed behind the options of `tokens`, for models of any token streams; what of it exists is known when a pass is there.

using Translucent.Cli.Language;
using Translucent.Cli.Runs;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;

namespace Translucent.Cli.Tokens;

/// <summary>The choice.</summary>
/// <param name="Stream">Whose tokens, or null for the usual stream.</param>
/// <param name="Layer">l, or null for the last.</param>
/// <param name="Tokens">Which tokens, as typed; none for the usual ones.</param>
/// <param name="Explainer">The number that stands for a token.</param>
/// <param name="AcrossLayers">Whether tokens that are explained by themselves are shown in all layers.</param>
/// <param name="Rows">Exact or sparse sweeps, of texts.</param>
/// <param name="Score">Objects above it are the usual ones; null where there are no objects.</param>
sealed record TokensAsked(string? Stream, int? Layer, IReadOnlyList<string> Tokens, TokenExplainer Explainer, bool AcrossLayers, RowsChoice Rows,
    double? Score)
{
    /// <summary>For result.json.</summary>
    public StreamTokensSettings Settings(int renderSize) => new(Stream, Layer, Explainer.Letter, Explainer.WSha256, Tokens, AcrossLayers, Score, renderSize);

    /// <summary>The stream and the layer of a pass.</summary>
    /// <param name="trace">The pass.</param>
    /// <param name="usual">The stream when none is named; null for the only one.</param>
    /// <exception cref="UsageException">There is no such stream or layer.</exception>
    public (TokenStream Stream, int Layer, int Top) Place(Trace trace, string? usual)
    {
        string name = Stream ?? usual ?? trace.Streams[0].Name;
        IEnumerable<string> names = trace.Streams.Select(s => s.Name);
        TokenStream stream = trace.Streams.FirstOrDefault(s => s.Name == name)
            ?? throw new UsageException($"--stream {name}{DidYouMean.Of(name, names)}: this {trace.Model.Family} has {string.Join(", ", names)}.");
        int top = trace.Blocks.Count(b => b.Stream == stream) + 1;
        return Layer is < 2 || Layer > top
            ? throw new UsageException($"--layer {Layer}: the {name} stream of this {trace.Model.Family} has layers 2 to {top} (layer 1 is what enters its "
                + "first block).")
            : (stream, Layer ?? top, top);
    }

    /// <summary>The vectors of function w; null for the others.</summary>
    /// <exception cref="UsageException">They do not fit the stream.</exception>
    public Tensor? Vectors(Trace trace, TokenStream stream) => Explainer.WFile is null ? null
        : WVectors.Read(Explainer.WFile, trace.Blocks.First(b => b.Stream == stream).Width, stream.Length);
}
