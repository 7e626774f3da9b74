// "Did you mean": the existing name most like a missing one, by prefix or by edit distance (Levenshtein 1966, with swapped neighbours as one edit:
// Damerau 1964, the restricted form).

using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>Finds the existing name that was probably meant.</summary>
static class NearestName
{
    const int Longest = 200; // longer names are noise, and distance costs the product of two lengths
    const int Most = 20_000; // of names looked at: a hostile file may hold millions

    /// <summary>A phrase to append to a message, or nothing when no name is near.</summary>
    public static string Hint(string name, IEnumerable<string> existing) =>
        Find(name, existing) is { Length: > 0 } near ? $"; the nearest is {Describe.Name(near)}" : "";

    /// <summary>The nearest name: the same behind another prefix, else within a third of its length in edits; empty when none is.</summary>
    public static string Find(string name, IEnumerable<string> existing)
    {
        string best = "";
        int least = name.Length / 3 + 1;
        if (name.Length > Longest) return best;
        foreach (string candidate in existing.Take(Most))
        {
            if (candidate.EndsWith("." + name, StringComparison.Ordinal) || name.EndsWith("." + candidate, StringComparison.Ordinal)) return candidate;
            if (candidate.Length > Longest || Math.Abs(candidate.Length - name.Length) >= least) continue;
            int distance = Distance(name, candidate);
            if (distance < least) (least, best) = (distance, candidate);
        }
        return best;
    }

    static int Distance(string a, string b)
    {
        Span<int> above = stackalloc int[b.Length + 1], last = stackalloc int[b.Length + 1], row = stackalloc int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) row[j] = j; // row[j]: edits from a[..i] to b[..j]
        for (int i = 1; i <= a.Length; i++)
        {
            last.CopyTo(above);
            row.CopyTo(last);
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int edits = Math.Min(last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) edits = Math.Min(edits, above[j - 2] + 1);
                row[j] = edits;
            }
        }
        return row[b.Length];
    }
}
