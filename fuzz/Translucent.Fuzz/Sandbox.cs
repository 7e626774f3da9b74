// A folder that readers find the damaged files in, and a file beside it that none of them may open.

namespace Translucent.Fuzz;

/// <summary>A temporary folder <c>inside</c> of another that holds <c>outside.safetensors</c>.</summary>
sealed class Sandbox : IDisposable
{
    // A file a millisecond: in memory, where the system has a place for that. Containers give as little as 64 MiB, which is enough.
    const string Memory = "/dev/shm";

    readonly string _root = Directory.CreateDirectory(System.IO.Path.Combine(Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath(),
        "translucent-fuzz-" + System.IO.Path.GetRandomFileName())).FullName;

    public Sandbox()
    {
        Path = System.IO.Path.Combine(_root, "inside");
        Directory.CreateDirectory(Path);
        File.WriteAllBytes(System.IO.Path.Combine(_root, "outside.safetensors"), Seeds.Named(0, "outside"));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The path of a file in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, unless it is there as it should be.</summary>
    /// <returns>Its path.</returns>
    public string Add(string name, byte[] content)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.Delete(path); // a fresh file is not flushed when closed, a replaced one is on some systems
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Writes a file that stays the same for all inputs.</summary>
    public string Keep(string name, Func<byte[]> content) => File.Exists(this[name]) ? this[name] : Add(name, content());

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
