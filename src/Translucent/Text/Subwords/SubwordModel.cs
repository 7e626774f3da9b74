// Models: what makes tokens of pieces of text (Hugging Face tokenizers, src/models).

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Reading;

namespace Translucent.Text.Subwords;

/// <summary>A token found in a text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="End">Behind its end.</param>
/// <param name="Piece">The number of the piece it is part of.</param>
readonly record struct Subword(int Id, int Start, int End, int Piece = 0);

/// <summary>A vocabulary with a rule that cuts pieces into its tokens.</summary>
abstract class SubwordModel(Vocabulary vocabulary)
{
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Makes tokens of one text; safe on many threads at once.</summary>
    /// <param name="text">Code points.</param>
    /// <param name="pieces">Parts of it, in order; those that are added tokens become one token each.</param>
    /// <param name="tokens">Where each token is appended.</param>
    /// <exception cref="TranslucentException">A part is in no token, and the token for such parts is not in the vocabulary.</exception>
    public abstract void Tokenize(ReadOnlySpan<int> text, List<Piece> pieces, List<Subword> tokens);

    /// <summary>What a token is called: its text in the vocabulary.</summary>
    /// <param name="text">The text that it was found in.</param>
    /// <param name="token">The token.</param>
    public virtual string NameOf(ReadOnlySpan<int> text, Subword token) => Vocabulary.TextOf(token.Id)!;

    /// <summary>Reads a model by its "type"; old files leave that out, and are told by what they hold.</summary>
    /// <exception cref="TranslucentException">The kind is not known, or a setting is wrong.</exception>
    public static SubwordModel Read(ConfigSection section)
    {
        string type = section.Optional("type")
            ?? (section.Has("merges") ? "BPE" : section.Has("unk_id") ? "Unigram" : section.Has("continuing_subword_prefix") ? "WordPiece"
                : section.String("type"));
        return type switch
        {
            "BPE" => BpeReader.Read(section),
            "WordPiece" => new WordPiece(Vocabulary.Read(section, "vocab"), section.String("unk_token"), section.String("continuing_subword_prefix"),
                section.Count("max_input_chars_per_word")),
            "WordLevel" => new WordLevel(Vocabulary.Read(section, "vocab"), section.String("unk_token")),
            "Unigram" => Unigram.Read(section),
            _ => throw section.Unknown("BPE", "WordPiece", "WordLevel", "Unigram"),
        };
    }

    /// <summary>The id of the token for what no other token covers.</summary>
    /// <exception cref="TranslucentException">It is not in the vocabulary.</exception>
    protected int Unknown(string token) => Vocabulary.IdOf(token) is >= 0 and int id ? id
        : throw new TranslucentException(
            $"the text holds what no token covers, and unk_token {Describe.Name(token)} is not in the vocabulary; "
                + "correct the tokenizer or leave that text out.");
}
