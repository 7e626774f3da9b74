// What there is to say of a model of any family that is not a vision transformer: what it does, and how large it is.

namespace Translucent.Models;

/// <summary>What a model is for.</summary>
enum ModelUse
{
    /// <summary>Finds objects in pictures.</summary>
    Objects,

    /// <summary>Answers questions about pictures.</summary>
    Questions,

    /// <summary>Predicts the next token of a text.</summary>
    NextTokens,

    /// <summary>Scores classes of texts.</summary>
    TextClasses,

    /// <summary>Makes vectors of texts.</summary>
    TextVectors,

    /// <summary>Makes vectors of texts that those of a vision model are compared with.</summary>
    ImageTexts,
}

/// <summary>Family, use and sizes of a model.</summary>
/// <param name="Family">As in "DETR".</param>
/// <param name="Use">What it is for.</param>
/// <param name="Layers">How many layers of how many heads, part by part.</param>
/// <param name="Width">Numbers per token.</param>
/// <param name="Hidden">Numbers per token inside the feed-forward layers; 0 where the settings do not say.</param>
/// <param name="Reads">What it takes, and how much of it.</param>
/// <param name="Classes">Objects, answers or classes that it scores; 0 for none.</param>
/// <param name="HasTokenizer">Whether a tokenizer lies beside the weights.</param>
sealed record ModelSizes(string Family, ModelUse Use, string Layers, int Width, int Hidden, string Reads, int Classes, bool HasTokenizer)
{
    /// <summary>Those of a model.</summary>
    /// <param name="model">No vision transformer.</param>
    /// <param name="folder">Where it lies.</param>
    public static ModelSizes Of(Model model, string folder)
    {
        bool tokenizer = ZeroShot.TokenizerFiles(folder).Count > 0;
        return model switch
        {
            Detr { Config: var c } => new(model.Family, ModelUse.Objects,
                $"{c.EncoderLayers} of {c.EncoderHeads} heads in the encoder, {c.DecoderLayers} of {c.DecoderHeads} heads in the decoder", c.Width, 0,
                $"pictures of any size, steps of {c.Stride} pixels, {c.Queries} object queries", c.Classes, tokenizer),
            Lxmert { Config: var c } => new(model.Family, ModelUse.Questions,
                $"{c.TextLayers} over the question, {c.ImageLayers} over the regions, {c.CrossLayers} over both, each of {c.Heads} heads",
                c.Width, c.Hidden,
                $"{Words(c.Vocabulary, c.Positions)}; regions of {c.Features} features", c.Answers, tokenizer),
            ClipText { Config: var c } => new(model.Family, ModelUse.ImageTexts, Of(c.Depth, c.Heads), c.Width, c.Hidden, Words(c.Vocabulary, c.Positions), 0,
                tokenizer),
            LanguageModel { Config: var c } language => new(model.Family,
                language.PredictsTokens ? ModelUse.NextTokens : language.Classes > 0 ? ModelUse.TextClasses : ModelUse.TextVectors,
                Of(c.Depth, c.Heads) + (c.KeyHeads == c.Heads ? "" : $", {c.KeyHeads} of keys and values"), c.Width, c.Hidden, Words(c.Vocabulary, c.Positions),
                language.Classes, tokenizer),
            _ => throw new ArgumentException($"model: {model.Family}, expected one that is no vision transformer.", nameof(model)),
        };

        static string Of(int layers, int heads) => $"{layers}, each of {heads} heads";
        static string Words(int vocabulary, int positions) => $"texts of at most {positions} tokens, {vocabulary} different ones";
    }
}
