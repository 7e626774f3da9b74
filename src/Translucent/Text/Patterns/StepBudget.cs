// How many steps the machine of patterns may take: some patterns need time that doubles with each character (CWE-1333).

namespace Translucent.Text.Patterns;

/// <summary>Steps that are left for all pieces of a text together.</summary>
/// <param name="characters">How long the text is.</param>
sealed class StepBudget(long characters)
{
    const long Least = 1_000_000, PerCharacter = 500;

    /// <summary>Steps that are left; negative when they are used up.</summary>
    public long Left { get; set; } = Least + PerCharacter * characters;
}
