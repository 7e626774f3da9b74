// Cascading randomisation: the same model with weights replaced by noise from the top layer down
// (Adebayo et al. 2018, "Sanity Checks for Saliency Maps", arXiv:1810.03292, section 3.1; docs/trust.md).

using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>A model whose upper layers are random and whose lower layers are as trained.</summary>
/// <param name="Stage">What was randomised last: <c>trained</c> for nothing yet, <c>head</c> for the head with the normalisation under it, <c>blocks.{i}</c>,
/// <c>embed</c>.</param>
/// <param name="Model">The model; it shares the weights of layers that are as trained, so the trained model must stay open.</param>
sealed record RandomizedModel(string Stage, VisionTransformer Model)
{
    /// <summary>How many stages a model has, <c>trained</c> included: 3 more than it has blocks.</summary>
    public static int Stages(int blocks) => blocks + 3;

    /// <summary>The stages from <c>trained</c> to <c>embed</c>, each with one more layer random than the one before, whose noise it shares.</summary>
    /// <remarks>
    /// Made one after another as they are taken; all stages together need memory for one float32 copy of the weights. Classes given as
    /// vectors are weights of the head like any other. A model without classes keeps what <see cref="VisionTransformer.WithClasses"/> needs as trained.
    /// </remarks>
    /// <param name="model">A trained model.</param>
    /// <param name="seed">Of the noise; equal seeds give equal weights.</param>
    public static IEnumerable<RandomizedModel> Cascade(VisionTransformer model, ulong seed = 0)
    {
        PatchEmbedding embedding = model.Embedding;
        EncoderBlock[] blocks = [.. model.Blocks];
        yield return new RandomizedModel("trained", model);

        WeightNoise noise = new(SplitMix.At(seed, 0));
        var norm = model.Norm is null ? null : noise.Like(model.Norm);
        ClassHead? head = model.Head?.Over(noise.Like);
        yield return Made("head");

        for (int i = blocks.Length - 1; i >= 0; i--)
        {
            noise = new WeightNoise(SplitMix.At(seed, (ulong)(blocks.Length - i)));
            blocks[i] = blocks[i].Over(noise.Like, noise.Like, noise.Like);
            yield return Made($"blocks.{i}");
        }

        embedding = embedding.Like(new WeightNoise(SplitMix.At(seed, (ulong)blocks.Length + 1)));
        yield return Made("embed");

        RandomizedModel Made(string stage) => new(stage, new VisionTransformer(model.Config, embedding, [.. blocks], norm)
        {
            Labels = model.Labels,
            Preprocessor = model.Preprocessor,
            Head = head,
            Meaning = model.Meaning,
            Pooling = model.Pooling,
            HeadOfVectors = model.HeadOfVectors,
        });
    }
}
