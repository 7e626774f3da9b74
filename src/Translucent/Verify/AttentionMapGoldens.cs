// Goldens of raw attention, rollout and GAE (docs/methods.md).

using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Methods that multiply attention maps: the matrix [N, N], and the patch part of the class token's row [n].</summary>
static class AttentionMapGoldens
{
    public static readonly GoldenEntry[] Entries =
    [
        new("raw_attention/matrix", (run, _) => RawAttention.Matrices(run.Trace).Single()),
        new("raw_attention/map", (run, _) => Patches(run, RawAttention.Rows(run.Trace))),
        new("rollout/start#/matrix", (run, m) => Rollout.Matrices(run.Trace, run.Block(m.Number)).Single()),
        new("rollout/start#/map", (run, m) => Patches(run, Rollout.Rows(run.Trace, run.Block(m.Number)))),
        new("gae/c#/matrix", (run, m) => Gae.Matrices(run.Scored, [run.Class(m.Number)], options: run.Options).Single().Single())
        {
            Work = (run, m) => Sweep(run, m, "matrix"),
        },
        new("gae/c#/map", (run, m) => Patches(run, Gae.Rows(run.Scored, [run.Class(m.Number)], options: run.Options)))
        {
            Work = (run, m) => Sweep(run, m, "row"),
        },
    ];

    static Tensor Patches(GoldenRun run, Tensor row) => run.Trace.Map(row).Reshape(run.Trace.Grid.Count);

    static GoldenWork Sweep(GoldenRun run, GoldenMatch match, string of) => new($"gae {of} {match.Number}", Cost.Classes(run.Trace, 1));
}
