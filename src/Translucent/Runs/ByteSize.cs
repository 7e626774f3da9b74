// Sizes of memory as people type them: 2G, 512M, 1.5GiB, 800000000.

using System.Globalization;

namespace Translucent.Runs;

/// <summary>Amounts of memory in words.</summary>
static class ByteSize
{
    const string Units = "KMGT";

    /// <summary>Reads a size; units are powers of 1024, with or without "B" or "iB".</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string number = text.Trim().ToUpperInvariant();
        if (number.EndsWith("IB", StringComparison.Ordinal)) number = number[..^2];
        else if (number.EndsWith('B')) number = number[..^1];
        double unit = 1;
        if (number.Length > 0 && Units.IndexOf(number[^1]) is >= 0 and int power)
        {
            unit = Math.Pow(1024, power + 1);
            number = number[..^1];
        }
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return false;
        if (value * unit is not (>= 1 and <= 1e15)) return false;
        bytes = (long)(value * unit);
        return true;
    }

    /// <summary>As in 1.4 GiB.</summary>
    public static string Text(double bytes)
    {
        int power = 0;
        while (bytes >= 1000 && power < Units.Length) (bytes, power) = (bytes / 1024, power + 1);
        string unit = power == 0 ? "bytes" : $"{Units[power - 1]}iB";
        return string.Create(CultureInfo.InvariantCulture, $"{(bytes < 10 && power > 0 ? $"{bytes:0.0}" : $"{bytes:0}")} {unit}");
    }
}
