// A file with named arrays in one of the formats that weights come in; what it is, its first bytes say, not its name.

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Translucent.Checkpoints.Onnx;
using Translucent.Checkpoints.Torch;
using Translucent.Files;
using Translucent.Files.Zip;

namespace Translucent.Checkpoints;

/// <summary>Named arrays in one memory-mapped file: safetensors, a PyTorch archive, NumPy's .npz, or an ONNX model.</summary>
/// <remarks>Opening reads and checks what describes the arrays; their data is read from disk when it is touched. Safe for readers on several threads.</remarks>
abstract class TensorFile : IDisposable
{
    readonly MappedFile _file;
    readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    private protected TensorFile(MappedFile file) => _file = file;

    /// <summary>Opens a file of any of the formats.</summary>
    /// <exception cref="TranslucentException">The file is of another format, damaged, or cut off; the message says what it is and what to do. There is no such
    /// file, or it is a folder.</exception>
    public static TensorFile Open(string path)
    {
        MappedFile file = new(path, minimum: FileSignature.Least);
        try
        {
            if (FileSignature.IsZip(file))
            {
                ZipDirectory zip = new(file);
                return NumpyArchive.Is(zip) ? new NumpyArchive(file, zip) : new TorchArchive(file, zip);
            }
            if (OnnxFile.Is(file)) return new OnnxFile(file);
            return FileSignature.Foreign(file) is { } foreign ? throw new TranslucentException($"{path}: {foreign}.") : new Safetensors(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file, or the weight files of a model folder: one, or all shards.</summary>
    /// <exception cref="TranslucentException">A file is damaged, or index and shards disagree. There is nothing of this name, or a folder has no
    /// weights.</exception>
    public static IReadOnlyList<TensorFile> OpenAll(string path) => Directory.Exists(path) ? WeightFiles.Open(path) : WithParts(Open(path));

    /// <summary>A file, and those that hold data of its.</summary>
    internal static TensorFile[] WithParts(TensorFile file) => file is OnnxFile onnx ? [file, .. onnx.Parts] : [file];

    /// <summary>The path as it was given.</summary>
    public string Path => _file.Path;

    /// <summary>The format's name, as in "safetensors".</summary>
    public abstract string Format { get; }

    /// <summary>Bytes in the file.</summary>
    public long Bytes => _file.Length;

    /// <summary>All names, in the order of the file.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>All tensors, in the order of the file.</summary>
    public IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    /// <summary>The free text of the file by name; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private protected init; } = new Dictionary<string, string>();

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="TranslucentException">The file has none.</exception>
    public StoredTensor this[string name] => TryGet(name, out StoredTensor? tensor)
        ? tensor
        : throw new TranslucentException($"{Path}: has no tensor {Describe.Name(name)} among its {_tensors.Count}{NearestName.Hint(name, _tensors.Keys)}.");

    /// <summary>The tensor of this name, if the file has it.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Refuses to go on when another program has written to the file, or cut it off, since it was opened.</summary>
    /// <remarks>Files of up to 64 MiB were copied when they were opened and cannot change; a file that was replaced by renaming another stays whole
    /// too.</remarks>
    /// <exception cref="TranslucentException">The file was changed in place: numbers read since may be of either content.</exception>
    public void CheckUnchanged() => _file.CheckUnchanged();

    /// <summary>Shows a piece of the file as it lies on disk.</summary>
    internal void Read<TTo>(long start, int length, TTo to, ReadOnlySpanAction<byte, TTo> read)
    {
        using Lease lease = _file.Hold();
        read(_file.Bytes(start, length), to);
    }

    /// <summary>Adds a tensor whose name is new.</summary>
    private protected void Add(StoredTensor tensor) => _tensors.Add(tensor.Name, tensor);

    /// <summary>Closes the file: reading its tensors throws afterwards; what is being read on other threads is read to its end first.</summary>
    public virtual void Dispose()
    {
        _file.Dispose();
        GC.SuppressFinalize(this);
    }
}
