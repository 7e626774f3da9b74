// Damage to JSON that stays JSON, so that it gets past the parser and to whoever reads the values.

using System.Text;
using System.Text.Json;

namespace Translucent.Fuzz.Mutators;

/// <summary>A value of a document, as a place in its text.</summary>
/// <param name="Name">Where its name begins; where the value begins, if it has none.</param>
/// <param name="Start">Where the value begins.</param>
/// <param name="End">Behind the value.</param>
/// <param name="Kind">Its first token.</param>
readonly record struct JsonPlace(int Name, int Start, int End, JsonTokenType Kind);

/// <summary>Changes values, names and structure of JSON documents.</summary>
static class JsonMutator
{
    /// <summary>One change; a text that is no JSON (any more) is changed as bytes.</summary>
    public static byte[] Edit(byte[] json, IReadOnlyList<byte[]> others, Random random)
    {
        if (random.Next(10) == 0 || Places(json) is not { Count: > 0 } places) return ByteMutator.Edit(json, others, random);
        JsonPlace place = places[random.Next(places.Count)];
        ReadOnlySpan<byte> value = json.AsSpan(place.Start..place.End);
        switch (random.Next(11))
        {
            case 0 or 1: return Replace(json, place, Edge.Value(random));
            case 2: return Remove(json, place);
            case 3: return ByteMutator.Splice(json, place.Name, 0, [.. json.AsSpan(place.Name..place.End), (byte)',']); // twice
            case 4: return ByteMutator.Splice(json, place.Start, value.Length, Text(json, places[random.Next(places.Count)]));
            case 5:
                byte[] other = others[random.Next(others.Count)];
                return Places(other) is { Count: > 0 } theirs
                    ? ByteMutator.Splice(json, place.Start, value.Length, Text(other, theirs[random.Next(theirs.Count)])) : json;
            case 6: return Rename(json, places, random);
            case 7 or 8: return Number(json, places, random);
            case 9:
                int levels = 1 << random.Next(8);
                bool array = random.Next(2) == 0;
                string open = string.Concat(Enumerable.Repeat(array ? "[" : "{\"a\":", levels)), close = new(array ? ']' : '}', levels);
                return ByteMutator.Splice(json, place.Start, value.Length, [.. Encoding.ASCII.GetBytes(open), .. value, .. Encoding.ASCII.GetBytes(close)]);
            default: return place.Kind == JsonTokenType.String ? Retype(json, place, random) : Repeat(json, place, random);
        }
    }

    /// <summary>All values of a document, or null when it is none.</summary>
    public static List<JsonPlace>? Places(byte[] json)
    {
        List<JsonPlace> places = [];
        Stack<(int Name, int Start, JsonTokenType Kind)> open = new();
        int name = -1;
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 256 });
            while (reader.Read())
            {
                int start = (int)reader.TokenStartIndex, end = (int)reader.BytesConsumed;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName: name = start; break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push((name < 0 ? start : name, start, reader.TokenType));
                        name = -1;
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        (int at, int from, JsonTokenType kind) = open.Pop();
                        places.Add(new JsonPlace(at, from, end, kind));
                        break;
                    default:
                        places.Add(new JsonPlace(name < 0 ? start : name, start, end, reader.TokenType));
                        name = -1;
                        break;
                }
            }
            return places;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static ReadOnlySpan<byte> Text(byte[] json, JsonPlace place) => json.AsSpan(place.Start..place.End);

    static byte[] Replace(byte[] json, JsonPlace place, string value) =>
        ByteMutator.Splice(json, place.Start, place.End - place.Start, Encoding.UTF8.GetBytes(value));

    /// <summary>Takes a value out, with its name and one comma.</summary>
    static byte[] Remove(byte[] json, JsonPlace place)
    {
        (int start, int end) = (place.Name, place.End);
        int comma = json.AsSpan(end).IndexOfAnyExcept(" \n\r\t"u8);
        if (comma >= 0 && json[end + comma] == ',') end += comma + 1;
        else if (json.AsSpan(0, start).LastIndexOfAnyExcept(" \n\r\t"u8) is >= 0 and int before && json[before] == ',') start = before;
        return ByteMutator.Splice(json, start, end - start, []);
    }

    /// <summary>A name becomes that of another value, or an odd one.</summary>
    static byte[] Rename(byte[] json, List<JsonPlace> places, Random random)
    {
        JsonPlace[] named = [.. places.Where(p => p.Name < p.Start)];
        if (named.Length == 0) return json;
        JsonPlace place = named[random.Next(named.Length)], other = named[random.Next(named.Length)];
        // an escaped quote breaks the text: fine too
        int length = json.AsSpan(place.Name + 1).IndexOf((byte)'"') + 2, theirs = json.AsSpan(other.Name + 1).IndexOf((byte)'"') + 2;
        return ByteMutator.Splice(json, place.Name, length, random.Next(2) == 0 ? json.AsSpan(other.Name, theirs) : Encoding.UTF8.GetBytes(Edge.Text(random)));
    }

    static byte[] Number(byte[] json, List<JsonPlace> places, Random random)
    {
        JsonPlace[] numbers = [.. places.Where(p => p.Kind == JsonTokenType.Number)];
        if (numbers.Length == 0) return json;
        JsonPlace place = numbers[random.Next(numbers.Length)];
        string old = Encoding.ASCII.GetString(Text(json, place));
        return Replace(json, place, random.Next(6) switch
        {
            0 => "-" + old,
            1 => old + "0",
            2 => old + ".5",
            3 => long.TryParse(old, out long number) ? unchecked(number + random.Next(-3, 4)).ToString() : "1e39",
            _ => Edge.Number(random).ToString(),
        });
    }

    /// <summary>Something odd within a text.</summary>
    static byte[] Retype(byte[] json, JsonPlace place, Random random)
    {
        string odd = Edge.Text(random)[1..^1];
        return ByteMutator.Splice(json, random.Next(place.Start + 1, place.End), 0, Encoding.UTF8.GetBytes(odd));
    }

    /// <summary>The same value many times over.</summary>
    static byte[] Repeat(byte[] json, JsonPlace place, Random random)
    {
        byte[] value = [.. json.AsSpan(place.Name..place.End), (byte)','];
        int times = Math.Min(1 << random.Next(10), 20_000 / value.Length);
        return ByteMutator.Splice(json, place.Name, 0, [.. Enumerable.Repeat(value, times).SelectMany(v => v)]);
    }
}
