// Normalizers: what happens to a text before it is split (Hugging Face tokenizers, src/normalizers).

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Reading;
using Translucent.Text.Unicode;

namespace Translucent.Text.Normalizers;

/// <summary>A step that changes characters.</summary>
abstract class Normalizer
{
    /// <summary>The changed text.</summary>
    public abstract AlignedText Apply(AlignedText text);

    /// <summary>Reads a normalizer by its "type".</summary>
    /// <exception cref="TranslucentException">The kind is not known, or a setting is wrong.</exception>
    public static Normalizer Read(ConfigSection section) => section.String("type") switch
    {
        "Sequence" => new SequenceNormalizer([.. section.Sections("normalizers").Select(Read)]),
        "NFC" => new FormNormalizer(NormalForm.Nfc),
        "NFD" => new FormNormalizer(NormalForm.Nfd),
        "NFKC" => new FormNormalizer(NormalForm.Nfkc),
        "NFKD" => new FormNormalizer(NormalForm.Nfkd),
        "Lowercase" => new Lowercase(),
        "StripAccents" => new StripAccents(),
        "Strip" => new Strip(section.Bool("strip_left"), section.Bool("strip_right")),
        "Replace" => new Replace(section.Pattern("pattern"), section.String("content")),
        "Prepend" => new Prepend(section.String("prepend")),
        "Nmt" => new Nmt(),
        "ByteLevel" => new ByteLevelNormalizer(),
        "BertNormalizer" => BertNormalizer.Of(section),
        "Precompiled" => Precompiled.Of(section),
        _ => throw section.Unknown("Sequence", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Replace", "Prepend", "Nmt", "ByteLevel",
            "BertNormalizer", "Precompiled"),
    };
}

/// <summary>One after the other.</summary>
sealed class SequenceNormalizer(Normalizer[] steps) : Normalizer
{
    public override AlignedText Apply(AlignedText text) => steps.Aggregate(text, (t, step) =>
    {
        AlignedText next = step.Apply(t);
        Growth.Check(text.Count, next.Count);
        return next;
    });
}

/// <summary>A Unicode normalisation form.</summary>
sealed class FormNormalizer(NormalForm form) : Normalizer
{
    public override AlignedText Apply(AlignedText text) => form.Apply(text);
}

/// <summary>Without combining marks; characters that are composed with theirs stay.</summary>
sealed class StripAccents : Normalizer
{
    public override AlignedText Apply(AlignedText text) => text.Where(rune => rune < 0x300 || !UnicodeData.Instance.Marks.Contains(rune));
}

/// <summary>UTF-8 bytes as characters of the byte alphabet.</summary>
sealed class ByteLevelNormalizer : Normalizer
{
    public override AlignedText Apply(AlignedText text)
    {
        AlignedText bytes = new(text.Count + 16);
        ByteAlphabet.Write(text, 0, text.Count, bytes);
        return bytes;
    }
}
