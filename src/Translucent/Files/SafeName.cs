// File names made of words from elsewhere: image names, labels, names in records and on servers. The rules are those of the strictest
// system (Windows, "Naming files, paths, and namespaces"), so that a folder of results can be copied anywhere.

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Translucent.Files;

/// <summary>Turns any text into the name of one file or folder directly in another.</summary>
static class SafeName
{
    const int Longest = 240;       // bytes of UTF-8: file systems take 255, and suffixes such as "-2" or ".map.npy" must fit too
    const int LongestFile = 255;   // the same, with them
    const int LongestWords = 40;   // characters of a label
    const string Reserved = "\"*/:<>?\\|";

    static readonly HashSet<string> s_devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. from device in (string[])["COM", "LPT"] from digit in "0123456789\u00b9\u00b2\u00b3" select device + digit,
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>A name that is safe on every system: the text itself where that is safe, else with escapes <c>%XX</c> and <c>%uXXXX</c>.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>
    /// Never empty, <c>.</c> or <c>..</c>, without separators and control characters, at most 240 bytes of UTF-8. Different texts give different names;
    /// where systems compare names without case, <see cref="Distinct"/> tells them apart.
    /// </returns>
    public static string Of(string text)
    {
        if (text.Length == 0) return "%empty";
        StringBuilder name = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool last = i == text.Length - 1;
            if (char.IsHighSurrogate(text[i]) && !last && char.IsLowSurrogate(text[i + 1])) name.Append(text[i]).Append(text[++i]);
            else if (text[i] == '%' || IsForbidden(text[i]) || (last && text[i] is '.' or ' ') || (i == 0 && IsDevice(text))) Escape(name, text[i]);
            else name.Append(text[i]);
        }
        return Encoding.UTF8.GetByteCount(name.ToString()) <= Longest ? name.ToString() : Cut(name.ToString(), text);
    }

    /// <summary>Names for several texts, all different even where a file system ignores case and the form of accents.</summary>
    /// <param name="texts">Any texts; equal ones get different names too.</param>
    /// <returns>As <see cref="Of"/>, and <c>-2</c>, <c>-3</c>, .. behind a name that is taken.</returns>
    public static string[] Distinct(IReadOnlyList<string> texts)
    {
        HashSet<string> taken = [];
        string[] names = new string[texts.Count];
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i] = Of(texts[i]);
            for (int number = 2; !taken.Add(Folded(names[i])); number++) names[i] = $"{name}-{number}";
        }
        return names;
    }

    /// <summary>A name as file systems compare it that ignore case and the form of accents.</summary>
    public static string Folded(string name) => name.IsNormalized() ? name.ToUpperInvariant() : name.Normalize().ToUpperInvariant();

    /// <summary>Words for the middle of a file name: small letters, digits and dashes, at most 40; different texts may give the same.</summary>
    public static string Words(string text, string whenNone)
    {
        string plain = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        while (plain.Contains("--")) plain = plain.Replace("--", "-");
        return plain.Trim('-') is { Length: > 0 } some ? some[..Math.Min(some.Length, LongestWords)] : whenNone;
    }

    /// <summary>Whether a text can be the name of one file directly in a folder, on every system.</summary>
    public static bool IsSafe(string name) => name.Length > 0 && name[^1] is not ('.' or ' ') && !IsDevice(name)
        && IsText(name) && !name.Any(IsForbiddenUnit) && Encoding.UTF8.GetByteCount(name) <= LongestFile;

    /// <summary>Whether a relative path with forward slashes stays inside the folder that it starts in, on every system.</summary>
    public static bool StaysInside(string path) => path.Length is > 0 and <= 1024
        && !path.Any(c => c != '/' && (char.IsControl(c) || c is '\\' or ':' or '\u2028' or '\u2029'))
        && Array.TrueForAll(path.Split('/'), part => part is not ("" or "." or ".."));

    /// <summary>The path of a file directly in a folder.</summary>
    /// <exception cref="ArgumentException">The name is not safe; make it of <see cref="Of"/>.</exception>
    public static string In(string folder, string name) => IsSafe(name)
        ? Path.Combine(folder, name)
        : throw new ArgumentException($"name: '{Of(name)}' stands for a name that is no file directly in {folder}; expected one made by SafeName.",
            nameof(name));

    static bool IsForbiddenUnit(char c) => !char.IsSurrogate(c) && IsForbidden(c);

    /// <summary>Separators, controls, characters that Windows refuses, and those that change how the rest of a name is shown.</summary>
    static bool IsForbidden(char c) => char.IsControl(c) || char.IsSurrogate(c) || Reserved.Contains(c)
        || c is '\u2028' or '\u2029' or '\ufeff' or '\u200b' or '\u200e' or '\u200f'
            or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or (>= '\ufffe');

    /// <summary>Windows opens a device for these, whatever the extension.</summary>
    static bool IsDevice(string name)
    {
        int end = name.IndexOf('.');
        return s_devices.Contains((end < 0 ? name : name[..end]).TrimEnd(' '));
    }

    static bool IsText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i == text.Length - 1 || !char.IsLowSurrogate(text[++i])) return false;
        }
        return true;
    }

    // As JavaScript's escape: a percent sign is always escaped, so that escapes can be told from text.
    static void Escape(StringBuilder name, char c) => name.Append('%').Append(c < 256 ? ((int)c).ToString("X2") : $"u{(int)c:X4}");

    /// <summary>The beginning and a hash of the whole.</summary>
    static string Cut(string name, string text)
    {
        string end = "%cut-" + Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())))[..32];
        int length = 0, bytes = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > Longest - end.Length) break;
            length += rune.Utf16SequenceLength;
        }
        return name[..length] + end;
    }
}
