// A way of naming the tensors of a model that is not Hugging Face's: a table of rules, and what the tensors say of the settings.

using System.IO.Enumeration;

namespace Translucent.Checkpoints.Layouts;

/// <summary>One layout.</summary>
/// <param name="Name">Its name, as in "timm ViT".</param>
/// <param name="Markers">Names of which every checkpoint of the layout has one, without the prefix.</param>
/// <param name="Rules">The table.</param>
/// <param name="Deduce">Settings that the shapes of the renamed tensors and the layout's conventions give.</param>
sealed record Layout(string Name, string[] Markers, NameRule[] Rules, Action<Deduction> Deduce)
{
    /// <summary>Names under the prefix that no model reads, in which * stands for anything.</summary>
    public string[] Unread { get; init; } = [];

    /// <summary>Whether a checkpoint with a marker is of this layout and not of another with the same names; takes the prefix, and whether a name is
    /// there.</summary>
    public Func<string, Func<string, bool>, bool> Fits { get; init; } = (_, _) => true;

    /// <summary>What becomes of all renamed tensors together, where one is made of several.</summary>
    public Func<List<StoredTensor>, List<StoredTensor>> Finish { get; init; } = tensors => tensors;

    /// <summary>Renames the tensors of a model. A tensor that no rule applies to keeps its name, so that errors of loading can name it.</summary>
    /// <param name="tensors">All tensors of the checkpoint.</param>
    /// <param name="prefix">What the model's names begin with.</param>
    /// <param name="passedOver">Takes what is not part of the model: optimiser states, the student beside the teacher, heads for training.</param>
    public List<StoredTensor> Apply(IEnumerable<StoredTensor> tensors, string prefix, ICollection<StoredTensor> passedOver)
    {
        List<StoredTensor> renamed = [];
        foreach (StoredTensor tensor in tensors)
        {
            bool inside = tensor.Name.StartsWith(prefix, StringComparison.Ordinal);
            string name = inside ? tensor.Name[prefix.Length..] : tensor.Name;
            StoredTensor[]? found = null;
            foreach (NameRule rule in Rules)
                if ((found = rule.Apply(name, tensor)) is not null) break;
            if (found is not null) renamed.AddRange(found);
            else if (!inside || Unread.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))) passedOver.Add(tensor);
            else renamed.Add(HeadNames.IsHead(name) ? tensor.WithName(name) : tensor); // a classifier under Hugging Face's name
        }
        return Finish(renamed);
    }
}
