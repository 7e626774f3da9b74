// The attention of one token in one step, head by head.

using Translucent.Models;
using Translucent.Studio.Http;
using Translucent.Tensors;

namespace Translucent.Studio.Questions;

/// <summary>Reads attention.</summary>
static class Heads
{
    public static Bundle Of(Asked asked)
    {
        Trace trace = asked.Trace;
        AttentionStep step = trace.Steps[asked.Query.Int("step", 0, trace.Steps.Count - 1)];
        int token = asked.Query.Int("token", 0, step.Queries.Length - 1);
        Tensor all = trace.Attention(step), rows = new(step.Heads, step.Values.Length);
        for (int h = 0; h < step.Heads; h++) all.Row(h * step.Queries.Length + token).CopyTo(rows.Row(h));
        return new Bundle(new { step.Site, Queries = step.Queries.Name, Values = step.Values.Name }).With("heads", rows);
    }
}
