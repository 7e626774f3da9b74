// The tokens of a model and their numbers, both ways.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Text.Subwords;

/// <summary>Tokens by text and by id. It does not change.</summary>
sealed class Vocabulary
{
    readonly Dictionary<string, int> _ids;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    readonly string?[] _texts; // of the ids below twice the number of tokens: all of them, but in odd files
    readonly Dictionary<int, string> _others = [];

    Vocabulary(Dictionary<string, int> ids, Dictionary<int, string> texts)
    {
        (_ids, _bySpan, _texts) = (ids, ids.GetAlternateLookup<ReadOnlySpan<char>>(), new string?[2 * ids.Count]);
        foreach ((int id, string text) in texts)
        {
            Longest = Math.Max(Longest, text.Length);
            if (id < _texts.Length) _texts[id] = text;
            else _others[id] = text;
        }
    }

    public int Count => _ids.Count;

    /// <summary>The length of the longest token, in UTF-16 units; at least 1.</summary>
    public int Longest { get; } = 1;

    /// <summary>The texts of all tokens with their ids.</summary>
    public IReadOnlyDictionary<string, int> Ids => _ids;

    /// <summary>The id of a token; -1 when it is none.</summary>
    public int IdOf(ReadOnlySpan<char> text) => _bySpan.TryGetValue(text, out int id) ? id : -1;

    /// <summary>The token of an id; null when it has none.</summary>
    public string? TextOf(int id) => (uint)id < (uint)_texts.Length ? _texts[id] : _others.GetValueOrDefault(id);

    /// <summary>Reads an object of texts and ids.</summary>
    /// <param name="section">The object it stands in.</param>
    /// <param name="key">Its key.</param>
    /// <exception cref="TranslucentException">An id is no whole number from 0 on, or given twice; a token is named twice.</exception>
    public static Vocabulary Read(ConfigSection section, string key) => Read(section.Section(key), (what) => section.Error(key, what));

    /// <summary>Reads a file that holds such an object.</summary>
    /// <exception cref="TranslucentException">As the other.</exception>
    public static Vocabulary Open(string path) => Read(ConfigSection.Open(path), what => new TranslucentException($"{path}: {what}."));

    /// <summary>Tokens whose ids are their places.</summary>
    /// <param name="names">The tokens.</param>
    /// <param name="error">Makes an error of what is wrong.</param>
    /// <exception cref="TranslucentException">A token is named twice.</exception>
    public static Vocabulary Of(IReadOnlyList<string> names, Func<string, TranslucentException> error)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        Dictionary<int, string> texts = [];
        for (int id = 0; id < names.Count; id++)
        {
            if (!ids.TryAdd(names[id], id)) throw error($"names {Describe.Name(names[id])} twice, expected each token once");
            texts[id] = names[id];
        }
        return new Vocabulary(ids, texts);
    }

    static Vocabulary Read(ConfigSection entries, Func<string, TranslucentException> error)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        Dictionary<int, string> texts = [];
        foreach (JsonProperty entry in entries.Json.EnumerateObject())
        {
            string name = entry.Name;
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || id < 0)
                throw error($"gives {Describe.Name(name)} an id that is no whole number from 0 on");
            if (!ids.TryAdd(name, id)) throw error($"names {Describe.Name(name)} twice, expected each token once");
            if (!texts.TryAdd(id, name)) throw error($"gives id {id} to {Describe.Name(texts[id])} and to {Describe.Name(name)}, expected each id once");
        }
        return new Vocabulary(ids, texts);
    }
}
