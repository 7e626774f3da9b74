// A model folder as Hugging Face publishes it: config.json, weights, and how to prepare an image; or weights in another layout of names
// (Layouts/), or an ONNX file (Onnx/), whose settings follow from their shapes.

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Translucent.Checkpoints.Layouts;
using Translucent.Checkpoints.Onnx;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>The settings and weights of a pretrained model, memory-mapped.</summary>
/// <remarks>Opening reads headers and settings only. Large files must not be changed in place while the checkpoint is open:
/// <see cref="CheckUnchanged"/>.</remarks>
public sealed class Checkpoint : IDisposable
{
    const int ChunkBytes = 1 << 24;
    const string ConfigName = "config.json", PreprocessorName = "preprocessor_config.json";

    readonly string _config;
    readonly IReadOnlyList<TensorFile> _files;
    readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);
    readonly List<StoredTensor> _passedOver = [];

    Checkpoint(string path, string folder, IReadOnlyList<TensorFile> files)
    {
        (Path, _files, _config) = (path, files, System.IO.Path.Combine(folder, ConfigName));
        Preprocessor = OpenConfig(folder, PreprocessorName);
        ConfigSection? config = OpenConfig(folder, ConfigName);

        StoredTensor[] stored = [.. WrappedNames.Unwrap(files.SelectMany(f => f.Tensors))];
        if ((Telltales.OfFolder(folder) ?? Telltales.Of(stored.Select(t => t.Name))) is { } foreign) throw new TranslucentException($"{path}: {foreign}.");
        stored = HeadNames.Single(stored, path);
        string[] names = Array.ConvertAll(stored, t => t.Name);
        (Layout Layout, string Prefix)? match = KnownLayouts.Match(names);
        if (match is null && config?.Kind("model_type") == JsonValueKind.String) Prefix = WrappedNames.Prefix(config.String("model_type"), names);
        foreach (StoredTensor tensor in match is { } known ? known.Layout.Apply(stored, known.Prefix, _passedOver)
            : Prefix.Length > 0 ? WrappedNames.Under(Prefix, stored, _passedOver) : stored) Add(tensor);
        OnnxFile? onnx = files.OfType<OnnxFile>().FirstOrDefault();
        if (match is (Layout layout, string prefix)) (Layout, Prefix) = (layout.Name, prefix);
        if ((match is not null || onnx is not null) && config?.Has("model_type") != true)
        {
            HashSet<string> bare = [.. names.Select(n => n.StartsWith(Prefix, StringComparison.Ordinal) ? n[Prefix.Length..] : n)];
            ConfigSection? given = onnx is null ? config : ConfigSection.Of(onnx.Said().Under(config?.Json), _config);
            Deduction deduction = new(Layout ?? "ONNX", _tensors, bare, match is null ? config : given, folder, Preprocessor is not null);
            if (match is { } found) found.Layout.Deduce(deduction);
            else OnnxConfig.Deduce(deduction, onnx!.Facts);
            config = ConfigSection.Of(deduction.Config.Under(config?.Json), _config);
            if (Preprocessor is null && deduction.Preprocessor is { } preparation)
                Preprocessor = ConfigSection.Of(preparation.Under(null), System.IO.Path.Combine(folder, PreprocessorName));
        }
        Config = config ?? throw NoConfig(folder);
        Bytes = files.Sum(f => f.Bytes);
        ParameterCount = _tensors.Values.Where(t => t.Type.IsFloat()).Sum(t => t.Count);
    }

    /// <summary>Opens a model folder, or one file of weights.</summary>
    /// <param name="path">The folder; or a file, whose config.json, if it needs one, lies beside it.</param>
    /// <exception cref="TranslucentException">A file is damaged, index and shards disagree, or settings cannot be known; the message says which key to write.
    /// There is nothing of this name, or it has no config.json or no weights.</exception>
    public static Checkpoint Open(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new TranslucentException($"{path}: there is no such folder, expected one with {ConfigName} and weights.");
        string folder = FolderOf(path);
        IReadOnlyList<TensorFile> files = TensorFile.OpenAll(path);
        try
        {
            return new Checkpoint(path, folder, files);
        }
        catch
        {
            foreach (TensorFile file in files) file.Dispose();
            throw;
        }
    }

    /// <summary>Where the settings and the tokenizer of a model lie: the folder itself, or that of a file of weights.</summary>
    internal static string FolderOf(string path) => Directory.Exists(path) ? path
        : OnnxFile.Folder(System.IO.Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".");

    /// <summary>The folder or file as it was given.</summary>
    public string Path { get; }

    /// <summary>config.json; where it says nothing, what the tensors and the conventions of their layout say.</summary>
    internal ConfigSection Config { get; }

    /// <summary>preprocessor_config.json, if the folder has one, or what the layout of the weights says.</summary>
    internal ConfigSection? Preprocessor { get; }

    /// <summary>The layout that the names in the files are of, as in "timm ViT"; null for Hugging Face names.</summary>
    public string? Layout { get; }

    /// <summary>What the names of the model begin with in the files, beyond the layout: <c>teacher.backbone.</c>; mostly empty.</summary>
    public string Prefix { get; } = "";

    /// <summary>Tensors in the files that are not part of the model: optimiser states, the student beside the teacher, heads for training.</summary>
    internal IReadOnlyCollection<StoredTensor> PassedOver => _passedOver;

    /// <summary>The weight files.</summary>
    internal IReadOnlyList<TensorFile> Files => _files;

    /// <summary>Hugging Face names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>All tensors.</summary>
    internal IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    /// <summary>Bytes of all weight files.</summary>
    public long Bytes { get; }

    /// <summary>How many float numbers the weights hold.</summary>
    public long ParameterCount { get; }

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="TranslucentException">There is none.</exception>
    internal StoredTensor this[string name] => TryGet(name, out StoredTensor? tensor)
        ? tensor
        : throw new TranslucentException(
            $"{Path}: checkpoint has no {Describe.Name(name)} among its {_tensors.Count} tensors{NearestName.Hint(name, _tensors.Keys)}.");

    /// <summary>The tensor of this name, if there is one.</summary>
    internal bool TryGet(string name, [NotNullWhen(true)] out StoredTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>The weights as a model reads them, with a fresh record of what was read.</summary>
    internal Weights Weights() => new(_tensors.Values, Path, Survey);

    /// <summary>Where what is missing is noted instead of being an error; null when the checkpoint is to be used.</summary>
    internal WeightSurvey? Survey { get; set; }

    /// <summary>Keys of config.json that the model did not ask for and that may change what it computes, and label2id where id2label contradicts it; known once
    /// the model is made.</summary>
    public IReadOnlyList<string> UnreadSettings => SettingsInUse.Unread(Config);

    /// <summary>SHA-256, in lower-case hexadecimal, of config.json, if there is one, followed by the weight files in ordinal order of their names.</summary>
    /// <param name="stop">Stops before the next block of bytes is read.</param>
    /// <remarks>Equals <c>cat config.json model*.safetensors | sha256sum</c>. Reads every byte of the weights: seconds for a large model.</remarks>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public string Hash(CancellationToken stop = default)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (File.Exists(_config)) hash.AppendData(File.ReadAllBytes(_config));
        foreach (TensorFile file in _files)
        {
            for (long at = 0; at < file.Bytes; at += ChunkBytes)
            {
                stop.ThrowIfCancellationRequested();
                file.Read(at, (int)Math.Min(ChunkBytes, file.Bytes - at), hash, (bytes, to) => to.AppendData(bytes));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Refuses to go on when another program has changed a weight file in place; call it before and after work that must be of one model.</summary>
    /// <exception cref="TranslucentException">A file was changed; the message names it.</exception>
    public void CheckUnchanged()
    {
        foreach (TensorFile file in _files) file.CheckUnchanged();
    }

    /// <summary>
    /// Closes the files. What is being read on other threads is read to its end first; reading weights afterwards, by a layer or model
    /// made of them too, throws <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        foreach (TensorFile file in _files) file.Dispose();
    }

    void Add(StoredTensor tensor)
    {
        if (!_tensors.TryAdd(tensor.Name, tensor))
            throw new TranslucentException(
                $"{Path}: {tensor.Label} and {_tensors[tensor.Name].Label} are the same tensor of the model; the files are not of one model.");
    }

    TranslucentException NoConfig(string folder)
    {
        string where = Path == folder ? $" (it holds {Listing(folder)})" : " beside it";
        return new($"{Path}: has no {ConfigName}{where}, and its tensors are not named as in {KnownLayouts.Names}, so that settings could be deduced; fetch "
            + "the file.");
    }

    static ConfigSection? OpenConfig(string folder, string name)
    {
        string path = System.IO.Path.Combine(folder, name);
        if (!File.Exists(path)) return null;
        RealPath.CheckInside(folder, path);
        return ConfigSection.Open(path);
    }

    static string Listing(string folder) =>
        Describe.Names([.. Directory.EnumerateFileSystemEntries(folder).Select(p => System.IO.Path.GetFileName(p)!).Order(StringComparer.Ordinal)]);
}
