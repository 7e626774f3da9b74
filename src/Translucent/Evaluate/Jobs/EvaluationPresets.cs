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

    /// <summary>Maps of classes against masks.</summary>
    public static EvaluationPreset Localisation { get; } = new("localisation",
        "Do class maps lie on the object? Segmentation, pointing and mass against masks that are known.",
        "Chefer, Gur, Wolf, CVPR 2021 (ImageNet-Segmentation); Zhang et al. 2018 (pointing game); Arras et al. 2022 (mass and rank)",
        [
            new("methods", "raw, rollout, gradcam, gae, tokentm", "the class methods whose maps are held against the masks"),
            new("explains", "logit", "the number of a class that is explained"),
            new("classes", "by name", "how classes of the data become classes of the model: by name, by place, or none"),
            new("maps", "bilinear to the model's input", "the resolution at which maps and masks are compared"),
            new("masks", "nearest to the model's input, what it does not show left out", "how masks of photographs become masks of inputs"),
            new("threshold", "the mean of the map", "above which a pixel is called object"),
            new("mAP", "object and background in one list, ties together", "average precision as the public code takes it, the mean over images"),
            new("pointing", "the largest number, no tolerance", "when a map points at the object"),
        ], Jobs.Localisation.Reduce);

    /// <summary>Maps of classes on grids of pictures.</summary>
    public static EvaluationPreset GridPointing { get; } = new("grid-pointing",
        "Pictures of four classes stand in a grid: does the map of each class lie on its picture?",
        "Böhle, Fritz, Schiele, CVPR 2021, arXiv:2104.00032 (grid pointing game)",
        [
            new("methods", "raw, rollout, gradcam, gae, tokentm", "the class methods whose maps are judged"),
            new("explains", "logit", "the number of a class that is explained"),
            new("classes", "by name", "how classes of the data become classes of the model: by name or by place"),
            new("grid", "2 x 2 prepared inputs, positions resized", "what the model sees"),
            new(GridSeed, "1", "of which pictures stand together, each in one grid at most, of four classes"),
            new("pictures", "all; those right alone, and surely so, in tables of their own", "which pictures count; the paper takes sure ones only"),
        ], (settings, items, _) => GridGame.Reduce(settings, items));

    /// <summary>The name of a choice that data are opened by.</summary>
    public const string GridSeed = "seed";

    /// <summary>What peers measure of maps of classes.</summary>
    public static EvaluationPreset ClassFaithfulness { get; } = new("class-faithfulness",
        "What other libraries measure of maps of the predicted class: erasure, ROAD, infidelity, sensitivity, complexity, coherency, ARCC.",
        "DeYoung et al. 2020; Rong et al. 2022; Yeh et al. 2019; Poppi et al. 2021",
        [
            new("methods", "raw, rollout, gradcam, gae, tokentm", "the class methods whose maps are judged"),
            new("explains", "logit", "the number of the predicted class that is explained"),
            new("classes", "none", "classes of the data play no part"),
            new("erasure", "1, 5, 10, 20, 50 % of the patches, rounded up; zero in the prepared input", "what comprehensiveness and sufficiency take away"),
            new("ROAD", "10 .. 90 % of the pixels, noisy linear imputation, noise 0.01 of the prepared input", "which pixels are imputed, and how"),
            new("infidelity", "50 random halves of the patches, zero in the prepared input; logit; best scale", "the perturbations, and how maps get a scale"),
            new("sensitivity", "10 copies, uniform in +-0.02 of the prepared input; patches", "the noise under which maps change most"),
            new("coherency", "the prepared input times the map scaled to 0 .. 1", "the image whose map the map is compared with"),
            new("ARCC", "coherency, 1 - complexity, twice ROAD of 20, 40, 60, 80 % cut to 0 .. 1", "whose harmonic mean it is"),
        ], (settings, items, _) => ClassFaithfulnessResults.Of(settings, items));

    /// <summary>Maps of latent tokens, tested by changing patches.</summary>
    public static EvaluationPreset LatentPerturbation { get; } = new("latent-perturbation",
        "Does a latent token move further when patches change that its map calls relevant?", "Hosseini et al. 2024 (ULTra), arXiv:2411.12589, eq. 16",
        [
            new("layers", "the last", "whose tokens are explained; layer 1 is the embedding"),
            new("functions", "S, E", "the scalars that stand for a token: S its sum, E its energy, W its product with a learned vector"),
            new("w", "none", "SHA-256 of the vectors of function w"),
            new("zeta", "0.5", "the threshold, on maps scaled to 0 .. 1, above which patches are the positive region"),
            new("tokens", "10", "random patch tokens of every image"),
            new("regions", "equal area, own patch left out, at most half", "negative: as many of the least relevant; random: as many of any"),
            new("mask", "zero in the prepared input", "what masked patches become"),
            new("noise", "0.3", "the deviation of the normal noise that is added to the prepared input, the same for all copies of an image"),
            new("distance", "Euclidean", "of a token from itself"),
            new("seed", "0", "of tokens, noise and random regions, together with the key of the image"),
        ], (_, items, against) => LatentRemovalResults.Of(items, against));

    /// <summary>Maps of the tokens of an object against its mask.</summary>
    public static EvaluationPreset ObjectSelection { get; } = new("object-selection",
        "Do the maps of the latent tokens of an object cover the object?", "Hosseini et al. 2024 (ULTra), arXiv:2411.12589, eq. 17 and Figure 10",
        [
            new("layers", "the last", "whose tokens are explained; layer 1 is the embedding"),
            new("functions", "S, E", "the scalars that stand for a token: S its sum, E its energy, W its product with a learned vector"),
            new("w", "none", "SHA-256 of the vectors of function w"),
            new("tokens", "patches that the object covers by half or more, or the one it covers most", "the tokens of the object"),
            new("maps", "each scaled to 0 .. 1, then their mean, scaled again", "how the maps of the tokens become one"),
            new("thresholds", "0.05, 0.10, .. 0.95", "above which a patch is called object"),
            new("compared", "patches", "the resolution of map and truth"),
        ], Jobs.ObjectSelection.Reduce);

    /// <summary>Classes read off the tokens of every layer.</summary>
    public static EvaluationPreset Projection { get; } = new("projection",
        "What class do the tokens of every layer stand for, by the model's own class embeddings, and by linear probes that are trained for it?",
        "Vilas, Schaumloeffel, Roig, NeurIPS 2023, arXiv:2310.18969, sections 4 and 6",
        [
            new("classes", "by name", "how classes of the data become classes of the model: by name, by place, or none"),
            new("tokens", "the stream, normalised as above the last block", "what class embeddings are applied to"),
            new("identifiability", "1 - rank / classes, of equal scores the lower class first", "how far a class is read off a token"),
            new("training", "none", "the pictures that probes are trained on"),
            new("probe", "logistic regression on the stream, not normalised; 4 patches of each picture, one probe for all places", "what is trained"),
            new("penalty", "1, 0.1, .. 0.0001, the best on the last fifth of the training pictures", "how probes are kept from learning by heart"),
        ], (_, items, _) => ProjectionReading.Reduce(items));

    /// <summary>Texts whose tokens are taken away.</summary>
    public static EvaluationPreset Text { get; } = new("text",
        "Tokens of texts are taken away by their relevance: what do a class or a summary lose, and do signed numbers know good words from bad ones?",
        "DeYoung et al. 2020 (ERASER), arXiv:1911.03429",
        [
            new("methods", "those of the data", "the methods whose numbers order the tokens; a random order of each text is always added"),
            new("measure", "probability of the predicted class", "what is lost; of summaries the mean log p, the mean p or the product of p of their tokens"),
            new("erase", "delete", "how tokens go: delete, later ones moving up, or replace by another token"),
            new("fill", "none", "the token in their place"),
            new("separator", "none", "what stands between a text and its summary"),
            new("words", "none", "the list of words whose polarity is known"),
            new("tokenizer", "that of the model", "which tokens there are"),
            new("percentages", "1, 5, 10, 20, 50 % of the tokens, rounded up", "how many tokens go, or stay"),
            new("ties", "the first in the text", "which of equal tokens goes first"),
            new("word", "the sum of its tokens", "the relevance of a word that is several tokens"),
        ], (settings, items, _) => TextRemovalResults.Of(settings, items))
    { Items = "texts" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EvaluationPreset> All { get; } =
        [CheferPerturbation, Localisation, GridPointing, ClassFaithfulness, LatentPerturbation, ObjectSelection, Projection, Text,
            .. SegmentationPresets.All.Select(p => p.Preset)];

    /// <summary>The preset of a name; null where there is none.</summary>
    public static EvaluationPreset? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
