// Patterns of tokenizer.json: {"Regex": ..} in Oniguruma's syntax, {"String": ..} literally.

using Translucent.Files;

namespace Translucent.Text.Patterns;

/// <summary>A compiled pattern. It works on code points, so that every plane of Unicode is alike; .NET's Regex sees surrogates there.</summary>
sealed class Pattern
{
    readonly Instruction[] _program;
    readonly int _registers;
    readonly string _text;
    Machine? _spare; // of an earlier search, for the next

    Pattern(string text, Node node)
    {
        _text = text;
        (_program, _registers) = Compiler.Compile(node);
    }

    /// <summary>A pattern in Oniguruma's syntax.</summary>
    /// <exception cref="TranslucentException">What is wrong with it; the message goes on after the name of the pattern.</exception>
    public static Pattern Regex(string text) => new(text, PatternParser.Parse(text));

    /// <summary>A pattern that is a text itself.</summary>
    public static Pattern Literal(string text) => new(text, new SequenceNode([.. Runes.Of(text).Select(r => new OneNode(Unicode.RuneSet.Of((r, r))))]));

    /// <summary>All matches from left to right, as pairs of start and end. One that is empty does not directly follow another.</summary>
    /// <exception cref="TranslucentException">The pattern takes more steps than any sensible one would.</exception>
    public List<(int Start, int End)> Matches(ReadOnlySpan<int> text) => Matches(text, new StepBudget(text.Length));

    /// <summary>As above, for one of several texts that share a budget.</summary>
    /// <exception cref="TranslucentException">The pattern takes more steps than any sensible one would.</exception>
    public List<(int Start, int End)> Matches(ReadOnlySpan<int> text, StepBudget budget)
    {
        List<(int Start, int End)> matches = new(text.Length / 4);
        if (text.IsEmpty) return matches;
        Machine machine = Interlocked.Exchange(ref _spare, null) ?? new Machine(_program, _registers);
        machine.Begin(budget.Left);
        int from = 0, last = -1;
        try
        {
            while (from <= text.Length && machine.Find(text, from, out int start, out int end))
            {
                if (start == end && end == last)
                {
                    from++;
                    continue;
                }
                matches.Add((start, end));
                from = last = end;
            }
        }
        catch (TimeoutException)
        {
            throw new TranslucentException($"the pattern {Files.Describe.Name(_text)} takes too many steps on this text, expected one without nested "
                + "repetition; the tokenizer cannot be used with such texts.");
        }
        budget.Left = machine.Left;
        _spare = machine;
        return matches;
    }
}
