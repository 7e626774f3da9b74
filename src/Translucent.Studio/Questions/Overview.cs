// The first thing a page asks: what the model says of the input, and what can be asked further.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Studio.Http;

namespace Translucent.Studio.Questions;

/// <summary>Opens a scene.</summary>
static class Overview
{
    public static Bundle Of(Asked asked)
    {
        Trace trace = asked.Trace;
        return new Bundle(new
        {
            asked.Scene.Kind,
            asked.Scene.Model.Family,
            Layers = trace.Blocks.Where(b => b.Stream == trace.Blocks[0].Stream).Count() + 1,
            Streams = trace.Streams.Select(s => new
            {
                s.Name,
                s.Length,
                Layers = trace.Blocks.Count(b => b.Stream == s) + 1,
                Tokens = s.Layout switch { PatchGrid => "patches", Regions => "regions", ObjectSlots => "slots", _ => "words" },
            }),
            Steps = trace.Steps.Select(s => new { s.Site, Queries = s.Queries.Name, Values = s.Values.Name, s.Heads }),
            Methods = asked.Scene.Kind is "objects" or "question" ? Streams(StreamMethods.All, trace)
                : asked.Scene.Kind == "summary" ? Streams(StreamMethods.OfTexts, trace) : Classes(trace),
            Doubts = asked.Scene.Doubts(asked.Query.Word("model")),
            Facts = asked.Scene.Facts(trace),
        });
    }

    static IEnumerable<object> Classes(Trace trace) => ClassMethods.All.Select(m => new
    {
        m.Name,
        m.Meaning,
        m.Source,
        Signed = m.IsSigned,
        m.TellsClassesApart,
        m.TakesDifferences,
        WhyNot = m.Fits(trace),
        Passes = Math.Round(m.Operations(trace, 1) / Cost.Forward(trace), 1),
    });

    static IEnumerable<object> Streams(IEnumerable<StreamMethod> methods, Trace trace) => methods.Select(m => new
    {
        m.Name,
        m.Meaning,
        m.Source,
        Signed = m.IsSigned,
        TellsClassesApart = true,
        TakesDifferences = true,
        WhyNot = m.Fits(trace),
        Passes = (double)m.Sweeps,
    });
}
