// A part of a text, by positions in it: what a token was made from.

namespace Translucent.Text;

/// <summary>The half-open range <c>[Start, End)</c> of a text. Both ends are 0 for what was made from no text, such as a special token.</summary>
/// <param name="Start">Position of the first character.</param>
/// <param name="End">Position behind the last character.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>How many characters it covers.</summary>
    public int Length => End - Start;

    /// <summary>As <c>[3, 8)</c>.</summary>
    public override string ToString() => $"[{Start}, {End})";
}
