// Which model of the hub is meant: org/name, or org/name@revision (huggingface_hub, utils/_validators.py validate_repo_id).

using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>A model repository at a revision.</summary>
/// <param name="Name">As in <c>google/vit-base-patch16-224</c>; old models have no organisation.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
sealed partial record RepositoryId(string Name, string Revision)
{
    const string MainBranch = "main", Prefix = "models--", Separator = "--";
    const int LongestName = 96;

    /// <summary>The folder of the cache that holds the model.</summary>
    public string Folder => Prefix + Name.Replace("/", Separator);

    /// <summary>As the user types it.</summary>
    public override string ToString() => Revision == MainBranch ? Name : $"{Name}@{Revision}";

    /// <summary>Reads what the user typed.</summary>
    /// <exception cref="TranslucentException">It cannot be the name of a model.</exception>
    public static RepositoryId Parse(string text) => TryParse(text, out RepositoryId? id)
        ? id
        : throw TranslucentException.OfRequest($"{ServerText.OneLine(text)}: expected org/name or org/name@revision, as in google/vit-base-patch16-224.");

    /// <summary>Reads what may be the name of a model.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryId? id)
    {
        int at = text.IndexOf('@');
        (string name, string revision) = at < 0 ? (text, MainBranch) : (text[..at], text[(at + 1)..]);
        bool fits = name.Length <= LongestName && NameForm().IsMatch(name) && !name.Contains(Separator) && !name.EndsWith(".git", StringComparison.Ordinal)
            && RevisionForm().IsMatch(revision) && Array.TrueForAll(revision.Split('/'), SafeName.IsSafe) && !text.Contains("..");
        id = fits ? new RepositoryId(name, revision) : null;
        return fits;
    }

    /// <summary>The name that a folder of the cache stands for; null for anything but a model.</summary>
    public static string? NameOf(string folder) =>
        folder.StartsWith(Prefix, StringComparison.Ordinal) && TryParse(folder[Prefix.Length..].Replace(Separator, "/"), out RepositoryId? id)
            && id.Folder == folder ? id.Name : null;

    [GeneratedRegex(@"^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.+-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*\z")]
    private static partial Regex RevisionForm();
}
