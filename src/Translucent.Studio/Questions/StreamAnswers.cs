// What decided an object or an answer, over every token stream of a model (docs/multimodal.md).

using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Studio.Http;

namespace Translucent.Studio.Questions;

/// <summary>Explains detectors, and models that answer questions.</summary>
static class StreamAnswers
{
    public static Bundle Object(Asked asked)
    {
        IReadOnlyList<Detection> all = asked.Trace.Objects!.All();
        return Of(asked, DetectionTargets.Of([all[asked.Query.Int("query", 0, all.Count - 1)]], DetectionScalar.Logit));
    }

    public static Bundle Answer(Asked asked)
    {
        int classes = asked.Readout.Classes, answer = asked.Query.Int("class", 0, classes - 1);
        int? against = asked.Query.IntOrNull("against", 0, classes - 1);
        if (against == answer) throw TranslucentException.OfRequest("against: is the answer itself; choose another.");
        return Of(asked, new ClassTargets((IReadOnlyList<ClassTarget>)[new ClassTarget(answer, against)]));
    }

    static Bundle Of(Asked asked, Targets targets)
    {
        StreamMethod method = Named(asked.Query.Word("method"), StreamMethods.All);
        if (method.Fits(asked.Trace, targets) is { } reason) throw TranslucentException.OfRequest($"{method.Name}: {reason}.");
        StreamRelevance found = method.Explain(asked.Trace, targets, asked.Sweep());
        Bundle bundle = new(new { Method = method.Name, method.Meaning, Signed = method.IsSigned, found.Streams });
        foreach (string stream in found.Streams) bundle.With(stream, found[stream][0, 0]);
        return bundle;
    }

    /// <summary>A method of a table.</summary>
    /// <exception cref="TranslucentException">There is none of this name.</exception>
    public static StreamMethod Named(string name, IEnumerable<StreamMethod> table) =>
        table.FirstOrDefault(m => m.Name.Equals(name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase))
            ?? throw TranslucentException.OfRequest($"method {Describe.Name(name)}: there is none of this name here.");
}
