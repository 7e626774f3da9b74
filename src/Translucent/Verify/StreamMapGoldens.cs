// Goldens of the methods for several token streams: rows, whole matrices, and masks of maps (docs/multimodal.md).

using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>The heterogeneous method, GAE and its variants, baselines, ODAM, compared scalars.</summary>
static class StreamMapGoldens
{
    const string Rows = "(image|query|text)", Pair = "R_(image|query|text)_(image|query|text)";

    public static readonly GoldenEntry[] Entries =
    [
        new($"t#\\.abar_positive\\.{StreamForwardGoldens.Map}",
            (run, m) => Matrix(run, m, GradientPart.Positive, all => Copy(all[StreamForwardGoldens.Step(run.Trace, m.Word)]))),
        new($"t#\\.ours_(positive|full|absolute|noised)\\.{Rows}", (run, m) => Row(run, m.Number, m.Word, m.Words[1])) { Work = Work },
        new($"t#\\.ours_(positive|full|absolute|noised)\\.{Pair}", Tracked),
        new($"t#\\.(gae|gae_zero_rows_keep|gae_no_normalisation|gae_bare_cross|gae_linear_cross)\\.{Rows}",
            (run, m) => Row(run, m.Number, GaeName(m.Word), m.Words[1]))
        {
            Work = Work,
        },
        new($"t#\\.(gae|gae_zero_rows_keep|gae_no_normalisation|gae_bare_cross|gae_linear_cross)\\.{Pair}", GaeMatrix),
        new("t#\\.gae\\.dropped_layers", Dropped),
        new($"t#\\.(raw_attention|rollout|attention_gradcam)\\.{Rows}", (run, m) => Row(run, m.Number, m.Word, m.Words[1])),
        new($"t#\\.(raw_attention|rollout|attention_gradcam)\\.R_(query)_(image)", AllRows),
        new($"t#\\.(semantic)_(absolute|positive|full)\\.{Rows}", (run, m) =>
            HeterogeneousAttention.SemanticRows(run.Trace, run.StreamTarget(m.Number), Part(m.Words[1]), run.Options)[IndexOf(run, m.Words[2])].Single()
                .Single()),
        new("t#\\.(semantic)_(absolute|positive|full)\\.(image|text)_matrix", Semantic),
        new("t#\\.odam\\.(backbone|projection|encoder|lang_embedding|visn_embedding|lang_encoder|visn_encoder)\\.(logit|probability|cx|cy|w|h)", (run, m) =>
            Odam.Rows(run.Trace, run.StreamTarget(m.Number, Scalar(m.Words[1])), StreamForwardGoldens.Site(m.Word), run.Options).Single().Single()),
        new("t#\\.loss\\.(logit|difference|ratio|relative_difference)\\.value", (run, m) => new Tensor([], [(float)run.Compared(m.Number, m.Word).Value])),
        new($"t#\\.loss\\.(logit|difference|ratio|relative_difference)\\.ours_full\\.{Rows}", (run, m) =>
            HeterogeneousAttention.Rows(run.Trace, run.Compared(m.Number, m.Word).Targets, GradientPart.Full, run.Options)[IndexOf(run, m.Words[1])].Single()
                .Single()),
    ];

    static Tensor Copy(Tensor t) => new(t.Shape, t.Span);

    static GradientPart Part(string word) => word switch { "positive" => GradientPart.Positive, "full" => GradientPart.Full, _ => GradientPart.Absolute };

    static DetectionScalar Scalar(string word) => word switch
    {
        "logit" => DetectionScalar.Logit,
        "probability" => DetectionScalar.Probability,
        "cx" => DetectionScalar.CenterX,
        "cy" => DetectionScalar.CenterY,
        "w" => DetectionScalar.Width,
        _ => DetectionScalar.Height,
    };

    /// <summary>"gae" is what the public code does; ours of that name keeps identity rows.</summary>
    static string GaeName(string word) => word == "gae" ? "gae_public" : word;

    static string StreamName(string word) => word == "query" ? "queries" : word;

    static int IndexOf(GoldenRun run, string word) => run.Trace.Streams.ToList().IndexOf(run.Stream(StreamName(word)));

