// Files of torch.save since PyTorch 1.6, and TorchScript archives: a zip archive with data.pkl, a pickle that describes the tensors, and
// data/0, data/1, .. their memory, uncompressed (github.com/pytorch/pytorch, torch/serialization.py, caffe2/serialize/inline_container.h).

using System.IO.Hashing;
using Translucent.Files;
using Translucent.Files.Zip;

namespace Translucent.Checkpoints.Torch;

/// <summary>A <c>.pth</c>, <c>.pt</c> or <c>.bin</c> file of PyTorch, mapped into memory; nothing in it is ever run.</summary>
/// <remarks>
/// Tensors of nested tables have the path to them as their name: <c>teacher.backbone.cls_token</c>. A tensor that is not row-major is
/// brought into that order when it is first touched; all others stay where they lie.
/// </remarks>
sealed unsafe class TorchArchive : TensorFile
{
    const string Pickle = "data.pkl";
    const long LongestPickle = 16 << 20;
    const int MostCopies = 4; // of the file's length, for tensors that are not row-major

    readonly MappedFile _file;
    readonly ZipDirectory _zip;
    readonly string _folder;
    long _copied;

    internal TorchArchive(MappedFile file, ZipDirectory zip) : base(file)
    {
        (_file, _zip) = (file, zip);
        ZipEntry pickle = FindPickle();
        _folder = pickle.Name[..^Pickle.Length];
        IsCompiled = _zip.Find(_folder + "constants.pkl") is not null;
        if (_zip.Find(_folder + "byteorder") is { Bytes: <= 16 } order && !_zip.Content(Stored(order)).SequenceEqual("little"u8))
            throw Bad("was saved on a big-endian machine", "load and save it in Python on this one");

        if (pickle.Bytes > LongestPickle)
            throw Bad($"describes its tensors in {pickle.Bytes} bytes, expected at most {LongestPickle}", "save the state_dict of the model alone");
        ReadOnlySpan<byte> text = _zip.Content(Stored(pickle));
        if (Crc32.HashToUInt32(text) != pickle.Crc)
            throw Bad($"the check value of {Describe.Name(pickle.Name)} is wrong", "the file is damaged, fetch or save it again");
        object? top = Unpickler.Read(text, file.Path, out IReadOnlyCollection<string> others);
        OtherObjects = others;
        foreach ((string name, TorchTensor tensor) in new TorchTables(file.Path, text.Length)
            .Collect(top, System.IO.Path.GetFileNameWithoutExtension(file.Path)))
            Add(Place(name, tensor));
    }

    /// <inheritdoc/>
    public override string Format => IsCompiled ? "PyTorch (TorchScript)" : "PyTorch";

    /// <summary>Whether this is a TorchScript archive, as OpenAI published CLIP.</summary>
    public bool IsCompiled { get; }

    /// <summary>Python classes and functions that the file names beside those of tensors, as argparse.Namespace; they were neither needed nor run.</summary>
    public IReadOnlyCollection<string> OtherObjects { get; }

    ZipEntry FindPickle()
    {
        ZipEntry[] found = [.. _zip.Entries.Where(e => e.Name.EndsWith("/" + Pickle, StringComparison.Ordinal) && e.Name.Count(c => c == '/') == 1)];
        return found.Length == 1
            ? found[0]
            : throw Bad($"is a zip archive with {Describe.Names([.. _zip.Entries.Select(e => e.Name)])}, expected one of torch.save (with a {Pickle}) or "
                + "numpy.savez", "unpack it if the weights are inside");
    }

    StoredTensor Place(string name, TorchTensor tensor)
    {
        string what = $"tensor {Describe.Name(name)} {Describe.Shape(tensor.Shape)}";
        if (tensor.Type is not StoredType type)
            throw Bad($"{what} is of {Describe.Name(tensor.Storage.TypeName)}, expected floats, integers or booleans", "convert it in Python");
        ZipEntry entry = Stored(_zip.Find($"{_folder}data/{tensor.Storage.Key}")
            ?? throw Bad($"{what} lies in {Describe.Name(_folder + "data/" + tensor.Storage.Key)}, which is not in the archive",
                "the file is damaged, fetch or save it again"));

        Int128 count = 1, last = tensor.Start, size = type.Size(), storage = tensor.Storage.Count * (Int128)(tensor.Storage.Type?.Size() ?? 1);
        for (int axis = 0; axis < tensor.Shape.Length; axis++)
        {
            count *= tensor.Shape[axis];
            last += (Int128)tensor.Strides[axis] * Math.Max(0, tensor.Shape[axis] - 1);
            if (count > long.MaxValue / 8) throw Bad($"{what} holds too many numbers", "the file is damaged");
        }
        if (count == 0) return StoredTensor.From(name, tensor.Shape, type, []);
        if (storage != entry.Bytes || (last + 1) * size > entry.Bytes)
            throw Bad($"{what} reaches to byte {(last + 1) * size} of a storage of {storage}, but {Describe.Name(entry.Name)} holds {entry.Bytes}",
                "the file is damaged, fetch or save it again");

        byte* data = _file.Pointer + entry.Start + tensor.Start * type.Size();
        if (StridedCopy.IsRowMajor(tensor.Shape, tensor.Strides)) return new StoredTensor(name, tensor.Shape, type, _file, data);
        if (count * size > int.MaxValue || (_copied += (long)(count * size)) > MostCopies * _file.Length)
            throw Bad($"{what} is not row-major, and too large to be copied", "save tensor.contiguous()");
        return new StoredTensor(name, tensor.Shape, type, _file, new LateBytes(Gather), 0);

        byte[] Gather()
        {
            using Lease lease = _file.Hold();
            return StridedCopy.Gather(data, type.Size(), tensor.Shape, tensor.Strides);
        }
    }

    /// <summary>An entry that can be mapped in place.</summary>
    ZipEntry Stored(ZipEntry entry) => entry.Method == ZipEntry.NotCompressed
        ? entry
        : throw Bad($"{Describe.Name(entry.Name)} is compressed, which torch.save does not do", "load and save it in Python");

    TranslucentException Bad(string what, string advice) => new($"{_file.Path}: {what}; {advice}.");
}
