// What comparing one golden tensor gave.

namespace Translucent.Verify;

/// <summary>How a golden tensor compares.</summary>
enum GoldenVerdict
{
    /// <summary>Within the tolerance.</summary>
    Pass,

    /// <summary>Computed and of the right shape, but further off than the tolerance.</summary>
    Off,

    /// <summary>Not comparable: it could not be computed, has another shape, or one side is not finite.</summary>
    Failed,
}

/// <summary>One golden tensor and what was found in its place.</summary>
/// <param name="Name">Its name in the golden file.</param>
/// <param name="Shape">Its shape in the golden file.</param>
/// <param name="Verdict">How it compares.</param>
/// <param name="Difference">The largest absolute difference; NaN when not comparable.</param>
/// <param name="Relative">That, as a share of the largest absolute golden value (as it is, where all golden values are 0); NaN when not comparable.</param>
/// <param name="Tolerance">The largest share that passes; 0 for integers.</param>
/// <param name="Problem">Why it is not comparable, or null.</param>
sealed record GoldenResult(string Name, int[] Shape, GoldenVerdict Verdict, double Difference, double Relative, double Tolerance,
    string? Problem = null);
