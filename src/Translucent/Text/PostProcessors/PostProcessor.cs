// Post-processors: special tokens, segments, and narrower offsets (Hugging Face tokenizers, src/processors).

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Reading;
using Translucent.Text.Unicode;

namespace Translucent.Text.PostProcessors;

/// <summary>A step behind the model. It works on one part for each text; the parts that the last step leaves are joined.</summary>
abstract class PostProcessor
{
    /// <summary>Changes the parts.</summary>
    /// <param name="parts">One for each text, tokens in order.</param>
    /// <param name="special">False: no special tokens are added.</param>
    public abstract List<List<Entry>> Apply(List<List<Entry>> parts, bool special);

    /// <summary>Reads a post-processor by its "type".</summary>
    /// <exception cref="TranslucentException">The kind is not known, or a setting is wrong.</exception>
    public static PostProcessor Read(ConfigSection section) => section.String("type") switch
    {
        "Sequence" => new SequencePostProcessor([.. section.Sections("processors").Select(Read)]),
        "TemplateProcessing" => Template.Of(section),
        "ByteLevel" => new TrimBlanks(section.Bool("trim_offsets"), section.Bool("add_prefix_space")),
        "BertProcessing" => new Frame(Token(section, "cls"), Token(section, "sep"), secondBegins: false, oneType: false),
        "RobertaProcessing" => new SequencePostProcessor([
            new TrimBlanks(section.Bool("trim_offsets"), section.Bool("add_prefix_space")),
            new Frame(Token(section, "cls"), Token(section, "sep"), secondBegins: true, oneType: true)]),
        _ => throw section.Unknown("Sequence", "TemplateProcessing", "ByteLevel", "BertProcessing", "RobertaProcessing"),
    };

    /// <summary>A token as <c>["[SEP]", 102]</c>.</summary>
    static (string Text, int Id) Token(ConfigSection section, string key) =>
        section.Json.TryGetProperty(key, out JsonElement pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
            && pair[0].ValueKind == JsonValueKind.String && pair[1].ValueKind == JsonValueKind.Number && pair[1].TryGetInt32(out int id) && id >= 0
            ? (pair[0].GetString()!, id) : throw section.Wrong(key, "a token and its id, as [\"[SEP]\", 102]");
}

/// <summary>One after the other.</summary>
sealed class SequencePostProcessor(PostProcessor[] steps) : PostProcessor
{
    public override List<List<Entry>> Apply(List<List<Entry>> parts, bool special) => steps.Aggregate(parts, (p, step) => step.Apply(p, special));
}

/// <summary>Offsets of byte-level tokens without the white space at their ends.</summary>
/// <param name="trim">False: they stay.</param>
/// <param name="prefixSpace">A blank before the first word may be one that the pre-tokenizer added.</param>
sealed class TrimBlanks(bool trim, bool prefixSpace) : PostProcessor
{
    public override List<List<Entry>> Apply(List<List<Entry>> parts, bool special) => trim ? [.. parts.Select(part => part.Select(Trimmed).ToList())] : parts;

    Entry Trimmed(Entry token, int index)
    {
        (string text, int leading, int trailing) = (token.Text, 0, 0);
        while (leading < text.Length && IsBlank(text[leading])) leading++;
        while (trailing < text.Length && IsBlank(text[^(trailing + 1)])) trailing++;
        if (leading == 0 && trailing == 0) return token;
        (int start, int end) = (token.Offsets.Start, token.Offsets.End);
        if (leading == 1 && prefixSpace && (index == 0 || start == 0)) leading = 0;
        start = Math.Min(start + leading, end);
        if (end >= trailing) end = Math.Max(end - trailing, start);
        return token with { Offsets = new TextSpan(start, end) };
    }

    static bool IsBlank(int rune) => rune == ByteAlphabet.Space || Properties.Space.Contains(rune);
}

/// <summary>A token before the first text, and one behind each; maybe one before the second too.</summary>
sealed class Frame((string Text, int Id) first, (string Text, int Id) last, bool secondBegins, bool oneType) : PostProcessor
{
    public override List<List<Entry>> Apply(List<List<Entry>> parts, bool special)
    {
        if (oneType) parts = [.. parts.Select(part => part.Select(e => e with { TypeId = 0 }).ToList())];
        return special ? [.. parts.Select(Framed)] : parts;
    }

    List<Entry> Framed(List<Entry> part, int index)
    {
        int type = oneType || index == 0 ? 0 : 1;
        List<Entry> framed = [.. part, Entry.Added(last.Id, last.Text, type)];
        if (index == 0) framed.Insert(0, Entry.Added(first.Id, first.Text, type));
        else if (secondBegins) framed.Insert(0, Entry.Added(last.Id, last.Text, type));
        return framed;
    }
}
