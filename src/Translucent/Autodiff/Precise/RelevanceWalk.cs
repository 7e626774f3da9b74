// The walk down for relevance: from the scores to the pixels, one call at a time, each handing down by the rule of its book.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

/// <summary>One walk of T targets down one tape.</summary>
/// <remarks>
/// Linear layers that read the same value (query, key, value) count as one layer with their outputs side by side: their relevances
/// add up. Other uses of the same value (the branch and the skip of a residual block) are joined by the book's rule for clones.
/// </remarks>
sealed class RelevanceWalk(RelevanceRulebook book, int targets, RelevanceWatch watch)
{
    /// <summary>Hands relevance down.</summary>
    /// <param name="tape">What was computed.</param>
    /// <param name="from">Where the relevance enters.</param>
    /// <param name="relevance">[T·rows, width] there.</param>
    /// <returns>The relevance of the leaf of the tape, or null if the rules let nothing through to it.</returns>
    /// <exception cref="InvalidOperationException">The book has no rule for an operation.</exception>
    public PreciseMatrix? Run(PreciseTape tape, Var from, PreciseMatrix relevance)
    {
        IReadOnlyList<Call> calls = tape.Tape.Calls;
        Uses?[] uses = new Uses?[tape.Tape.Count];
        (uses[from.Index] = new Uses()).Add(calls[^1].Op, relevance);
        for (int i = calls.Count - 1; i >= 0; i--)
        {
            Call call = calls[i];
            if (uses[call.Y.Index] is not { } above) continue;
            uses[call.Y.Index] = null;
            PreciseMatrix r = above.Joined(tape[call.Y], book);
            PreciseMatrix[] parts = call.Op is Segment
                ? [tape.Within(call, (inner, y) => Run(inner, y, r)!)]
                : book.Of(call.Op)(new RelevanceCall(call.Op, Array.ConvertAll(call.X, x => tape[x]), tape[call.Y], targets, tape.IsPatches(call.X[0]), call.Site, watch), r);
            for (int x = 0; x < parts.Length; x++) (uses[call.X[x].Index] ??= new Uses()).Add(call.Op, parts[x]);
        }
        return uses[tape.Leaf.Index]?.Joined(tape[tape.Leaf], book);
    }

    /// <summary>What the uses of one value hand down to it.</summary>
    sealed class Uses
    {
        readonly List<PreciseMatrix> _parts = [];
        int _linear = -1; // which part is that of linear layers

        public void Add(Op user, PreciseMatrix part)
        {
            if (user is Linear && _linear >= 0) TensorPrimitives.Add(_parts[_linear].Span, part.Span, _parts[_linear].Span);
            else
            {
                if (user is Linear) _linear = _parts.Count;
                _parts.Add(part);
            }
        }

        public PreciseMatrix Joined(PreciseMatrix x, RelevanceRulebook book) => _parts.Count == 1 ? _parts[0] : book.Join(x, _parts);
    }
}
