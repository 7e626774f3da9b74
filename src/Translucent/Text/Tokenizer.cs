// Tokenizers of Hugging Face model folders: text to ids and back, exactly as the library `tokenizers` does it.

using Translucent.Files;
using Translucent.Text.PostProcessors;
using Translucent.Text.Reading;
using Translucent.Text.Subwords;

namespace Translucent.Text;

/// <summary>The steps from a text to the ids that a model reads, and back. It does not change and can be used by many threads at once.</summary>
/// <remarks>A text goes through: added tokens are cut out, the rest is normalised, split into pieces, cut into tokens of the vocabulary, and framed by special
/// tokens.</remarks>
public sealed class Tokenizer
{
    const int MostSpare = 1 << 20;

    readonly TokenizerParts _parts;
    readonly AddedTokens _added;
    List<Subword>? _spare; // of an earlier call, for the next

    internal Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _added = new AddedTokens(parts.AddedTokens, Vocabulary, parts.Normalizer);
        VocabularySize = Vocabulary.Count + _added.ByText.Keys.Count(text => Vocabulary.IdOf(text) < 0);
    }

    Vocabulary Vocabulary => _parts.Model.Vocabulary;

    /// <summary>How many tokens there are, added ones included.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokens that are found in a text before the model sees it, by id.</summary>
    internal IReadOnlyDictionary<int, AddedToken> AddedTokens => _added.ById;

    /// <summary>Special tokens by their role in tokenizer_config.json: <c>bos_token</c>, <c>eos_token</c>, <c>pad_token</c>, <c>unk_token</c>,
    /// <c>cls_token</c>, <c>sep_token</c>, <c>mask_token</c>.</summary>
    public IReadOnlyDictionary<string, string> Roles => _parts.Roles;

    /// <summary>The most tokens that the model reads, by tokenizer_config.json; null when that does not say.</summary>
    public int? MaximumLength => _parts.MaximumLength;

    /// <summary>Opens the tokenizer of a model.</summary>
    /// <param name="path">A folder with tokenizer.json, or with vocab.json and merges.txt of GPT-2 or CLIP; or a tokenizer.json itself.</param>
    /// <exception cref="TranslucentException">A file is damaged, contradicts itself, or asks for a kind of step that is not known; the message names
    /// it.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static Tokenizer Open(string path) => new(TokenizerFiles.Read(path));

    /// <summary>The tokens of a text, or of two.</summary>
    /// <param name="text">The text. A surrogate without its partner counts as U+FFFD.</param>
    /// <param name="pair">A second text, for models that read two.</param>
    /// <param name="addSpecialTokens">Whether the tokens that frame a text for the model are added. Those that stand in the text itself are found either
    /// way.</param>
    /// <exception cref="TranslucentException">The tokenizer cannot be used with this text: see the message.</exception>
    public EncodedText Encode(string text, string? pair = null, bool addSpecialTokens = true)
    {
        List<List<Entry>> parts = [Entries(text, 0)];
        if (pair is not null) parts.Add(Entries(pair, 1));
        if (_parts.PostProcessor is { } processor) parts = processor.Apply(parts, addSpecialTokens);
        return new EncodedText(text, pair, parts is [var only] ? only : [.. parts.SelectMany(p => p)]);
    }

    /// <summary>The text of ids.</summary>
    /// <param name="ids">Ids; those that no token has are passed over.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <exception cref="TranslucentException">The tokenizer cannot be used with these ids: see the message.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        List<string> tokens = [.. ids.Select(DecodedToken).OfType<string>().Where(token => !skipSpecialTokens || !_added.IsSpecial(token))];
        string text;
        try
        {
            text = _parts.Decoder is { } decoder ? string.Concat(decoder.Apply(tokens)) : string.Join(' ', tokens);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{_parts.File}: {e.Message}");
        }
        return _parts.WordEnd is { } end ? Trimmed(text.Replace(end, " ")) : text;
    }

    /// <summary>The token of an id, as the vocabulary writes it; null when no token has it.</summary>
    /// <param name="id">From 0.</param>
    public string? TokenOf(int id) => _added.ById.TryGetValue(id, out AddedToken? token) ? token.Text : Vocabulary.TextOf(id);

    /// <summary>The id of a token, as the vocabulary writes it; null when it is none.</summary>
    /// <param name="token">Such as <c>▁the</c> or <c>Ġthe</c>, exactly.</param>
    public int? IdOf(string token) => _added.ByText.TryGetValue(token, out AddedToken? added) ? added.Id : Vocabulary.IdOf(token) is >= 0 and int id
        ? id : null;

    string? DecodedToken(int id) => _added.TextOf(id) ?? Vocabulary.TextOf(id);

    static string Trimmed(string text)
    {
        (int start, int end) = (0, text.Length);
        while (start < end && IsBlank(text[start])) start++;
        while (end > start && IsBlank(text[end - 1])) end--;
        return text[start..end];

        static bool IsBlank(char c) => char.IsWhiteSpace(c) || c == '\uFEFF'; // the byte order mark is white space to transformers.js
    }

    List<Entry> Entries(string text, int sequence)
    {
        try
        {
            PieceList pieces = _added.Extract(new AlignedText(text));
            _parts.PreTokenizer?.Apply(pieces);
            AlignedText aligned = pieces.Text;
            List<Subword> tokens = Interlocked.Exchange(ref _spare, null) ?? [];
            _parts.Model.Tokenize(aligned.Runes, pieces.Items, tokens);
            List<Entry> entries = new(tokens.Count);
            foreach (Subword token in tokens)
            {
                string name = pieces.Items[token.Piece].IsToken ? Runes.Text(aligned.Runes[token.Start..token.End])
                    : _parts.Model.NameOf(aligned.Runes, token);
                TextSpan offsets = new(aligned[token.Start].Start, aligned[token.End - 1].End);
                entries.Add(new Entry(token.Id, name, offsets, sequence, token.Piece, sequence, Special: false));
            }
            aligned.Release();
            tokens.Clear();
            if (tokens.Capacity <= MostSpare) _spare = tokens;
            return entries;
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{_parts.File}: {e.Message}");
        }
    }
}
