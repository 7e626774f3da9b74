// Goldens of ULTra (docs/methods.md).

using Translucent.Explain;

namespace Translucent.Verify;

/// <summary>Rows and maps of every latent token of a layer.</summary>
static class UltraGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        new("ultra/(s|e|w)/l#/rows", (run, m) => Explain(run, m).Rows.Reshape(run.Trace.Tokens, run.Trace.Tokens)) { Work = Sweep },
        new("ultra/(s|e|w)/l#/maps", (run, m) => Explain(run, m).Maps.Reshape(run.Trace.Tokens, run.Trace.Grid.Count)) { Work = Sweep },
    ];

    static UltraMaps Explain(GoldenRun run, GoldenMatch match) => run.Once(Key(match), () =>
    {
        TokenFunction function = Enum.Parse<TokenFunction>(match.Word, ignoreCase: true);
        return Ultra.Explain(run.Trace, run.Layer(match.Number), function, w: function == TokenFunction.W ? run.VectorOfTokens("ultra_w") : null,
            options: run.Options);
    });

    static GoldenWork Sweep(GoldenRun run, GoldenMatch match) =>
        new(Key(match), Cost.Tokens(run.Trace, match.Number, run.Trace.Tokens));

    static string Key(GoldenMatch match) => $"ultra {match.Word} {match.Number}";
}
