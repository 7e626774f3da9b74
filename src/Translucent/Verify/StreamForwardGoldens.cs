// Goldens of detectors and of models that answer questions: the forward pass, attention and its gradients (docs/multimodal.md).

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Scores, boxes, activations, attention of every step.</summary>
static class StreamForwardGoldens
{
    /// <summary>Names of attention maps as the goldens have them.</summary>
    public const string Map =
        "(encoder.#.self|decoder.#.self|decoder.#.cross|lang.#.self|visn.#.self|cross.#.lang_to_visn|cross.#.visn_to_lang|cross.#.lang_self|cross.#.visn_self)";

    public static readonly GoldenEntry[] Entries =
    [
        new("out\\.logits", (run, _) => run.Value("logits").Single()),
        new("out\\.boxes", (run, _) => run.Value("boxes").Single()),
        new("grid", (run, _) => new Tensor([2], [run.Trace.Grid.Rows, run.Trace.Grid.Columns])),
        new("query_score", (run, _) => Each(run, d => (float)d.Score)),
        new("query_label", (run, _) => Each(run, d => d.Class)),
        new("kept_queries", (run, _) => Kept(Objects(run).All().Where(d => d.Score > 0.5))),
        new("act\\.backbone", (run, _) => Planes(run.Trace, run.Value("backbone"))),
        new("act\\.projection", (run, _) => Planes(run.Trace, run.Value("image.embed"))),
        new("act\\.pos", (run, _) => SinePositions.Of(1, run.Trace.Grid.Rows, run.Trace.Grid.Columns, padding: null, run.Trace.Blocks[0].Width).Single()),
        new("act\\.(encoder|decoder|lang_embedding|visn_embedding|lang_encoder|visn_encoder|lang_output|visn_output|pooled)",
            (run, m) => run.Value(Site(m.Word)).Single()),
        new($"attn\\.{Map}", (run, m) => run.Trace.Attention(Step(run.Trace, m.Word))),
        new($"t#\\.grad\\.{Map}", (run, m) => Gradient(run, m.Number, Step(run.Trace, m.Word))),
        new("targets", (run, _) => run.Targets()),
    ];

    static ObjectReadout Objects(GoldenRun run) => run.Trace.Objects ?? throw new TranslucentException($"{run.Trace.Model.Family} finds no objects");

    static Tensor Each(GoldenRun run, Func<Detection, float> number) => Numbers(Objects(run).All().Select(number));

    static Tensor Kept(IEnumerable<Detection> kept) => Numbers(kept.Select(d => (float)d.Query));

    static Tensor Numbers(IEnumerable<float> numbers)
    {
        float[] all = [.. numbers];
        return new Tensor([all.Length], all);
    }

    /// <summary>Tokens [1, N, C] as planes [C, rows, columns].</summary>
    static Tensor Planes(Trace trace, Tensor tokens)
    {
        Tensor planes = new(tokens.Width, trace.Grid.Rows, trace.Grid.Columns);
        for (int n = 0; n < tokens.Rows; n++)
            for (int c = 0; c < tokens.Width; c++) planes.Span[c * tokens.Rows + n] = tokens.Row(n)[c];
        return planes;
    }

    /// <summary>The site that a golden name stands for.</summary>
    public static string Site(string name) => name switch
    {
        "projection" => "image.embed",
        "lang_embedding" => "text.embed",
        "visn_embedding" => "image.embed",
        "lang_encoder" => "text.encoder",
        "visn_encoder" => "image.encoder",
        "lang_output" => "text.out",
        "visn_output" => "image.out",
        _ => name,
    };

    /// <summary>The step that a golden name stands for.</summary>
    public static AttentionStep Step(Trace trace, string map)
    {
        string[] parts = map.Split('.');
        string site = (parts[0], parts[2]) switch
        {
            ("encoder", _) => $"encoder.{parts[1]}.probs",
            ("decoder", var kind) => $"decoder.{parts[1]}.{kind}.probs",
            ("lang", _) => $"text.{parts[1]}.probs",
            ("visn", _) => $"image.{parts[1]}.probs",
            (_, "lang_to_visn") => $"cross.{parts[1]}.text_from_image.probs",
            (_, "visn_to_lang") => $"cross.{parts[1]}.image_from_text.probs",
            (_, "lang_self") => $"cross.{parts[1]}.text.probs",
            _ => $"cross.{parts[1]}.image.probs",
        };
        return trace.Steps.FirstOrDefault(s => s.Site == site) ?? throw new TranslucentException($"{trace.Model.Family} has no attention {site}");
    }

    /// <summary>∂(logit)/∂A of a step, zeros where the logit does not depend on it: [H, Q, K].</summary>
    static Tensor Gradient(GoldenRun run, int target, AttentionStep step)
    {
        AttentionRecorder recorder = new();
        BoundTargets bound = run.StreamTarget(target).Bind(run.Trace);
        run.Trace.Tape.Sweep(bound.From, bound.Seed(0, 1), new Watch { Stop = run.Options.Stop }.Attention(step.Site, recorder));
        return recorder.Gradient?[0, 0] ?? new Tensor(step.Heads, step.Queries.Length, step.Values.Length);
    }
}
