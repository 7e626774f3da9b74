// Heads that were put in the place of the published one: a single linear layer in a Sequential is what it was, anything more is not read and is said.

using System.Text.RegularExpressions;
using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>Finds the linear layer of a head.</summary>
static partial class HeadNames
{
    [GeneratedRegex(@"^(?<before>(?:.*\.)?)(?<root>heads\.head|heads|head|classifier|fc)\.(?<inner>(?:\d+\.)*)(?<end>weight|bias|running_mean|running_var)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    /// <summary>Whether a name is one of a head, outside a model's own names.</summary>
    public static bool IsHead(string name) => name is "cls_classifier.weight" or "cls_classifier.bias" or "distillation_classifier.weight"
        or "distillation_classifier.bias" || Form().Match(name) is { Success: true } match && match.Groups["before"].Length == 0;

    /// <summary>The tensors, a head's only linear layer under the head's own name: <c>classifier.1.weight</c> as <c>classifier.weight</c>.</summary>
    /// <param name="tensors">All tensors.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="TranslucentException">A head is more than one linear layer.</exception>
    public static StoredTensor[] Single(IReadOnlyList<StoredTensor> tensors, string path)
    {
        (StoredTensor Tensor, Match Match)[] all = [.. tensors.Select(t => (t, Form().Match(t.Name)))];
        StoredTensor[] named = [.. tensors];
        foreach (var head in all.Select((a, i) => (a.Tensor, a.Match, Index: i)).Where(a => a.Match.Success)
            .GroupBy(a => a.Match.Groups["before"].Value + a.Match.Groups["root"].Value))
        {
            string[] layers = [.. head.Select(a => a.Match.Groups["inner"].Value).Distinct()];
            if (layers is [""] && !Renamed(head.Key)) continue;
            if (layers.Length > 1 || head.Any(a => a.Match.Groups["end"].Value == "weight" && a.Tensor.Shape.Length != 2))
                throw new TranslucentException($"{path}: the head {Describe.Name(head.Key)} is not one linear layer (its tensors are "
                    + $"{Describe.Names([.. head.Select(a => a.Tensor.Name)])}), and only such heads are read; replace it by one linear layer, or leave it out "
                    + "and explain tokens.");
            foreach (var a in head) named[a.Index] = a.Tensor.WithName($"{Canonical(head.Key)}.{a.Match.Groups["end"].Value}");
        }
        return named;
    }

    /// <summary>Whether a root itself is not what the layout calls its head.</summary>
    static bool Renamed(string root) => Canonical(root) != root;

    /// <summary>torchvision's head is heads.head; one that took its whole place is named heads.</summary>
    static string Canonical(string root) => root == "heads" || root.EndsWith(".heads", StringComparison.Ordinal) ? $"{root}.head" : root;
}
