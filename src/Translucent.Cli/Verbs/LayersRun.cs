// The work of `translucent layers`.

using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>layers</c> with its settings.</summary>
sealed class LayersRun : ImageVerb
{
    const int MostTokens = 64; // rows of one sheet

    readonly TokenExplainer _explainer;
    readonly TokenChoice _tokens;
    readonly LayerChoice _choice;
    int[] _layers = [];

    public LayersRun(TokenExplainer explainer, TokenChoice tokens, LayerChoice layers, RowsChoice rows, MapLook look)
    {
        if (tokens is { All: true, Named: true })
            throw new UsageException("--token all: name tokens by row and column, or cls; 'translucent tokens' makes a sheet of all.");
        if (tokens.Chosen.Count > MostTokens) throw new UsageException($"--token: {tokens.Chosen.Count} tokens, expected at most {MostTokens}.");
        (_explainer, _tokens, _choice, Rows) = (explainer, tokens.Named ? tokens : new TokenChoice(All: false, [default]), layers, rows);
    }

    public override string Name => "layers";

    public override RowsChoice? Rows { get; }

    public override IEnumerable<(string, Targets)> Samples(ImageRun run, Random random, int count) =>
        [("latent tokens", _explainer.Sample(run.Trace, _layers.Max(), [.. _tokens.Chosen.Select(t => t.Index(run.Trace))], random, count))];

    public override void Check(ModelInfo model)
    {
        _layers = _choice.Of(model, least: 2);
        _explainer.Check(model);
    }

    public override RunSettings Settings => new LayersSettings(_explainer.Letter, _explainer.WSha256, _tokens.Words, _layers);

    public override Workload Plan(Trace trace)
    {
        _tokens.Check(trace);
        _explainer.Check(trace);
        int count = _tokens.Chosen.Count;
        return new Workload($"{_tokens.Counted} of {LayerChoice.Text(_layers)}", count, _layers.Sum(l => TokenExplainer.Flops(trace, l, count)),
            Pictures: count);
    }

    public override string Run(ImageRun run)
    {
        (Tensor rows, Tensor maps) = _explainer.Across(run, _layers, [.. _tokens.Chosen.Select(t => t.Index(run.Trace))]);
        string whose = $"tokens {string.Join(" ", _tokens.Chosen)} in {LayerChoice.Text(_layers)}";
        run.Time("pictures", () => run.Folder.Add(PictureFile.Svg("layers.svg", TokenPictures.Grid(run, _tokens.Chosen, _layers, maps, _explainer.Name),
            $"{whose}: a row per token, a column per layer, each map on its own scale")));
        run.Folder.Numbers("layers.maps.npy", maps,
            $"float32 [T, layers, h, w]: the maps of {whose}; a patch's own entry replaced by the largest of the others");
        run.Folder.Numbers("layers.rows.npy", rows, $"float32 [T, layers, N]: relevance of all tokens for {whose}, as it comes");
        run.Time("page", () => run.Folder.Text("layers.html", LayersPage.Render(run, _explainer, _tokens.Chosen, _layers, maps),
            "all of it on one page, for a browser"));
        return $"{_tokens.Counted} of {LayerChoice.Text(_layers)}";
    }
}
