// ULTra maps of chosen tokens (arXiv:2411.12589), in one layer or in several, as the verbs tokens and layers need them.

using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>The function that stands for a token, with its vectors.</summary>
sealed class TokenExplainer
{
    readonly TokenFunction _function;
    readonly string? _wFile;
    Tensor? _w;

    /// <param name="function">s, e or w.</param>
    /// <param name="wFile">For w: the file of its vectors.</param>
    /// <exception cref="UsageException">They do not go together, or there is no such file.</exception>
    public TokenExplainer(TokenFunction function, string? wFile)
    {
        if (function == TokenFunction.W && wFile is null) throw new UsageException("--function w: needs --w FILE with a vector for every token.");
        if (function != TokenFunction.W && wFile is not null)
            throw new UsageException($"--w: is used by --function w only, not by {function.ToString().ToLowerInvariant()}.");
        if (wFile is not null && !File.Exists(wFile)) throw new UsageException($"--w {wFile}: there is no such file.");
        (_function, _wFile) = (function, wFile);
    }

    /// <summary>The sum of a token, which needs no vectors.</summary>
    public static TokenExplainer Sum { get; } = new(TokenFunction.S, null);

    /// <summary>s, e or w as the library has them.</summary>
    public TokenFunction Function => _function;

    /// <summary>The vectors, once they are read; null for the others.</summary>
    public Tensor? W => _w;

    /// <summary>The file of the vectors; null for the others.</summary>
    public string? WFile => _wFile;

    /// <summary>As in "ULTra s".</summary>
    public string Name => $"ULTra {Letter}";

    /// <summary>s, e or w.</summary>
    public string Letter => _function.ToString().ToLowerInvariant();

    /// <summary>Reads the vectors.</summary>
    /// <exception cref="UsageException">They do not fit the model.</exception>
    public void Check(ModelInfo model)
    {
        if (_wFile is not null) _w = Vectors(_wFile, model.Config.Width);
    }

    /// <summary>Holds the vectors against the tokens of an image.</summary>
    /// <exception cref="UsageException">There is not one for every token.</exception>
    public void Check(Trace trace)
    {
        if (_w is not null && _w.Rows != trace.Tokens)
            throw new UsageException(
                $"--w {_wFile}: {_w}, expected [{trace.Tokens}, {_w.Width}], a row for every token, {trace.Grid.Prefix} of them before the patches.");
    }

    /// <summary>Of the file of vectors, if there is one.</summary>
    public string? WSha256 => _wFile is null ? null : ImageFingerprint.Of(_wFile).Sha256;

    /// <summary>Explains tokens of a layer: rows [T, N] as they come, maps [T, h, w] with a patch's own entry replaced by the largest of the others.</summary>
    public (Tensor Rows, Tensor Maps) Explain(ImageRun run, int layer, int[] tokens)
    {
        UltraMaps maps = run.Time("tokens",
            () => Ultra.Explain(run.Trace, layer, _function, tokens, _w, run.Progress.Sweep(tokens.Length, Flops(run.Trace, layer, tokens.Length))));
        return (maps.Rows.Reshape(tokens.Length, run.Trace.Tokens), maps.Maps.Reshape(tokens.Length, run.Trace.Grid.Rows, run.Trace.Grid.Columns));
    }

    /// <summary>Explains tokens of several layers: rows [T, layers, N], maps [T, layers, h, w].</summary>
    public (Tensor Rows, Tensor Maps) Across(ImageRun run, IReadOnlyList<int> layers, int[] tokens)
    {
        int n = run.Trace.Tokens, patches = run.Trace.Grid.Count;
        Tensor rows = new(tokens.Length, layers.Count, n), maps = new(tokens.Length, layers.Count, run.Trace.Grid.Rows, run.Trace.Grid.Columns);
        for (int l = 0; l < layers.Count; l++)
        {
            (Tensor row, Tensor map) = Explain(run, layers[l], tokens);
            for (int t = 0; t < tokens.Length; t++)
            {
                row.Row(t).CopyTo(rows.Row(t * layers.Count + l));
                map.Span.Slice(t * patches, patches).CopyTo(maps.Span[((t * layers.Count + l) * patches)..]);
            }
        }
        return (rows, maps);
    }

    /// <summary>Some of the tokens that are explained, all patches when null.</summary>
    public Targets Sample(Trace trace, int layer, int[]? tokens, Random random, int count)
    {
        int[] all = tokens ?? [.. Enumerable.Range(trace.Grid.Prefix, trace.Grid.Count)];
        return new TokenTargets(layer, [.. SparseDecision.Pick(random, all.Length, count).Select(i => all[i])], _function, _w);
    }

    /// <summary>Operations of a sweep.</summary>
    public static double Flops(Trace trace, int layer, int tokens) => Cost.Tokens(trace, layer, tokens);

    static Tensor Vectors(string path, int width)
    {
        Tensor w;
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) w = Npy.Read(path).ToTensor();
        else
        {
            using Safetensors file = Safetensors.Open(path);
            StoredTensor[] all = [.. file.Tensors];
            if (all.Length != 1) throw new UsageException($"--w {path}: holds {all.Length} arrays, expected one [tokens, {width}].");
            w = all[0].ToTensor();
        }
        if (w.Shape.Length != 2 || w.Width != width) throw new UsageException($"--w {path}: {w}, expected [tokens, {width}].");
        foreach (float value in w.Span)
            if (!float.IsFinite(value)) throw new UsageException($"--w {path}: holds {value}, expected finite numbers.");
        return w;
    }
}
