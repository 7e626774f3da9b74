// Which part of a job one process does: shard i of n has the items i-1, i-1+n, i-1+2n and so on, so that every shard sees the whole of the data.

using System.Globalization;

namespace Translucent.Evaluate.Jobs;

/// <summary>A part of a job.</summary>
/// <param name="Number">i, from 1.</param>
/// <param name="Count">n.</param>
readonly record struct Shard(int Number, int Count)
{
    /// <summary>The whole job.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Whether an item, counted from 0, is of this part.</summary>
    public bool Has(int item) => item % Count == Number - 1;

    /// <summary>How many of so many items are of this part.</summary>
    public int Of(int items) => items < Number ? 0 : (items - Number) / Count + 1;

    /// <summary>The name of the files of this part, without extension.</summary>
    public string FileName => FormattableString.Invariant($"shard-{Number}-of-{Count}");

    /// <summary>Reads i/n, 1 to n.</summary>
    public static bool TryParse(string text, out Shard shard)
    {
        string[] parts = text.Split('/');
        shard = Whole;
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || number < 1 || number > count) return false;
        shard = new Shard(number, count);
        return true;
    }

    /// <summary>As it is typed.</summary>
    public override string ToString() => FormattableString.Invariant($"{Number}/{Count}");
}
