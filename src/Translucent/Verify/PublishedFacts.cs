// Numbers that the tests of huggingface/transformers (Apache-2.0) and other pages state about public checkpoints of the families that are read here.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>The table of published numbers.</summary>
static class PublishedFacts
{
    const string Detr50 = "facebook/detr-resnet-50", Clip = "openai/clip-vit-base-patch32";

    const double Sure = 0.3; // the score above which DETR's objects were published

    static readonly PublishedInput s_at480 = PublishedInput.PictureAt(480), s_at180 = PublishedInput.PictureAt(180);

    /// <summary>The photograph that pictures are about.</summary>
    public const string Picture = "COCO val2017 000000039769 (two cats, 640 x 480)";

    /// <summary>Its size.</summary>
    public static (int Width, int Height) PictureSize => (640, 480);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedFact> All { get; } =
    [
        new("google/vit-base-patch16-224", "logits", PublishedInput.Picture, [1, 1000], [3], [-0.2744, 0.8215, -0.0836], 1e-4, 0, Tests("vit"), Logits),
        new("facebook/dino-vits8", "last_hidden_state", s_at480, [1, 3601, 384], [3, 3],
            [4.2325, 4.3882, -6.6678, 4.5372, 1.8933, -6.7355, 4.4454, 0.8514, -5.8747], 1e-3, 0, Tests("vit"), run => Site(run, s_at480, "norm")),
        new("facebook/deit-base-distilled-patch16-224", "logits", PublishedInput.Picture, [1, 1000], [3],
            [-1.0266, 0.1912, -1.2861], 1e-4, 0, Tests("deit"), Logits),
        new("facebook/dinov2-base", "last_hidden_state", PublishedInput.Picture, [1, 257, 768], [3, 3],
            [-2.1747, -0.4729, 1.0936, -3.2780, -0.8269, -0.9210, -2.9129, 1.1284, -0.7306], 1e-4, 0, Tests("dinov2"), run => Seen(run, "norm")),
        new(Clip, "logits_per_image", PublishedInput.PictureAndTexts, [1, 2], [2], [24.5701, 19.3049], 1e-3, 0, Tests("clip"),
            run => run.Over(PublishedInput.PictureAndTexts).Logits),
        new(Clip, "vision_model_output.last_hidden_state", s_at180, [1, 26, 768], [3, 3],
            [-0.1538, 0.0322, -0.3235, 0.2893, 0.1135, -0.5708, 0.0461, 0.1540, -0.6018], 4e-4, 6e-3, Tests("clip"),
            run => Site(run, s_at180, $"{run.Over(s_at180).Blocks[^1].Name}.out")), // before the last normalisation
        new(Detr50, "last_hidden_state", PublishedInput.Picture, [1, 100, 256], [3, 3],
            [0.0616, -0.5146, -0.4032, -0.7629, -0.4934, -1.7153, -0.4768, -0.6403, -0.7826], 2e-4, 2e-4, Tests("detr"), run => Seen(run, "decoder")),
        new(Detr50, "logits", PublishedInput.Picture, [1, 100, 92], [3, 3],
            [-19.1194, -0.0893, -11.0154, -17.3640, -1.8035, -14.0219, -20.0461, -0.5837, -11.1060], 2e-4, 2e-4, Tests("detr"), run => Seen(run, "logits")),
        new(Detr50, "pred_boxes", PublishedInput.Picture, [1, 100, 4], [3, 3],
            [0.4433, 0.5302, 0.8852, 0.5494, 0.2517, 0.0529, 0.4998, 0.5360, 0.9955], 2e-4, 2e-4, Tests("detr"), run => Seen(run, "boxes")),
        new(Detr50, "scores above 0.3", PublishedInput.Picture, [5], [5],
            [0.9982, 0.9960, 0.9955, 0.9988, 0.9987], 2e-4, 2e-4, Tests("detr"), run => Found(run, d => [d.Score])),
        new(Detr50, "labels above 0.3", PublishedInput.Picture, [5], [5],
            [75, 75, 63, 17, 17], 0, 0, Tests("detr"), run => Found(run, d => [d.Class])), // remote, remote, couch, cat, cat
        new(Detr50, "boxes above 0.3", PublishedInput.Picture, [5, 4], [1, 4],
            [40.1615, 70.8090, 175.5476, 117.9810], 2e-4, 2e-4, Tests("detr"), run => Found(run, d => Edges(d, run.Photo.Width, run.Photo.Height))),
        new("unc-nlp/lxmert-base-uncased", "language_output", PublishedInput.RandomRegions, [1, 11, 768], [3, 3],
            [0.2417, -0.9807, 0.1480, 1.2541, -0.8320, 0.5112, 1.4070, -1.1052, 0.6990], 1e-4, 0, Tests("lxmert"),
            run => Site(run, PublishedInput.RandomRegions, "text.out")),
        .. PublishedTexts.All,
    ];

    /// <summary>Names of the models that something is published about.</summary>
    public static IReadOnlyList<string> Models => [.. All.Select(f => f.Model).Distinct()];

    /// <summary>What is published about a model.</summary>
    /// <param name="name">org/name, or name alone, upper or lower case.</param>
    /// <returns>Nothing where the name is not in the table.</returns>
    public static IReadOnlyList<PublishedFact> About(string name) =>
        [.. All.Where(f => Same(f.Model, name) || Same(f.Model[(f.Model.IndexOf('/') + 1)..], name))];

    static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    internal static string Tests(string family) => $"huggingface/transformers, tests/models/{family}/test_modeling_{family}.py";

    static Tensor Logits(PublishedRun run) => run.Over(PublishedInput.Picture).Logits;

    static Tensor Seen(PublishedRun run, string site) => Site(run, PublishedInput.Picture, site);

    static Tensor Site(PublishedRun run, PublishedInput input, string site) => run.Over(input).Tape.TryGet(site, out Var? value) ? value.Value
        : throw new TranslucentException($"needs {site}, which {run.Model.Family} does not have");

    /// <summary>Numbers of the objects above the score, in the order of their queries: [objects], or [objects, n] of several numbers each.</summary>
    static Tensor Found(PublishedRun run, Func<Detection, double[]> numbers)
    {
        ObjectReadout objects = run.Over(PublishedInput.Picture).Objects ?? throw new TranslucentException($"needs a detector, and this is {run.Model.Family}");
        double[][] rows = [.. objects.All().Where(d => d.Score > Sure).Select(numbers)];
        float[] all = [.. rows.SelectMany(r => r).Select(v => (float)v)];
        return new Tensor(rows.Length > 0 && rows[0].Length > 1 ? [rows.Length, rows[0].Length] : [rows.Length], all);
    }

    static double[] Edges(Detection d, int width, int height)
    {
        (double left, double top, double right, double bottom) = d.Box.On(width, height);
        return [left, top, right, bottom];
    }
}
