// One hostile input or fault: what is made, which command meets it, and how that has to end.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Fuzz.Hostile;

/// <summary>An entry of the list.</summary>
/// <param name="Name">What is hostile, in a few words; unique.</param>
/// <param name="Args">The command line behind the program's name; relative paths lie in the entry's folder.</param>
/// <param name="Code">The exit code; 0, 1 or 2.</param>
/// <param name="Says">A regular expression that standard error with standard output behind it must match; empty for none.</param>
sealed record HostileEntry(string Name, string[] Args, int Code, string Says)
{
    /// <summary>Makes what the command meets.</summary>
    public Action<HostilePlace> Make { get; init; } = _ => { };

    /// <summary>Checks what is there afterwards; throws what is wrong.</summary>
    public Action<HostilePlace> After { get; init; } = _ => { };

    /// <summary>A line of sh in which {0} stands for the command line and {1} for the program alone; limits and redirections.</summary>
    public string Shell { get; init; } = "exec {0}";

    /// <summary>Variables of the environment.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>What comes on standard input.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>Processor seconds that it may take, the start of the program included.</summary>
    public double Seconds { get; init; } = 20;

    /// <summary>Of resident memory, at most, in MiB.</summary>
    public int Megabytes { get; init; } = 300;

    /// <summary>Whether root meets it too, whom rights do not hold back.</summary>
    public bool OfRoot { get; init; } = true;
}

/// <summary>The folder of an entry, and what is often put there.</summary>
sealed class HostilePlace(string path)
{
    const int Classes = 10; // of the golden ViT

    static readonly byte[] s_photo = ImageFile.Encode(new Image(40, 32, 3, [.. Enumerable.Range(0, 40 * 32 * 3).Select(i => (byte)(i * 7))]));

    public string Path => path;

    public string this[string name] => System.IO.Path.Combine(path, name);

    /// <summary>A file.</summary>
    public void File(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        System.IO.File.WriteAllBytes(this[name], content);
    }

    /// <inheritdoc cref="File(string, byte[])"/>
    public void File(string name, string content) => File(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>A small photograph.</summary>
    public void Photo(string name = "photo.png") => File(name, s_photo);

    /// <summary>A tiny ViT.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="config">Changes its config.json.</param>
    public void Model(string folder = "model", Action<Dictionary<string, object?>>? config = null)
    {
        File($"{folder}/model.safetensors", Seeds.Resource("vision/vit/model.safetensors"));
        Dictionary<string, object?> settings = JsonSerializer.Deserialize<Dictionary<string, object?>>(Seeds.Resource("vision/vit/config.json"))!;
        config?.Invoke(settings);
        File($"{folder}/config.json", JsonSerializer.Serialize(settings));
    }

    /// <summary>The same with other names of its first classes, or of more than it has.</summary>
    public void ModelWithLabels(params string[] labels) =>
        Model(config: c => c["id2label"] = Enumerable.Range(0, Math.Max(Classes, labels.Length))
            .ToDictionary(i => $"{i}", i => i < labels.Length ? labels[i] : $"class {i}"));

    /// <summary>The same with a tensor of another name.</summary>
    public void ModelWithTensor(string name)
    {
        Model();
        using Safetensors source = Safetensors.Open(this["model/model.safetensors"]);
        Safetensors.Write(this["model/changed"], source.Tensors.Append(StoredTensor.From<float>(name, [1], [0])));
        System.IO.File.Move(this["model/changed"], this["model/model.safetensors"], overwrite: true);
    }
}
