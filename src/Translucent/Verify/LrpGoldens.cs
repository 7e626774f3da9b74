// Goldens of LRP and Transformer Attribution (docs/methods.md), which are computed in float64.

using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Relevance of attention, tokens and pixels; products of relevance and gradient.</summary>
/// <remarks>Whatever float32 arithmetic loses, these may not be further off than a thousandth of the largest value.</remarks>
static class LrpGoldens
{
    const double Limit = 1e-3;

    public static readonly GoldenEntry[] Entries =
    [
        new("lrp_(ours|orig)/c#/attn", (run, m) => Lrp.Attention(run.Scored, [run.Class(m.Number)], Variant(m), options: run.Options).Single().Single())
        {
            Work = (run, m) => Walk(run, $"lrp attention {Key(m)}"),
            Limit = Limit,
        },
        new("lrp_(ours|orig)/c#/tokens", (run, m) => Maps(run, m).Tokens.Single().Single()) { Work = (run, m) => Walk(run, $"lrp {Key(m)}"), Limit = Limit },
        new("lrp_(ours|orig)/c#/pixels", (run, m) => Maps(run, m).Pixels.Single().Single()) { Work = (run, m) => Walk(run, $"lrp {Key(m)}"), Limit = Limit },
        new("transformer_attribution/c#/start#/matrix", (run, m) => Attribution(run, m).Single().Single())
        {
            Work = (run, m) => Walk(run, Start(m)),
            Limit = Limit,
        },
        new("transformer_attribution/c#/start#/map", (run, m) => ClassRow(run, Attribution(run, m))) { Work = (run, m) => Walk(run, Start(m)), Limit = Limit },
    ];

    static LrpVariant Variant(GoldenMatch match) => Enum.Parse<LrpVariant>(match.Word, ignoreCase: true);

    static LrpMaps Maps(GoldenRun run, GoldenMatch match) =>
        run.Once($"lrp {Key(match)}", () => Lrp.Explain(run.Scored, [run.Class(match.Number)], Variant(match), options: run.Options));

    static Tensor Attribution(GoldenRun run, GoldenMatch match) =>
        run.Once(Start(match), () => TransformerAttribution.Matrices(run.Scored, [run.Class(match.Number)], run.Block(match.Numbers[1]), run.Options));

    /// <summary>The patch part of the first row of a matrix [1, 1, N, N].</summary>
    static Tensor ClassRow(GoldenRun run, Tensor matrix) => run.Trace.Map(new Tensor([1, run.Trace.Tokens], matrix.Row(0))).Reshape(run.Trace.Grid.Count);

    static string Key(GoldenMatch match) => $"{match.Word} {match.Number}";

    static string Start(GoldenMatch match) => $"transformer attribution {match.Number} {match.Numbers[1]}";

    /// <summary>One forward pass and about four times as much for the rules, twice as long as in float32.</summary>
    static GoldenWork Walk(GoldenRun run, string key) => new(key, 10 * Cost.Forward(run.Trace));
}
