// The report of `models inspect --json`.

using System.Text.Json.Serialization;
using Translucent.Cli.Verbs;
using Translucent.Models;

namespace Translucent.Cli.Records;

/// <summary>What is known of a model; from the family to the methods only where its settings make a model.</summary>
sealed record InspectRecord(
    string Model,
    bool Opens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Problem,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Format,
    int Files,
    long Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Layout,
    string Prefix,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ModelType,
    long Parameters,
    string? Family,
    int? Layers,
    int? Heads,
    int? Width,
    int? Hidden,
    int? Patch,
    int? ImageWidth,
    int? ImageHeight,
    int? Tokens,
    int? PrefixTokens,
    int? Classes,
    bool? TakesClassVectors,
    IReadOnlyList<string>? MissingForTexts,
    bool? Gated,
    IReadOnlyDictionary<string, string>? Verbs,
    IReadOnlyDictionary<string, string>? Methods,
    IReadOnlyList<MissingRecord> Missing,
    IReadOnlyList<string> LeftOver,
    int PassedOver,
    IReadOnlyList<string> Recognised,
    IReadOnlyList<string> NotRun,
    IReadOnlyList<string> SettingsNotRead,
    IReadOnlyList<TensorRecord> Tensors)
{
    public static InspectRecord Of(ModelReport r)
    {
        VisionConfig? c = r.Config;
        return new InspectRecord(
            r.Path, r.Opens, r.Problem, r.Format, r.Files, r.Bytes, r.Layout, r.Prefix, r.ModelType, r.Parameters,
            r.Family, c?.Depth, c?.Heads, c?.Width ?? r.Sizes?.Width, c?.Hidden ?? r.Sizes?.Hidden, c?.Patch,
            c is null ? null : r.Input!.Value.Width, c is null ? null : r.Input!.Value.Height,
            c is null ? null : r.Tokens, c?.Prefix, c is null ? r.Sizes?.Classes : r.Classes, c is null ? null : r.TakesVectors,
            c is null ? null : r.MissingForTexts,
            c is null ? null : r.IsGated, r.Family is null ? null : Needs(InspectNeeds.OfVerbs(r)), c is null ? null : Needs(InspectNeeds.OfMethods(r)),
            [.. r.Missing.Select(m => new MissingRecord(m.Name, [.. m.Expected], m.Found))], r.LeftOver, r.PassedOver, r.Recognised, r.OtherObjects,
            r.UnreadSettings,
            [.. r.Tensors.Select(t => new TensorRecord(t.Name, t.Shape, t.Type.ToString()))]);
    }

    static Dictionary<string, string> Needs(IEnumerable<InspectNeeds> needs) => needs.ToDictionary(n => n.Who, n => n.Here);
}

/// <summary>A tensor that the model needs and the files lack, or have otherwise.</summary>
sealed record MissingRecord(string Name, IReadOnlyList<int> Expected, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Found);

/// <summary>A tensor in the files.</summary>
sealed record TensorRecord(string Name, IReadOnlyList<int> Shape, string Type);
