// One line of a table of names: how a tensor of another layout is called in Hugging Face's.

using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>Maps names of one form to Hugging Face names, without copying what they name.</summary>
/// <param name="from">The form: <c>#</c> stands for a number, <c>*</c> at the end for <c>weight</c> or <c>bias</c>, <c>**</c> for anything.</param>
/// <param name="to">
/// The name instead, <c>#</c> standing for the last number found. Three names: the tensor is queries, keys and values one below the
/// other, and is split.
/// </param>
sealed class NameRule(string from, params string[] to)
{
    /// <summary>Whether the matrix is stored as [in, out] and must become [out, in].</summary>
    public bool Transposed { get; init; }

    /// <summary>What the shape becomes, of as many numbers; as it is when null.</summary>
    public Func<int[], int[]>? Shape { get; init; }

    /// <summary>Whether this is the rule for a form.</summary>
    public bool Is(string form) => from == form;

    /// <summary>The tensor under its new name or names, or null when this rule does not apply to it.</summary>
    /// <param name="name">Its name, without the prefix of the checkpoint.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="TranslucentException">It cannot be split in three.</exception>
    public StoredTensor[]? Apply(string name, StoredTensor tensor)
    {
        if (!Matches(name, out string number, out string end)) return null;
        string[] names = Array.ConvertAll(to, t => t.Replace("#", number).Replace("**", "*").Replace("*", end));
        if (names.Length == 1)
            return [Transposed ? tensor.Transposed(names[0]) : Shape is null ? tensor.WithName(names[0])
                : tensor.Reshaped(names[0], Shape(tensor.Shape.ToArray()))];
        int rows = tensor.Shape.Length == 0 ? 0 : tensor.Shape[0];
        if (rows == 0 || rows % names.Length != 0)
            throw new TranslucentException($"{tensor}: expected queries, keys and values one below the other, a first axis of {names.Length} equal parts.");
        int part = rows / names.Length;
        return [.. names.Select((n, i) => tensor.Rows(n, i * part, part))];
    }

    bool Matches(string name, out string number, out string end)
    {
        (number, end) = ("", "");
        int at = 0;
        foreach (char c in from)
        {
            int start = at;
            switch (c)
            {
                case '#':
                    while (at < name.Length && char.IsAsciiDigit(name[at])) at++;
                    if (at == start) return false;
                    number = name[start..at];
                    break;
                case '*':
                    end = name[at..];
                    return end is "weight" or "bias" || (from.EndsWith("**", StringComparison.Ordinal) && end.Length > 0);
                default:
                    if (at == name.Length || name[at++] != c) return false;
                    break;
            }
        }
        return at == name.Length;
    }
}
