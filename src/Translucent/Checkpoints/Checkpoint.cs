// A model folder as Hugging Face publishes it: config.json, weights in safetensors, and how to prepare an image.

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Translucent.Checkpoints;

/// <summary>The settings and weights of a pretrained model, memory-mapped.</summary>
/// <remarks>Opening reads headers and settings only. The files must not be changed while the checkpoint is open.</remarks>
public sealed unsafe class Checkpoint : IDisposable
{
    const int ChunkBytes = 1 << 24;

    readonly string _config;
    readonly List<Safetensors> _files;
    readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    Checkpoint(string folder, string config)
    {
        Folder = folder;
        _config = config;
        Config = ConfigSection.Open(config);
        string preprocessor = Path.Combine(folder, "preprocessor_config.json");
        if (File.Exists(preprocessor)) Preprocessor = ConfigSection.Open(preprocessor);

        _files = WeightFiles.Open(folder);
        foreach (StoredTensor tensor in _files.SelectMany(f => f.Tensors)) _tensors.Add(tensor.Name, tensor);
        Bytes = _files.Sum(f => f.Bytes);
        ParameterCount = _tensors.Values.Where(t => t.Type.IsFloat()).Sum(t => t.Count);
    }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or index and shards disagree.</exception>
    /// <exception cref="IOException">There is no such folder, or it has no config.json or no weights.</exception>
    public static Checkpoint Open(string folder)
    {
        if (File.Exists(folder)) throw new IOException($"{folder}: is a file, expected a folder with config.json and *.safetensors.");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder, expected one with config.json and *.safetensors.");
        string config = Path.Combine(folder, "config.json");
        if (!File.Exists(config))
        {
            string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
            string found = names.Length == 0 ? "it is empty" : $"it holds {Describe.Names(names)}";
            throw new FileNotFoundException($"{folder}: has no config.json ({found}), expected a Hugging Face model folder; fetch the file.", config);
        }
        return new Checkpoint(folder, config);
    }

    /// <summary>The folder as it was given.</summary>
    public string Folder { get; }

    /// <summary>config.json.</summary>
    public ConfigSection Config { get; }

    /// <summary>preprocessor_config.json, if the folder has one.</summary>
    public ConfigSection? Preprocessor { get; }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>All tensors.</summary>
    public IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    /// <summary>Bytes of all weight files.</summary>
    public long Bytes { get; }

    /// <summary>How many float numbers the weights hold.</summary>
    public long ParameterCount { get; }

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public StoredTensor this[string name] => TryGet(name, out StoredTensor? tensor)
        ? tensor
        : throw new InvalidDataException($"{Folder}: checkpoint has no {Describe.Name(name)} among its {_tensors.Count} tensors{NearestName.Hint(name, _tensors.Keys)}.");

    /// <summary>The tensor of this name, if there is one.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out StoredTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>The weights as a model reads them, with a fresh record of what was read.</summary>
    public Weights Weights() => new(_tensors.Values, Folder);

    /// <summary>SHA-256, in lower-case hexadecimal, of config.json followed by the weight files in ordinal order of their names.</summary>
    /// <remarks>Equals <c>cat config.json model*.safetensors | sha256sum</c>. Reads every byte of the weights: seconds for a large model.</remarks>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public string Hash(CancellationToken stop = default)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(_config));
        foreach (Safetensors file in _files)
        {
            for (long at = 0; at < file.Bytes; at += ChunkBytes)
            {
                stop.ThrowIfCancellationRequested();
                hash.AppendData(file.Content(at, (int)Math.Min(ChunkBytes, file.Bytes - at)));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Unmaps the weights; nothing read from them without a copy may be used afterwards.</summary>
    public void Dispose() => _files.ForEach(f => f.Dispose());
}
