// The architecture as a rule on source text: a layer of the library uses itself and the layers before it, never those behind it.

using System.Text.RegularExpressions;

namespace Translucent.Tests.House;

/// <summary>The order of the layers, and what breaks it.</summary>
static partial class LayerOrder
{
    /// <summary>The folders under src/Translucent, each of which may use those before it. The command may use all.</summary>
    public static readonly string[] Layers = ["Files", "Tensors", "Autodiff", "Checkpoints", "Images", "Text", "Models", "Explain", "Segment", "Evaluate",
        "Verify", "Runs"];

    /// <summary>The layer that a file of the library lies in; empty for one directly in src/Translucent.</summary>
    public static string LayerOf(SourceFile file)
    {
        string[] parts = file.Path.Split('/'); // src, Translucent, layer, ..
        return parts.Length > 3 ? parts[2] : "";
    }

    /// <summary>Names that can follow a layer's own in source text: its types and its subfolders.</summary>
    public static ILookup<string, string> Members(IEnumerable<SourceFile> library) =>
        library.SelectMany(file => Declarations().Matches(file.Text).Select(m => m.Groups[1].Value).Concat(file.Path.Split('/')[3..^1]),
            (file, name) => (Layer: LayerOf(file), name)).ToLookup(x => x.Layer, x => x.name);

    /// <summary>What in a file of the library breaks the order, one line each.</summary>
    /// <param name="file">The file.</param>
    /// <param name="members">Of the library: tells the namespace Segment from a type of that name.</param>
    public static IEnumerable<string> Violations(SourceFile file, ILookup<string, string> members)
    {
        string own = LayerOf(file);
        int allowed = Array.IndexOf(Layers, own);
        if (allowed < 0)
        {
            yield return $"{file.Path}: lies in '{own}', expected one of the layers {string.Join(", ", Layers)}.";
            yield break;
        }
        for (int i = 0; i < file.Lines.Length; i++)
            foreach (string used in Uses(file.Lines[i], members))
                if (Array.IndexOf(Layers, used) is int at && (at < 0 || at > allowed))
                    yield return $"{file.Path}:{i + 1}: {own} uses {used}, which is not before it.";
    }

    /// <summary>The parts of Translucent that a line names: after "Translucent.", or, from inside that namespace, without it.</summary>
    static IEnumerable<string> Uses(string line, ILookup<string, string> members)
    {
        foreach (Match m in Qualified().Matches(line)) yield return m.Groups[1].Value;
        foreach (Match m in Relative().Matches(line))
            if (members[m.Groups[1].Value].Contains(m.Groups[2].Value)) yield return m.Groups[1].Value;
    }

    [GeneratedRegex(@"\bTranslucent\.([A-Z]\w*)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex Relative();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?!\s+(?:class|struct))|delegate\s+\S+)\s+([A-Z]\w*)")]
    private static partial Regex Declarations();
}
