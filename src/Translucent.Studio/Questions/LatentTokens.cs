// What follows the pointer: ULTra rows of one token in all layers (Hosseini et al. 2024, arXiv:2411.12589), a few rows at once, exact where it lingers.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Studio.Http;

namespace Translucent.Studio.Questions;

/// <summary>Explains latent tokens of one stream or of one among several.</summary>
static class LatentTokens
{
    const int Rows = 8; // beside the token's own: docs/sparse.md says how near that is

    public static Bundle Sparse(Asked asked) => Of(asked, Rows);

    public static Bundle Exact(Asked asked) => Of(asked, null);

    static Bundle Of(Asked asked, int? rows)
    {
        Trace trace = asked.Trace;
        TokenFunction function = Enum.Parse<TokenFunction>(asked.Query.Find("function") is "e" ? "E" : "S");
        if (trace.Streams.Count == 1)
        {
            int token = asked.Query.Int("token", 0, trace.Tokens - 1);
            SweepOptions options = asked.Sweep(trace.Blocks.Count) with { Rows = rows };
            return new Bundle(new { Exact = rows is null }).With("rows", UltraLayers.Rows(trace, token, function, options: options));
        }
        // several streams: exact, one layer that the page names
        TokenStream stream = trace.StreamOf(asked.Query.Word("stream"));
        int layers = trace.Blocks.Count(b => b.Stream == stream);
        int layer = asked.Query.Int("layer", 2, layers + 1), at = asked.Query.Int("token", 0, stream.Length - 1);
        StreamUltra found = StreamUltra.Explain(trace, layer, [at], function, stream.Name, options: asked.Sweep());
        Bundle bundle = new(new { Exact = true, Shares = found.Shares() });
        foreach (string over in found.Streams) bundle.With(over, found[over][0, 0]);
        return bundle;
    }
}
