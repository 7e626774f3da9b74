// All that a tokenizer is made of, as its files give it.

using Translucent.Text.Decoders;
using Translucent.Text.Normalizers;
using Translucent.Text.PostProcessors;
using Translucent.Text.PreTokenizers;
using Translucent.Text.Subwords;

namespace Translucent.Text.Reading;

/// <summary>The steps of a tokenizer. Those that are null are left out.</summary>
/// <param name="File">Where they were read, for errors.</param>
/// <param name="Normalizer">Changes the text.</param>
/// <param name="PreTokenizer">Cuts it into words.</param>
/// <param name="Model">Cuts words into tokens.</param>
/// <param name="PostProcessor">Adds tokens that frame a text.</param>
/// <param name="Decoder">Makes text of tokens again.</param>
sealed record TokenizerParts(string File, Normalizer? Normalizer, PreTokenizer? PreTokenizer, SubwordModel Model, PostProcessor? PostProcessor,
    Decoder? Decoder)
{
    /// <summary>Tokens beside the vocabulary.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>What ends words in the vocabulary and becomes a blank in decoded text, which is then trimmed; null for none.</summary>
    public string? WordEnd { get; init; }

    /// <summary>Special tokens by role.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();

    /// <summary>The most tokens that the model reads.</summary>
    public int? MaximumLength { get; init; }
}
