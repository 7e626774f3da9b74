// From nested Python tables ({'model': {'cls_token': ..}, 'optimizer': ..}) to flat names: model.cls_token, as in a state_dict.

using System.Globalization;
using Translucent.Files;

namespace Translucent.Checkpoints.Torch;

/// <summary>Collects the tensors of a pickle under the path that leads to each.</summary>
/// <param name="file">For messages.</param>
/// <param name="length">Bytes of the pickle. Tables may hold each other, so that paths double at every level, and names may share a long beginning: entries
/// looked at and characters of names stay within a multiple of it.</param>
sealed class TorchTables(string file, long length)
{
    const int Deepest = 64, LongestName = 1024;
    const int MostCharacters = 8; // of names for each byte; those of torch.save have less than one
    const string Compiled = "__torch__"; // module of classes of TorchScript, whose attributes are the parts of a module

    readonly Dictionary<string, TorchTensor> _tensors = new(StringComparer.Ordinal);
    long _steps, _characters;

    /// <summary>All tensors by path, in the order of the pickle.</summary>
    /// <param name="top">The value of the whole pickle.</param>
    /// <param name="alone">The name of a tensor that is not in a table.</param>
    /// <exception cref="TranslucentException">There are none, or paths are too deep, too long or too many.</exception>
    public Dictionary<string, TorchTensor> Collect(object? top, string alone)
    {
        if (top is TorchTensor single) _tensors.Add(alone, single);
        else if (Table(top) is { } table) Walk(table, "", 0);
        else throw Bad(top is PickleObject whole
            ? $"holds a whole Python object of class {Describe.Name(whole.Type.FullName)}, which only its own program can rebuild; in Python: "
                + "torch.save(model.state_dict(), file)"
            : $"holds {(top is PickleOpaque opaque ? opaque.What : "a single value")}, expected a table of tensors; in Python: torch.save(model.state_dict(), "
                + "file)");
        return _tensors.Count > 0 ? _tensors : throw Bad("holds no tensors; in Python: torch.save(model.state_dict(), file)");
    }

    void Walk(PickleTable table, string prefix, int depth)
    {
        if (depth > Deepest) throw Bad($"holds tables more than {Deepest} deep");
        foreach ((object? key, object? value) in table.Entries ?? [])
        {
            if (++_steps > length) throw Endless();
            string? part = key switch { string text => text, long number => number.ToString(CultureInfo.InvariantCulture), _ => null };
            if (part is null || (value is not TorchTensor && Table(value) is null && !IsOtherTensor(value))) continue;
            if (prefix.Length + part.Length > LongestName) throw Bad($"holds a name of more than {LongestName} characters");
            if ((_characters += prefix.Length + part.Length) > MostCharacters * length) throw Endless();
            string name = prefix + part;
            if (value is TorchTensor tensor) _tensors[name] = tensor;
            else if (Table(value) is { } inner) Walk(inner, name + ".", depth + 1);
            else throw Bad($"{Describe.Name(name)} is made by {Describe.Name(((PickleObject)value!).Type.FullName)}, expected a plain tensor; save it as a "
                + "dense tensor of floats or integers");
        }
    }

    static PickleTable? Table(object? value) => value switch
    {
        PickleTable table => table,
        PickleObject { Attributes: { } attributes } made when made.Type.Module == Compiled
            || made.Type.Module.StartsWith(Compiled + ".", StringComparison.Ordinal) => attributes,
        _ => null,
    };

    /// <summary>A sparse, quantised or otherwise special tensor: to leave it out would look as if the file lacked it.</summary>
    static bool IsOtherTensor(object? value) => value is PickleObject { Type: { Module: "torch._utils" or "torch._tensor" } type }
        && type.Name.StartsWith("_rebuild", StringComparison.Ordinal);

    TranslucentException Endless() => Bad("holds tables that hold each other over and over");

    TranslucentException Bad(string what) => new($"{file}: {what}.");
}
