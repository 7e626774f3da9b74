// The work of `translucent tokens`.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>tokens</c> with its settings.</summary>
sealed class TokensRun : ImageVerb
{
    readonly int? _layerOption;
    readonly TokenFunction _function;
    readonly string? _wFile;
    readonly TokenChoice _tokens;
    readonly bool _acrossLayers;
    int _layer, _top;
    Tensor? _w;

    public TokensRun(int? layer, TokenFunction function, string? wFile, TokenChoice tokens, bool acrossLayers)
    {
        if (function == TokenFunction.W && wFile is null) throw new UsageException("--function w: needs --w FILE with a vector for every token.");
        if (function != TokenFunction.W && wFile is not null) throw new UsageException($"--w: is used by --function w only, not by {Letter(function)}.");
        (_layerOption, _function, _wFile, _tokens, _acrossLayers) = (layer, function, wFile, tokens, acrossLayers);
    }

    public override string Name => "tokens";

    public override void Check(ModelInfo model)
    {
        (_layer, _top) = (Layer(_layerOption, model), model.TopLayer);
        if (_wFile is not null) _w = Vectors(_wFile, model.Config.Width);
    }

    /// <summary>Reads W.</summary>
    static Tensor Vectors(string path, int width)
    {
        if (!File.Exists(path)) throw new UsageException($"--w {path}: there is no such file.");
        Tensor w;
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) w = Npy.Read(path).ToTensor();
        else
        {
            using Safetensors file = Safetensors.Open(path);
            StoredTensor[] all = [.. file.Tensors];
            if (all.Length != 1) throw new UsageException($"--w {path}: holds {all.Length} arrays, expected one [tokens, {width}].");
            w = all[0].ToTensor();
        }
        return w.Shape.Length == 2 && w.Width == width ? w : throw new UsageException($"--w {path}: {w}, expected [tokens, {width}].");
    }

    public override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteNumber("layer", _layer);
        json.WriteString("function", Letter(_function));
        if (_wFile is not null) json.WriteString("w_sha256", ImageFingerprint.Of(_wFile).Sha256);
        json.WriteBoolean("all", _tokens.All);
        json.WriteStartArray("tokens");
        foreach (ChosenToken token in _tokens.Chosen) json.WriteStringValue(token.ToString());
        json.WriteEndArray();
        json.WriteBoolean("across_layers", _acrossLayers);
    }

    public override Workload Plan(VisionTrace trace)
    {
        _tokens.Check(trace);
        if (_w is not null && _w.Rows != trace.Tokens)
            throw new UsageException($"--w {_wFile}: {_w}, expected [{trace.Tokens}, {_w.Width}], a row for every token, {trace.Prefix} of them before the patches.");
        double flops = 0;
        List<string> what = [];
        if (_tokens.All)
        {
            flops += Flops(trace, _layer, trace.Patches);
            what.Add($"all {trace.Patches} patch tokens of layer {_layer}");
        }
        if (_tokens.Chosen.Count > 0)
        {
            flops += Layers().Sum(l => Flops(trace, l, _tokens.Chosen.Count));
            what.Add($"{(_tokens.Chosen.Count == 1 ? "1 token" : $"{_tokens.Chosen.Count} tokens")} of {(_acrossLayers ? $"layers 2 to {_top}" : $"layer {_layer}")}");
        }
        return new Workload(string.Join(" and ", what), _tokens.All ? trace.Patches : _tokens.Chosen.Count, flops, 3 * _tokens.Chosen.Count + (_tokens.All ? 2 : 0));
    }

    public override string Run(ImageRun run)
    {
        if (_tokens.All)
        {
            Tensor maps = Maps(run, _layer, [.. Enumerable.Range(run.Trace.Prefix, run.Trace.Patches)], "all", write: true);
            run.Time("pictures", () => run.Folder.Picture("all.png", TokenPictures.ContactSheet(run, maps, Title(_layer)), "a contact sheet: the map of every patch token at the place of its patch"));
        }
        if (_tokens.Chosen.Count > 0) Chosen(run);
        return _tokens.All ? $"{run.Trace.Patches} tokens" : _tokens.Chosen.Count == 1 ? "1 token" : $"{_tokens.Chosen.Count} tokens";
    }

    void Chosen(ImageRun run)
    {
        int[] indices = [.. _tokens.Chosen.Select(t => t.Index(run.Trace))];
        Dictionary<int, Tensor> byLayer = Layers().ToDictionary(l => l, l => Maps(run, l, indices, "chosen", write: l == _layer));
        run.Time("pictures", () =>
        {
            for (int i = 0; i < indices.Length; i++)
            {
                ChosenToken token = _tokens.Chosen[i];
                run.Folder.Picture($"token-{token.FileName}.png", TokenPictures.Figure(run, token, MapPictures.At(byLayer[_layer], i), Title(_layer)), $"token {token}: its patch, and its map over the photograph");
                if (!_acrossLayers) continue;
                Tensor[] layers = [.. byLayer.Values.Select(maps => MapPictures.At(maps, i))];
                run.Folder.Picture($"token-{token.FileName}-layers.png", TokenPictures.Layers(run, token, [.. byLayer.Keys], layers, $"ULTra {Letter(_function)}"), $"token {token} in layers 2 to {_top}, each map on its own scale");
                Tensor stack = new(layers.Length, run.Trace.GridRows, run.Trace.GridColumns);
                for (int l = 0; l < layers.Length; l++) layers[l].Span.CopyTo(stack.Span[(l * run.Trace.Patches)..]);
                run.Folder.Numbers($"token-{token.FileName}-layers.npy", stack, $"float32 [L, h, w]: the maps of token {token} in layers 2 to {_top}");
            }
        });
    }

    IEnumerable<int> Layers() => _acrossLayers ? Enumerable.Range(2, _top - 1) : [_layer];

    /// <summary>Explains tokens of a layer: [T, h, w].</summary>
    Tensor Maps(ImageRun run, int layer, int[] tokens, string name, bool write)
    {
        UltraMaps maps = run.Time("tokens", () => Ultra.Explain(run.Trace, layer, _function, tokens, _w, run.Progress.Sweep(tokens.Length, Flops(run.Trace, layer, tokens.Length))));
        Tensor grids = maps.Maps.Reshape(tokens.Length, run.Trace.GridRows, run.Trace.GridColumns);
        if (write)
        {
            string whose = name == "all" ? "all patch tokens, row by row" : $"tokens {string.Join(" ", _tokens.Chosen)}";
            run.Folder.Numbers($"{name}.maps.npy", grids, $"float32 [T, h, w]: the maps of {whose}; a patch's own entry replaced by the largest of the others");
            run.Folder.Numbers($"{name}.rows.npy", maps.Rows.Reshape(tokens.Length, run.Trace.Tokens), $"float32 [T, N]: relevance of all tokens for {whose}, as it comes");
        }
        return grids;
    }

    string Title(int layer) => $"ULTra {Letter(_function)}, layer {layer}";

    static double Flops(VisionTrace trace, int layer, int tokens) => Cost.Tokens(trace.Model, 1, trace.Tokens, layer, tokens);

    static string Letter(TokenFunction function) => function.ToString().ToLowerInvariant();
}
