// What in a text decided a class, what each token of a summary came from, and what every layer would say next (docs/language.md).

using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;
using Translucent.Tensors;

namespace Translucent.Studio.Questions;

/// <summary>Explains texts.</summary>
static class Words
{
    const int Shown = 5, MostColumns = 64; // of the lens

    public static Bundle OfClass(Asked asked)
    {
        string name = asked.Query.Word("method");
        ClassMethod method = ClassMethods.Find(name) ?? throw TranslucentException.OfRequest($"method {Describe.Name(name)}: there is none of this name.");
        int classes = Math.Max(1, asked.Trace.Readout?.Classes ?? 0);
        ClassTarget target = new(asked.Query.Int("class", 0, classes - 1), asked.Query.IntOrNull("against", 0, classes - 1));
        ClassTargets targets = new((IReadOnlyList<ClassTarget>)[target]);
        if (method.Fits(asked.Trace, targets) is { } reason) throw TranslucentException.OfRequest($"{method.Name}: {reason}.");
        Tensor row = method.Explain(asked.Trace, targets, asked.Sweep()).Tokens ?? throw TranslucentException.OfRequest($"{method.Name}: explains no tokens.");
        return new Bundle(new { Method = method.Name, method.Meaning, Signed = method.IsSigned }).With("row", row.Row(0), row.Width);
    }

    public static Bundle OfSummary(Asked asked)
    {
        TextScene scene = (TextScene)asked.Scene;
        int[] summary = scene.Summary;
        if (summary.Length == 0) throw TranslucentException.OfRequest("the summary has no tokens, expected some words.");
        StreamMethod method = StreamAnswers.Named(asked.Query.Word("method"), StreamMethods.OfTexts);
        Tensor rows;
        if (method.Name == "ultra")
        {
            int layer = asked.Query.IntOrNull("layer", 2, asked.Trace.Blocks.Count + 1) ?? asked.Trace.Blocks.Count + 1;
            rows = TokenContributions.Of(asked.Trace, summary, scene.Context, layer, options: asked.Sweep(summary.Length)).Rows;
        }
        else
        {
            NextTokenTargets targets = new([.. summary.Select(s => new NextToken(scene.Ids[s], s - 1))], TokenScalar.LogProbability);
            if (method.Fits(asked.Trace, targets) is { } reason) throw TranslucentException.OfRequest($"{method.Name}: {reason}.");
            rows = method.Explain(asked.Trace, targets, asked.Sweep(summary.Length))["text"];
        }
        return new Bundle(new { Method = method.Name, method.Meaning, Signed = method.IsSigned }).With("rows", rows.Reshape(rows.Rows, rows.Width));
    }

    public static Bundle Lens(Asked asked)
    {
        LanguageModel model = (LanguageModel)asked.Scene.Model;
        int first = asked.Query.IntOrNull("first", 0, asked.Trace.Tokens - 1) ?? Math.Max(0, asked.Trace.Tokens - MostColumns);
        int[] positions = [.. Enumerable.Range(first, Math.Min(MostColumns, asked.Trace.Tokens - first))];
        LensReading read = LogitLens.Read(asked.Trace, positions, top: Shown);
        return new Bundle(new
        {
            Positions = positions,
            Top = read.Top.Select(layer => layer.Select(tokens => tokens.Select(t => new
            {
                Text = model.Tokenizer!.Decode([t.Id]),
                Probability = Math.Exp(t.LogProbability),
            }))),
        });
    }
}
