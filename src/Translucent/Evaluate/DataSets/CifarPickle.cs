// CIFAR-10 and CIFAR-100, version for Python (cs.toronto.edu/~kriz/cifar.html): pickles of a table whose data is an array of bytes [pictures, 3072], a row as
// in the binary version. Nothing in a pickle is run (Checkpoints/Torch/Unpickler).

using System.Text;
using Translucent.Checkpoints.Torch;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>A file of CIFAR for Python.</summary>
sealed class CifarPickle
{
    const long Longest = 1L << 30;

    readonly string _path;
    readonly byte[] _bytes;
    readonly PickleTable _table;

    /// <param name="path">The file; data_batch_1, test or meta, for instance.</param>
    /// <exception cref="TranslucentException">It is no pickle of a table.</exception>
    public CifarPickle(string path)
    {
        _path = path;
        if (new FileInfo(path).Length > Longest) throw Bad($"more than {Longest} bytes");
        _bytes = File.ReadAllBytes(path);
        _table = Unpickler.Read(_bytes, path, out _, whole: true) as PickleTable ?? throw Bad("a pickle of something else than a table");
    }

    /// <summary>Where the rows of pixels are, from the start of the file, and the classes of the pictures.</summary>
    /// <param name="row">Bytes of a picture.</param>
    /// <param name="labels">The name of the list of classes.</param>
    /// <exception cref="TranslucentException">Pictures or classes are missing or do not go together.</exception>
    public (long Start, int[] Labels) Pictures(int row, string labels)
    {
        if (Value("data") is not PickleObject
            {
                Type.FullName: "numpy.core.multiarray._reconstruct" or "numpy._core.multiarray._reconstruct",
                State: PickleTuple { Items: [_, PickleTuple { Items: [long count, long width] }, _, false, PickleBytes data] }
            } || width != row
            || data.Length != count * row)
            throw Bad($"no array of bytes [pictures, {row}] by the name of data");
        if (Value(labels) is not PickleList list || list.Items.Count != count)
            throw Bad($"no list of {count} classes by the name of {labels}");
        return (data.Start, [.. list.Items.Select(item => item is long label and >= 0 and <= int.MaxValue ? (int)label
            : throw Bad("a class that is no whole number"))]);
    }

    /// <summary>A list of names.</summary>
    /// <exception cref="TranslucentException">There is none.</exception>
    public IReadOnlyList<string> Names(string key) => Value(key) is PickleList { Items: var items } ? [.. items.Select(item => item switch
    {
        string text => text,
        PickleBytes bytes => Encoding.UTF8.GetString(_bytes, bytes.Start, bytes.Length),
        _ => throw Bad("a name that is no text"),
    })] : throw Bad($"no list of names by the name of {key}");

    /// <summary>The value of a key, which Python 3 may have written as bytes.</summary>
    object? Value(string key) => _table.Entries?.LastOrDefault(e => e.Key is string text ? text == key
        : e.Key is PickleBytes bytes && _bytes.AsSpan(bytes.Start, bytes.Length).SequenceEqual(Encoding.UTF8.GetBytes(key))).Value;

    TranslucentException Bad(string what) => new($"{_path}: holds {what}, expected a file of CIFAR for Python as it is published.");
}
