// SentencePiece's visible blank (Hugging Face tokenizers, pre_tokenizers/metaspace.rs).

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Reading;

namespace Translucent.Text.PreTokenizers;

/// <summary>Where a piece gets a sign in front that it does not have.</summary>
enum PrependScheme { Always, Never, First }

/// <summary>Writes blanks as a sign, usually U+2581, and splits before it.</summary>
sealed class Metaspace(int sign, PrependScheme prepend, bool split) : PreTokenizer
{
    public static Metaspace Of(ConfigSection section) => new(section.Rune("replacement"), Scheme(section), section.Bool("split", true));

    /// <summary>The scheme of a Metaspace, pre-tokenizer or decoder; old files say it by add_prefix_space.</summary>
    /// <exception cref="TranslucentException">The two contradict each other.</exception>
    public static PrependScheme Scheme(ConfigSection section)
    {
        PrependScheme scheme = section.Word<PrependScheme>("prepend_scheme", PrependScheme.Always, ("always", PrependScheme.Always),
            ("never", PrependScheme.Never), ("first", PrependScheme.First));
        if (section.Bool("add_prefix_space", true)) return scheme;
        return section.Has("prepend_scheme") && scheme != PrependScheme.Never ? throw section.Wrong("add_prefix_space", "true, as prepend_scheme has it")
            : PrependScheme.Never;
    }

    public override void Apply(PieceList pieces)
    {
        pieces.Rewrite((text, piece, target) =>
        {
            int first = text.Runes[piece.Start];
            bool wanted = prepend == PrependScheme.Always || (prepend == PrependScheme.First && text[piece.Start].Start == 0);
            if (wanted && first != ' ' && first != sign) target.Add(sign, text[piece.Start]);
            for (int i = piece.Start; i < piece.End; i++) target.Add(text.Runes[i] == ' ' ? sign : text.Runes[i], text[i]);
        });
        if (split) pieces.Split(text => Splitting.Apply(SplitBehaviour.MergedWithNext, Splitting.Cover(text, rune => rune == sign)));
    }
}
