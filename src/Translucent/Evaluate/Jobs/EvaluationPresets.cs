// Every evaluation protocol, in one table, each with every choice it makes (docs/evaluate.md).

namespace Translucent.Evaluate.Jobs;

/// <summary>The presets.</summary>
static class EvaluationPresets
{
    /// <summary>The perturbation test for class methods.</summary>
    public static EvaluationPreset CheferPerturbation { get; } = new("chefer-perturbation",
        "Pixels become black in the order of a class map: how long does the model keep its answer?", "Chefer, Gur, Wolf, CVPR 2021, arXiv:2012.09838",
        [
            new("methods", "raw, rollout, gradcam, gae, tokentm", "the class methods whose maps order the pixels; a random order of patches is always added"),
            new("explains", "logit", "the number of a class that is explained, for methods that know both: logit or probability"),
            new("classes", "by name", "how classes of the data become classes of the model: by name, by place, or none"),
            new("removal", "black before normalisation", "what removed pixels become, in the model's prepared input"),
            new("steps", "10, 20, 30, 40, 50, 60, 70, 80, 90 %", "the shares of pixels that are removed, each rounded down to whole pixels"),
            new("enlargement", "bilinear", "how maps of patches become maps of pixels"),
            new("ties", "the first in the image", "which of equal pixels goes first"),
            new("area", "trapezoids over 0 to 90 %, times 100", "the area under the accuracy, the untouched accuracy at 0 included"),
        ], ClassRemovalResults.Of);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EvaluationPreset> All { get; } = [CheferPerturbation, .. SegmentationPresets.All.Select(p => p.Preset)];

    /// <summary>The preset of a name; null where there is none.</summary>
    public static EvaluationPreset? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