    static GoldenWork Work(GoldenRun run, GoldenMatch match) => new($"streams {match.Number} {match.Word}", 0);

    static Tensor Row(GoldenRun run, int target, string method, string stream)
    {
        string name = run.Stream(StreamName(stream)).Name;
        StreamMethod of = StreamMethods.Named(method);
        if (of.Fits(run.Trace, run.StreamTarget(target)) is { } reason) throw new TranslucentException($"{of.Name}: {reason}");
        StreamRelevance relevance = of.Explain(run.Trace, run.StreamTarget(target), run.Options);
        return relevance.Streams.Contains(name) ? relevance[name].Single().Single() : throw new TranslucentException($"{of.Name} says nothing about {name}");
    }

    static Tensor Matrix(GoldenRun run, GoldenMatch m, GradientPart part, Func<Matrices, Tensor> of)
    {
        Tensor? made = null;
        Matrices.Each(run.StreamTarget(m.Number).Bind(run.Trace), part, run.Options, (_, _, all) => made = of(all));
        return made!;
    }

    static Tensor Tracked(GoldenRun run, GoldenMatch m)
    {
        bool noised = m.Word == "noised";
        return Matrix(run, m, noised ? GradientPart.Positive : Part(m.Word), all =>
            SourceTracking.Of(all, noised ? run.Stream("image") : null).Whole(run.Stream(StreamName(m.Words[1])), run.Stream(StreamName(m.Words[2]))));
    }

    static Tensor GaeMatrix(GoldenRun run, GoldenMatch m)
    {
        TokenStream stream = run.Stream(StreamName(m.Words[1])), source = run.Stream(StreamName(m.Words[2]));
        Tensor whole = Matrix(run, m, GradientPart.Positive, all => State(all, m.Word).Whole(stream, source));
        if (stream == source && stream.Layout is TextTokens) whole.Span[0] = 0;
        return whole;
    }

    static SourceTracking State(Matrices all, string word) => word switch
    {
        "gae" => SourceTracking.Gae(all, empty: EmptyRows.Discard),
        "gae_zero_rows_keep" => SourceTracking.Gae(all),
        "gae_no_normalisation" => SourceTracking.Gae(all, normalizes: false),
        "gae_bare_cross" => SourceTracking.Gae(all, CrossRule.Bare),
        _ => SourceTracking.Gae(all, CrossRule.ValuesOnly),
    };

    static Tensor Dropped(GoldenRun run, GoldenMatch m)
    {
        AttentionStep[] cross = [.. run.Trace.Steps.Where(s => s.Queries != s.Values)];
        float[]? dropped = null;
        Matrices.Each(run.StreamTarget(m.Number).Bind(run.Trace), GradientPart.Positive, run.Options, (_, _, all) =>
        {
            SourceTracking state = SourceTracking.Gae(all, empty: EmptyRows.Discard);
            dropped = [.. cross.Select(step => state.Discarded.Contains(step) ? 1f : 0)];
        });
        return new Tensor([cross.Length], dropped);
    }

    /// <summary>Rows of all slots, as if each were the target, by the gradient of one.</summary>
    static Tensor AllRows(GoldenRun run, GoldenMatch m)
    {
        StreamMethod method = StreamMethods.Named(m.Word);
        BoundTargets bound = run.StreamTarget(m.Number).Bind(run.Trace);
        return Stack.Of([.. Enumerable.Range(0, bound.Stream.Length)
            .Select(row => method.Explain(bound with { Token = (_, _) => row }, run.Options)["image"].Single().Single())]);
    }

    static Tensor Semantic(GoldenRun run, GoldenMatch m)
    {
        TokenStream stream = run.Stream(m.Words[2]);
        int first = run.Trace.Steps.Where(s => s.Queries != s.Values).Min(s => s.Stage);
        return Matrix(run, m, Part(m.Words[1]), all =>
        {
            Tensor product = new(stream.Length, stream.Length);
            for (int i = 0; i < stream.Length; i++) product.Row(i)[i] = 1;
            foreach (AttentionStep step in StreamPaths.Within(run.Trace, stream).Where(s => s.Stage < first))
                product = all.Product(all[step], product, product);
            return product;
        });
    }
}
