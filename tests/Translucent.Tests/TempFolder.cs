using System.Text;

namespace Translucent.Tests;

/// <summary>A folder that lives as long as a test.</summary>
sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("translucent-").FullName;

    /// <summary>The path of a file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string Add(string name, byte[] content)
    {
        File.Delete(this[name]); // a fresh file is not flushed when closed, a replaced one is on some systems
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Writes a text file (UTF-8) and returns its path.</summary>
    public string Add(string name, string content) => Add(name, Encoding.UTF8.GetBytes(content));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
