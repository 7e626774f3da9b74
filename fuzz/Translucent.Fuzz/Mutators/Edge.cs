// Values at which readers break: the ends of integer types, powers of two and their neighbours, names that lead elsewhere, odd texts.

namespace Translucent.Fuzz.Mutators;

/// <summary>Telling numbers, names and JSON values.</summary>
static class Edge
{
    static readonly long[] s_numbers =
    [
        0, 1, -1, 2, 3, 7, 8, 9, 15, 16, 63, 64, 65, 100, 127, 128, 255, 256, 257, 1000, 1024, 4096, 16_384, 16_385, 32_767, 32_768, 65_535, 65_536,
        1_000_000, 1 << 20, (1 << 24) + 1, 1 << 28, 1 << 30, int.MaxValue - 1, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, (1L << 32) + 1, 1L << 53,
        long.MaxValue - 7, long.MaxValue, long.MinValue, int.MinValue,
    ];

    static readonly string[] s_values =
    [
        "null", "true", "false", "0", "-0", "-1", "1e308", "-1e308", "1e400", "1e-400", "0.5", "-0.5", "3.4e39", "1E2", "99999999999999999999",
        "9223372036854775808",
        "\"\"", "\" \"", "\"NaN\"", "\"1\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udfff\\ud800\"", "\"\\n\\r\\t\"", "\"\\u2028\"", "\"\\uFFFD\"", "\"é\"",
        "\"😀\"",
        "[]", "{}", "[[]]", "[null]", "{\"\":null}", "[1,2,3]", "[-1]", "[\"a\",\"b\"]", "{\"a\":1}",
    ];

    static readonly string[] s_names =
    [
        "..", "../outside", "../outside.safetensors", "a/../../outside.safetensors", "/etc/passwd", "/dev/zero", "C:\\outside", "\\\\host\\share",
        "..\\outside", "~", ".", "./a",
        "a/b", "a:b", "CON", "a\nb", "a\0b", " ", "", "__metadata__", "__proto__", "'", "\"", "data.pkl", "x.npy", "weight", "bias",
    ];

    /// <summary>A number at some edge, or beside it.</summary>
    public static long Number(Random random) => unchecked(s_numbers[random.Next(s_numbers.Length)] + (random.Next(4) == 0 ? random.Next(-2, 3) : 0));

    /// <summary>The text of a JSON value.</summary>
    public static string Value(Random random) => random.Next(4) switch
    {
        0 => Number(random).ToString(),
        1 => Text(random),
        _ => s_values[random.Next(s_values.Length)],
    };

    /// <summary>A name, or a part of one.</summary>
    public static string Name(Random random) => random.Next(8) == 0 ? new string((char)random.Next(32, 0x3000), 1 << random.Next(13))
        : s_names[random.Next(s_names.Length)];

    /// <summary>A JSON text.</summary>
    public static string Text(Random random) => System.Text.Json.JsonSerializer.Serialize(Name(random), EdgeJson.Default.String);
}

/// <summary>Writes texts without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
sealed partial class EdgeJson : System.Text.Json.Serialization.JsonSerializerContext;
