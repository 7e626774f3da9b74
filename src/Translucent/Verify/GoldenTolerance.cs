// How far float32 may be from a golden of float64 (docs/evaluate.md).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Verify;

/// <summary>The tolerance of every golden tensor, as a share of its largest absolute value.</summary>
/// <remarks>
/// Ten times the <c>relative</c> that <c>float32_error.json</c> states for the tensor, or twenty times its <c>max_abs_error</c> beside <c>max_abs_value</c>,
/// but at
/// least 1e-5; for others a fixed share.
/// </remarks>
sealed class GoldenTolerance
{
    /// <summary>The name of the file of stated tolerances.</summary>
    public const string FileName = "float32_error.json";

    const double Times = 10, Least = 1e-5;

    readonly Dictionary<string, double> _relative = new(StringComparer.Ordinal);
    readonly double _other;

    /// <summary>The same share for every tensor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not a number.</exception>
    public GoldenTolerance(double share)
    {
        if (!(share >= 0) || double.IsInfinity(share))
            throw new ArgumentOutOfRangeException(nameof(share), $"tolerance: {share}, expected a share of the largest value, such as 1e-4.");
        _other = share;
    }

    /// <summary>The tolerances stated beside a golden file; tensors that are not in them, and all when there is no such file, get
    /// <paramref name="other"/>.</summary>
    /// <exception cref="TranslucentException">The file beside it is damaged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The other share is negative or not a number.</exception>
    public static GoldenTolerance Beside(string golden, double other)
    {
        GoldenTolerance tolerance = new(other);
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(golden))!, FileName);
        if (!File.Exists(path)) return tolerance;
        foreach (JsonProperty tensor in JsonFile.ReadObject(path).EnumerateObject())
        {
            if (tensor.Value.ValueKind == JsonValueKind.Object && Stated(tensor.Value) is { } stated)
            {
                tolerance._relative[tensor.Name] = stated;
                continue;
            }
            if (tensor.Value.ValueKind != JsonValueKind.Object || !tensor.Value.TryGetProperty("relative", out JsonElement relative)
                || relative.ValueKind != JsonValueKind.Number || !relative.TryGetDouble(out double value) || value < 0 || double.IsInfinity(value))
                throw new TranslucentException(
                    $"{path}: \"{tensor.Name}\" has no usable \"relative\", expected a number from 0, as in {{\"relative\": 1e-6}}.");
            tolerance._relative[tensor.Name] = value;
        }
        return tolerance;
    }

    /// <summary>Twice the relative deviation of a pair of absolute numbers, so that ten times it is twenty times the deviation; of zeros the deviation
    /// itself.</summary>
    static double? Stated(JsonElement value)
    {
        if (!value.TryGetProperty("max_abs_error", out JsonElement error) || !value.TryGetProperty("max_abs_value", out JsonElement largest)
            || error.ValueKind != JsonValueKind.Number || largest.ValueKind != JsonValueKind.Number) return null;
        (double off, double scale) = (error.GetDouble(), largest.GetDouble());
        return off >= 0 && scale >= 0 && double.IsFinite(off) && double.IsFinite(scale) ? 2 * off / (scale > 0 ? scale : 1) : null;
    }

    /// <summary>Whether the tolerance of this tensor is stated beside the golden file.</summary>
    public bool States(string name) => _relative.ContainsKey(name);

    /// <summary>The tolerance of a tensor.</summary>
    public double this[string name] => _relative.TryGetValue(name, out double relative) ? Math.Max(Least, Times * relative) : _other;
}
