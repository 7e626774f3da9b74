// What formed some tokens of any stream, in one layer or in all of them: the computation of the library (StreamUltra), for what was asked.

using Translucent.Cli.Streams;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Tokens;

/// <summary>The rows.</summary>
/// <param name="Stream">Whose tokens they are.</param>
/// <param name="Tokens">Places of the tokens in it.</param>
/// <param name="At">The layer that was asked for.</param>
/// <param name="Layers">All layers that are shown, ascending; At is among them.</param>
/// <param name="Function">As in "ULTra s".</param>
sealed record TokensFound(TokenStream Stream, IReadOnlyList<int> Tokens, StreamUltra At, IReadOnlyList<StreamUltra> Layers, string Function)
{
    /// <summary>Explains the tokens.</summary>
    /// <param name="scene">The pass.</param>
    /// <param name="asked">What was asked for.</param>
    /// <param name="usualStream">Whose tokens when no stream is named; null for the only one.</param>
    /// <param name="usualTokens">Which tokens of the stream when none is named.</param>
    /// <param name="options">How sweeps run, for some targets of a layer.</param>
    /// <param name="say">Takes what it will be and how long it will take, where that is long.</param>
    /// <param name="forecast">What is known of the speed.</param>
    /// <param name="report">Takes the share that is done.</param>
    /// <exception cref="UsageException">It asks for what the model does not have.</exception>
    /// <exception cref="TranslucentException">It takes more memory than is allowed.</exception>
    public static TokensFound Of(StreamScene scene, TokensAsked asked, string? usualStream, Func<TokenStream, IReadOnlyList<int>> usualTokens,
        Func<TokenStream, int, IReadOnlyList<int>, Tensor?, SweepOptions> options, Action<string> say, TokensForecast forecast,
        Action<double>? report = null)
    {
        Trace trace = scene.Trace;
        (TokenStream stream, int layer, int top) = asked.Place(trace, usualStream);
        IReadOnlyList<int> tokens = TokenWords.Places(asked.Tokens, scene, stream, allCells: true) ?? usualTokens(stream);
        Tensor? w = asked.Vectors(trace, stream);
        int[] layers = asked.AcrossLayers && HavePictures(stream, tokens) ? [.. Enumerable.Range(2, top - 1)] : [layer];
        SweepOptions sweep = options(stream, layer, tokens, w);
        double bytes = 4.0 * layers.Length * tokens.Count * trace.Streams.Sum(s => s.Length);
        if (bytes > sweep.MemoryBytes)
            throw TranslucentException.OfRequest($"--memory: rows of {tokens.Count} tokens in {layers.Length} layers take {ByteSize.Text(bytes)}, and "
                + $"{ByteSize.Text(sweep.MemoryBytes)} are left for them; give more, or name fewer tokens.");
        if (sweep.Rows is null && forecast.Of(trace, stream, tokens.Count, layers) is { } line) say(line);
        List<StreamUltra> found = [];
        foreach (int l in layers)
        {
            found.Add(StreamUltra.Explain(trace, l, tokens, asked.Explainer.Function, stream.Name, w, sweep with
            {
                Progress = new Share(done => report?.Invoke((found.Count + (double)done / tokens.Count) / layers.Length)),
            }));
        }
        return new TokensFound(stream, tokens, found[Array.IndexOf(layers, layer)], found, asked.Explainer.Name);
    }

    /// <summary>Whether every token has pictures of its own; all words of a text and all cells of a picture have one together.</summary>
    public bool OneByOne => HavePictures(Stream, Tokens);

    /// <summary>What it is, in words.</summary>
    public string What => $"{Function}, layer {At.Layer} of {Stream.Name}";

    static bool HavePictures(TokenStream stream, IReadOnlyList<int> tokens) => tokens.Count < stream.Length || stream.Layout is not (TextTokens or PatchGrid);

    sealed class Share(Action<int> done) : IProgress<int>
    {
        public void Report(int value) => done(value);
    }
}
