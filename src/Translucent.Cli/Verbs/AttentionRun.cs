// The work of `translucent attention`.

using Translucent.Cli.Attention;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Cli.Verbs;

/// <summary>What one token looks at.</summary>
/// <param name="Token">The token.</param>
/// <param name="Rows">[H', N]: its row of attention in every chosen head, the mean of all heads before them where all are chosen.</param>
/// <param name="Maps">[H', h, w]: the part over the patches.</param>
sealed record TokenAttention(ChosenToken Token, Tensor Rows, Tensor Maps);

/// <summary>The verb <c>attention</c> with its settings.</summary>
/// <param name="words">What was asked for.</param>
/// <param name="tokens">Whose attention.</param>
/// <param name="look">How maps are drawn.</param>
sealed class AttentionRun(AttentionWords words, TokenChoice tokens, MapLook look) : ImageVerb
{
    const int MostTokens = 64;

    int _layer;
    int[] _heads = [];
    TokenChoice _tokens = tokens.Named ? tokens : new TokenChoice(All: false, [default]);

    public override string Name => "attention";

    public override MapLook Look => look;

    public override void Check(ModelInfo model)
    {
        if (tokens is { All: true, Named: true }) throw new UsageException("--token all: name tokens by row and column, or cls.");
        if (_tokens.Chosen.Count > MostTokens) throw new UsageException($"--token: {_tokens.Chosen.Count} tokens, expected at most {MostTokens}.");
        if (words.Site is { } site && AttentionSites.NameOf(site) != "blocks")
            throw new UsageException($"--site {site}: {model.Name} has one kind of attention, blocks; choose among its blocks with --layer.");
        _layer = Layer(words.Layer, model);
        _heads = words.HeadsOf(model.Config.Heads, model.Name);
    }

    public override RunSettings Settings => new AttentionSettings(_layer, _heads, _tokens.Words);

    public override Workload Plan(Trace trace)
    {
        _tokens.Check(trace);
        return new Workload($"attention of {_tokens.Counted} in {(_heads.Length == 1 ? "1 head" : $"{_heads.Length} heads")} of layer {_layer}", 0, 0,
            _tokens.Chosen.Count * (Titles.Length + 1));
    }

    /// <summary>The name of every row.</summary>
    string[] Titles => [.. words.Heads.Length == 0 ? ["mean"] : (string[])[], .. _heads.Select(h => $"head {h}")];

    public override string Run(ImageRun run)
    {
        Tensor all = run.Time("attention", () => run.Trace.Attention(run.Trace.Steps[_layer - 2])); // [H, N, N]
        TokenAttention[] found = [.. _tokens.Chosen.Select(token => Of(run, all, token))];
        run.Time("pictures", () =>
        {
            foreach (TokenAttention one in found) Write(run, one);
        });
        run.Time("page", () => run.Folder.Text("attention.html", AttentionPage.Render(run, _layer, Titles, found), "all of it on one page, for a browser"));
        return $"attention of {_tokens.Counted}";
    }

    TokenAttention Of(ImageRun run, Tensor all, ChosenToken token)
    {
        int n = run.Trace.Tokens, row = token.Index(run.Trace), first = words.Heads.Length == 0 ? 1 : 0;
        Tensor rows = new(first + _heads.Length, n);
        for (int i = 0; i < _heads.Length; i++) all.Row(_heads[i] * n + row).CopyTo(rows.Row(first + i));
        if (first > 0)
        {
            for (int h = 0; h < _heads.Length; h++) TensorPrimitives.Add(rows.Row(0), rows.Row(1 + h), rows.Row(0));
            TensorPrimitives.Divide(rows.Row(0), _heads.Length, rows.Row(0));
        }
        return new TokenAttention(token, rows, run.Trace.Map(rows));
    }

    void Write(ImageRun run, TokenAttention one)
    {
        string name = $"attention-{one.Token.FileName}";
        string whose = $"{(one.Token.IsClass ? "the class token" : $"token {one.Token}")} in layer {_layer}";
        for (int i = 0; i < Titles.Length; i++)
        {
            Tensor map = MapPictures.At(one.Maps, i);
            run.Folder.Add(PictureFile.Png($"{name}-{Titles[i].Replace(' ', '-')}.png", MapPictures.Over(run, map, Images.ColorScale.Of(map,
                run.Look.Colors)),
                $"{Titles[i]}: what {whose} looks at, over the photograph"));
        }
        run.Folder.Add(PictureFile.Svg($"{name}.svg", TokenPictures.Heads(run, one.Token, Titles, one.Maps, $"what {whose} looks at"),
            $"a sheet: what {whose} looks at, each map on its own scale"));
        run.Folder.Numbers($"{name}.maps.npy", one.Maps, $"float32 [heads, h, w]: attention of {whose} to the patches: {string.Join(", ", Titles)}");
        run.Folder.Numbers($"{name}.rows.npy", one.Rows, $"float32 [heads, N]: the same to all tokens; every row sums to 1");
    }
}
