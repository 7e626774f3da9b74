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

    // one layer that has a name of its own inside the head: head.fc, classifier.linear
    [GeneratedRegex(@"^(?<before>(?:.*\.)?)(?<root>heads\.head|heads|head|classifier)\.(?<inner>(?:\w+\.)*[A-Za-z_]\w*\.)(?<end>\w+)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

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
        Name(named);
        foreach (string before in named.Select(t => t.Name).Where(n => n == "fc.weight" || n.EndsWith(".fc.weight", StringComparison.Ordinal))
            .Select(n => n[..^"fc.weight".Length]).ToArray())
            Fc(named, before);
        return named;
    }

    /// <summary>A head whose only layer has a name inside it: that is the head.</summary>
    static void Name(StoredTensor[] tensors)
    {
        (Match Match, int Index)[] all = [.. tensors.Select((t, i) => (Named().Match(t.Name), i)).Where(a => a.Item1.Success)];
        foreach (var head in all.GroupBy(a => a.Match.Groups["before"].Value + a.Match.Groups["root"].Value))
        {
            bool alone = tensors.Count(t => t.Name.StartsWith(head.Key + ".", StringComparison.Ordinal)) == head.Count();
            if (!alone || head.Select(a => a.Match.Groups["inner"].Value).Distinct().Count() != 1
                || !head.All(a => a.Match.Groups["end"].Value is "weight" && tensors[a.Index].Shape.Length == 2
                    || a.Match.Groups["end"].Value is "bias" && tensors[a.Index].Shape.Length == 1)) continue;
            foreach ((Match match, int index) in head) tensors[index] = tensors[index].WithName($"{Canonical(head.Key)}.{match.Groups["end"].Value}");
        }
    }

    /// <summary>A layer that is called fc as in ResNets, in a Transformer without another head.</summary>
    static void Fc(StoredTensor[] tensors, string before)
    {
        bool Any(string name) => Array.Exists(tensors, t => t.Name.StartsWith(before + name, StringComparison.Ordinal));
        bool torchvision = Any("encoder.layers.encoder_layer_0.");
        if ((!torchvision && !Any("blocks.0.")) || Any("head.") || Any("heads.") || Any("classifier.")) return;
        for (int i = 0; i < tensors.Length; i++)
            if (tensors[i].Name == before + "fc.weight" || tensors[i].Name == before + "fc.bias")
                tensors[i] = tensors[i].WithName($"{before}{(torchvision ? "heads.head" : "head")}.{tensors[i].Name[(before.Length + 3)..]}");
    }

    /// <summary>Whether a root itself is not what the layout calls its head.</summary>
    static bool Renamed(string root) => Canonical(root) != root;

    /// <summary>torchvision's head is heads.head; one that took its whole place is named heads.</summary>
    static string Canonical(string root) => root == "heads" || root.EndsWith(".heads", StringComparison.Ordinal) ? $"{root}.head" : root;
}
