// spiece.model: a model of SentencePiece (github.com/google/sentencepiece, src/sentencepiece_model.proto), which Hugging Face's SiglipTokenizer reads where
// there is no tokenizer.json (transformers, tokenization_siglip.py). Unigram models alone.

using Google.Protobuf;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Decoders;
using Translucent.Text.Normalizers;
using Translucent.Text.PostProcessors;
using Translucent.Text.PreTokenizers;
using Translucent.Text.Subwords;

namespace Translucent.Text.Reading;

/// <summary>Reads the tokenizer of SigLIP from the model that SentencePiece trained.</summary>
sealed class SentencePieceFile
{
    /// <summary>What SigLIP's folders call it.</summary>
    public const string Name = "spiece.model";

    const string End = "</s>";
    const uint Varint = 0, Bytes = 2, Fixed32 = 5; // wire types: a field's tag is its number times eight and its type
    const int MostPieces = 1 << 21, Sign = 0x2581;
    const long LongestFile = 100_000_000;

    // SentencePiece.Type
    const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5;

    readonly string _path;
    readonly List<(string Text, float Score, int Kind)> _pieces = [];
    int _modelType = 1; // UNIGRAM
    bool _byteFallback, _suffix, _dummyPrefix = true, _singleBlanks = true, _escapes = true;
    byte[] _table = [];

    SentencePieceFile(string path) => _path = path;

    /// <summary>Whether the tokenizer of a folder is read from it: that of SigLIP, without a tokenizer.json.</summary>
    public static bool IsIn(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Name))) return false;
        string config = Path.Combine(folder, "config.json");
        string? type = TokenizerConfig.Read(folder).Class ?? (File.Exists(config) ? ConfigSection.Open(config).Optional("model_type") : null);
        return type is "SiglipTokenizer" or "siglip" or "siglip_text_model";
    }

    /// <summary>The tokenizer of a folder; null where it has no such file, or of another family.</summary>
    /// <exception cref="TranslucentException">The file is damaged, or of a kind that is not read.</exception>
    public static TokenizerParts? Read(string folder, TokenizerConfig config)
    {
        if (!IsIn(folder)) return null;
        SentencePieceFile file = new(Path.Combine(folder, Name));
        file.Read();
        return file.Parts(config);
    }

    void Read()
    {
        RealPath.CheckInside(Path.GetDirectoryName(_path)!, _path);
        if (new FileInfo(_path).Length > LongestFile) throw Error($"is longer than {LongestFile / 1_000_000} MB, which no such model is");
        try
        {
            CodedInputStream input = new(File.ReadAllBytes(_path));
            Each(input, tag =>
            {
                if (tag == Tag(1, Bytes)) Inside(input, Piece);
                else if (tag == Tag(2, Bytes)) Inside(input, Trainer);
                else if (tag == Tag(3, Bytes)) Inside(input, Normalization);
                else return false;
                return true;
            });
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Error($"is no model of SentencePiece, or damaged ({e.Message.TrimEnd('.')})");
        }
    }

    void Piece(CodedInputStream input)
    {
        if (_pieces.Count == MostPieces) throw Error($"has more than {MostPieces} pieces");
        (string text, float score, int kind) = ("", 0, Normal);
        Each(input, tag =>
        {
            if (tag == Tag(1, Bytes)) text = input.ReadString();
            else if (tag == Tag(2, Fixed32)) score = input.ReadFloat();
            else if (tag == Tag(3, Varint)) kind = input.ReadInt32();
            else return false;
            return true;
        });
        if (!float.IsFinite(score)) throw Error($"gives {Describe.Name(text)} a score that is no number");
        _pieces.Add((text, score, kind));
    }

    void Trainer(CodedInputStream input) => Each(input, tag =>
    {
        if (tag == Tag(3, Varint)) _modelType = input.ReadInt32();
        else if (tag == Tag(24, Varint)) _suffix = input.ReadBool();
        else if (tag == Tag(35, Varint)) _byteFallback = input.ReadBool();
        else return false;
        return true;
    });

    void Normalization(CodedInputStream input) => Each(input, tag =>
    {
        if (tag == Tag(2, Bytes)) _table = input.ReadBytes().ToByteArray();
        else if (tag == Tag(3, Varint)) _dummyPrefix = input.ReadBool();
        else if (tag == Tag(4, Varint)) _singleBlanks = input.ReadBool();
        else if (tag == Tag(5, Varint)) _escapes = input.ReadBool();
        else return false;
        return true;
    });

    TokenizerParts Parts(TokenizerConfig config)
    {
        if (_modelType != 1) throw Error("is no Unigram model, the only kind of SentencePiece that is read; write a tokenizer.json with transformers");
        if (_byteFallback || _suffix || !_escapes || _pieces.Exists(p => p.Kind is not (Normal or Unknown or Control or UserDefined or Unused)))
            throw Error("has bytes as pieces, blanks behind words or blanks without a sign, which are not read; write a tokenizer.json with transformers");
        if (_pieces.Find(p => p.Kind == UserDefined && !p.Text.Any(IsSign)) is { Kind: UserDefined } own) // one with a sign is in no text of SigLIP
            throw Error($"has {Describe.Name(own.Text)} as a piece that users defined, which is not read; write a tokenizer.json with transformers");
        int unknown = _pieces.FindIndex(p => p.Kind == Unknown), end = _pieces.FindIndex(p => p.Text == End);
        if (unknown < 0 || end < 0) throw Error($"has no piece for what is unknown, or no {End}, expected both");
        Vocabulary vocabulary = Vocabulary.Of([.. _pieces.Select(p => p.Text)], Error);
        Unigram model = new(vocabulary, [.. _pieces.Select(p => p.Kind == Normal ? p.Score : double.NaN)], unknown, byteFallback: false, single: true);
        ReplacementTable? table;
        try
        {
            table = _table.Length == 0 ? null : new ReplacementTable(_table);
        }
        catch (FormatException)
        {
            throw Error("has a table of replacements that is none");
        }
        TemplatePlace closing = new(-1, [(end, End)], 0);
        return new TokenizerParts(_path, new SentencePieceNormalizer(table, _singleBlanks),
            new Metaspace(Sign, _dummyPrefix ? PrependScheme.Always : PrependScheme.Never, split: false), model,
            new Template([new TemplatePlace(0, [], 0), closing], [new TemplatePlace(0, [], 0), closing, new TemplatePlace(1, [], 0), closing]),
            new MetaspaceDecoder(Sign, prepended: _dummyPrefix))
        {
            AddedTokens = [.. _pieces.Select((p, i) => (p, i)).Where(a => a.p.Kind is Unknown or Control && a.p.Text.Length > 0)
                .Select(a => new AddedToken(a.i, a.p.Text, Special: true))],
            Roles = config.Roles.Count > 0 ? config.Roles
                : new Dictionary<string, string> { ["eos_token"] = End, ["pad_token"] = End, ["unk_token"] = _pieces[unknown].Text },
            MaximumLength = config.MaximumLength,
        };
    }

    static bool IsSign(char c) => char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c));

    TranslucentException Error(string what) => new($"{_path}: {what}.");

    static uint Tag(int field, uint type) => ((uint)field << 3) | type;

    /// <summary>Every field of a message; those that are not taken are passed over.</summary>
    static void Each(CodedInputStream input, Func<uint, bool> read)
    {
        uint tag;
        while ((tag = input.ReadTag()) != 0)
            if (!read(tag)) input.SkipLastField();
    }

    /// <summary>A message in a field.</summary>
    static void Inside(CodedInputStream input, Action<CodedInputStream> read) => read(input.ReadBytes().CreateCodedInput());
}
