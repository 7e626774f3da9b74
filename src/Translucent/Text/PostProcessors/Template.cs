// Templates: where texts and special tokens stand in what a model reads (Hugging Face tokenizers, processors/template.rs).

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Text.Reading;

namespace Translucent.Text.PostProcessors;

/// <summary>A place in a template.</summary>
/// <param name="Sequence">The text that stands here; -1 for special tokens.</param>
/// <param name="Tokens">The special tokens that stand here.</param>
/// <param name="TypeId">The segment of all of them.</param>
sealed record TemplatePlace(int Sequence, (int Id, string Text)[] Tokens, int TypeId);

/// <summary>One template for a single text, one for two.</summary>
sealed class Template(TemplatePlace[] single, TemplatePlace[] pair) : PostProcessor
{
    const int MostPlaces = 64; // each copies a text, or tokens

    /// <summary>Reads the templates, and checks that each special token in them is explained.</summary>
    /// <exception cref="TranslucentException">Something is missing or of a wrong type, or the template of a single text asks for a second one.</exception>
    public static Template Of(ConfigSection section)
    {
        foreach (string key in (string[])["single", "pair"])
            if (section.Json.TryGetProperty(key, out JsonElement all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > MostPlaces)
                throw section.Error(key, $"holds {all.GetArrayLength()} places, expected at most {MostPlaces}");
        TemplatePlace[] single = [.. section.Sections("single").Select(place => Place(place, section))];
        if (single.Any(p => p.Sequence == 1)) throw section.Error("single", "asks for sequence B, expected A only");
        return new Template(single, [.. section.Sections("pair").Select(place => Place(place, section))]);
    }

    public override List<List<Entry>> Apply(List<List<Entry>> parts, bool special)
    {
        TemplatePlace[] places = parts.Count == 1 ? single : pair;
        List<List<Entry>> result = [];
        foreach (TemplatePlace place in places)
        {
            if (place.Sequence >= 0) result.Add(
                [.. parts[Math.Min(place.Sequence, parts.Count - 1)].Select(e => e with { TypeId = place.TypeId, Sequence = place.Sequence })]);
            else if (special) result.Add([.. place.Tokens.Select(t => Entry.Added(t.Id, t.Text, place.TypeId))]);
        }
        return result;
    }

    static TemplatePlace Place(ConfigSection place, ConfigSection template)
    {
        if (place.Has("Sequence"))
        {
            ConfigSection sequence = place.Section("Sequence");
            return new TemplatePlace(sequence.Word<int>("id", null, ("A", 0), ("B", 1)), [], sequence.Count("type_id"));
        }
        ConfigSection special = place.Section("SpecialToken");
        string name = special.String("id");
        ConfigSection all = template.Section("special_tokens");
        if (!all.Has(name)) throw special.Wrong("id", "one of special_tokens");
        ConfigSection token = all.Section(name);
        (int[] ids, string[] texts) = (token.Ints("ids"), token.Strings("tokens"));
        if (ids.Length != texts.Length || ids.Any(id => id < 0))
            throw token.Error("ids", $"holds {ids.Length} ids for {texts.Length} tokens, expected one from 0 on for each");
        return new TemplatePlace(-1, [.. ids.Zip(texts)], special.Count("type_id"));
    }
}
