// The pages, scripts and styles of the studio, out of the assembly.

using System.Reflection;
using System.Security.Cryptography;

namespace Translucent.Studio.Http;

/// <summary>Files that are sent as they are.</summary>
static class WebFiles
{
    const string Prefix = "web/";

    static readonly Dictionary<string, string> s_types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>By the last part of the address.</summary>
    public static IReadOnlyDictionary<string, WebFile> All { get; } = Read();

    static Dictionary<string, WebFile> Read()
    {
        Assembly assembly = typeof(WebFiles).Assembly;
        Dictionary<string, WebFile> all = [];
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            string hash = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
            all[name[Prefix.Length..]] = new WebFile(s_types[Path.GetExtension(name)], content, $"\"{hash}\"");
        }
        return all;
    }
}

/// <summary>One file.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Changes when they do.</param>
sealed record WebFile(string Type, byte[] Content, string Tag);
