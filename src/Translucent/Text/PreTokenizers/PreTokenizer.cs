// Pre-tokenizers: how a text is split before a model sees it (Hugging Face tokenizers, src/pre_tokenizers).

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Patterns;
using Translucent.Text.Reading;
using Translucent.Text.Unicode;

namespace Translucent.Text.PreTokenizers;

/// <summary>A step that splits pieces.</summary>
abstract class PreTokenizer
{
    /// <summary>Splits all pieces that are ordinary text.</summary>
    public abstract void Apply(PieceList pieces);

    /// <summary>Reads a pre-tokenizer by its "type".</summary>
    /// <exception cref="TranslucentException">The kind is not known, or a setting is wrong.</exception>
    public static PreTokenizer Read(ConfigSection section) => section.String("type") switch
    {
        "Sequence" => new SequencePreTokenizer([.. section.Sections("pretokenizers").Select(Read)]),
        "ByteLevel" => new ByteLevel(section.Bool("add_prefix_space"), section.Bool("use_regex", true)),
        "Split" => new Split(section.Pattern("pattern"), section.Behaviour(), section.Bool("invert")),
        "Metaspace" => Metaspace.Of(section),
        "Whitespace" => new WordsAndSigns(),
        "WhitespaceSplit" => new CharacterSplit(Properties.Space, SplitBehaviour.Removed),
        "BertPreTokenizer" => new SequencePreTokenizer(
            [new CharacterSplit(Properties.Space, SplitBehaviour.Removed), new CharacterSplit(UnicodeData.Instance.Punctuation, SplitBehaviour.Isolated)]),
        "Punctuation" => new CharacterSplit(UnicodeData.Instance.Punctuation, section.Behaviour(SplitBehaviour.Isolated)),
        "Digits" => new CharacterSplit(Properties.Numeric, section.Bool("individual_digits") ? SplitBehaviour.Isolated : SplitBehaviour.Contiguous),
        "CharDelimiterSplit" => new CharacterSplit(section.Rune("delimiter") is int r ? RuneSet.Of((r, r)) : RuneSet.Empty, SplitBehaviour.Removed),
        "FixedLength" => new FixedLength(section.Int("length", 5) is > 0 and int length ? length : throw section.Wrong("length", "a whole number from 1 on")),
        _ => throw section.Unknown("Sequence", "ByteLevel", "Split", "Metaspace", "Whitespace", "WhitespaceSplit", "BertPreTokenizer", "Punctuation", "Digits",
            "CharDelimiterSplit", "FixedLength"),
    };
}

/// <summary>One after the other.</summary>
sealed class SequencePreTokenizer(PreTokenizer[] steps) : PreTokenizer
{
    public override void Apply(PieceList pieces)
    {
        int before = pieces.Text.Count;
        foreach (PreTokenizer step in steps)
        {
            step.Apply(pieces);
            Growth.Check(before, pieces.Text.Count);
        }
    }
}

/// <summary>Splits by a pattern; inverted, what lies between its matches is what splits.</summary>
sealed class Split(Pattern pattern, SplitBehaviour behaviour, bool invert) : PreTokenizer
{
    public override void Apply(PieceList pieces)
    {
        StepBudget budget = new(pieces.Text.Count);
        pieces.Split(text => Splitting.Cut(behaviour, pattern.Matches(text, budget), text.Length, invert));
    }
}

/// <summary>Splits by single characters of a set.</summary>
sealed class CharacterSplit(RuneSet set, SplitBehaviour behaviour) : PreTokenizer
{
    public override void Apply(PieceList pieces) => pieces.Split(text =>
        Any(text) ? Splitting.Apply(behaviour, Splitting.Cover(text, set.Contains)) : [(0, text.Length)]);

    bool Any(ReadOnlySpan<int> text)
    {
        foreach (int rune in text)
            if (set.Contains(rune)) return true;
        return false;
    }
}

/// <summary>Pieces of so many characters, the last one as many as are left.</summary>
sealed class FixedLength(int length) : PreTokenizer
{
    public override void Apply(PieceList pieces) => pieces.Split(text =>
    {
        int count = text.Length;
        return Enumerable.Range(0, (count + length - 1) / length).Select(i => (i * length, Math.Min(count, (i + 1) * length)));
    });
}

/// <summary>Keeps words and runs of signs; white space goes.</summary>
sealed class WordsAndSigns : PreTokenizer
{
    public override void Apply(PieceList pieces) => pieces.Split(text =>
    {
        List<(int, int)> parts = [];
        for (int i = 0, start; i < text.Length;)
        {
            int kind = Kind(text[start = i]);
            while (++i < text.Length && Kind(text[i]) == kind) { }
            if (kind != 0) parts.Add((start, i));
        }
        return parts;
    });

    /// <summary>0 white space, 1 part of a word, 2 a sign.</summary>
    static int Kind(int rune) => Properties.WordOrJoiner.Contains(rune) ? 1 : Properties.Space.Contains(rune) ? 0 : 2;
}
