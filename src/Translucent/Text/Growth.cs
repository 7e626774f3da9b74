// How much longer a text may become on its way through the steps of a tokenizer. Each step of a hostile file could double it, as in the
// "billion laughs" of XML (CWE-776): forty replacements of a few bytes each would fill any memory.

using Translucent.Files;

namespace Translucent.Text;

/// <summary>Refuses steps that swell a text.</summary>
static class Growth
{
    const long Factor = 64, Allowance = 1 << 16; // bytes of a character become at most 4 signs, and NFKD makes at most 18 of one

    /// <param name="before">Characters at first.</param>
    /// <param name="now">Characters that a step makes, or would make, of them.</param>
    /// <exception cref="TranslucentException">They are too many.</exception>
    public static void Check(long before, long now)
    {
        if (now > Factor * before + Allowance)
            throw new TranslucentException(
                $"its steps make {now} characters of {before}, expected at most {Factor} times as many; the tokenizer cannot be used.");
    }
}
