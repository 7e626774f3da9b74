// Trust in numbers: trust.json with all curves, trust.csv with a line per map, and what result.json says of it.

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Translucent.Evaluate.Trust;

namespace Translucent.Cli.Runs;

/// <summary>Writes what is known about maps.</summary>
static class TrustRecord
{
    static readonly JsonWriterOptions s_indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the settings as a property of an open object.</summary>
    public static void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartObject("trust");
        json.WriteNumber("steps", TrustRun.Perturbation.Steps);
        json.WriteNumber("random_orders", TrustRun.Perturbation.RandomOrders);
        json.WriteString("deletion", TrustRun.Perturbation.Deletion.ToString().ToLowerInvariant());
        json.WriteString("insertion", TrustRun.Perturbation.Insertion.ToString().ToLowerInvariant());
        json.WriteNumber("random_stages", RandomizationCheck.DefaultStages);
        json.WriteNumber("noise_sigma", TrustRun.Noise.Sigma);
        json.WriteNumber("noise_copies", TrustRun.Noise.Copies);
        json.WriteNumber("seed", TrustRun.Perturbation.Seed);
        json.WriteEndObject();
    }

    /// <summary>Writes trust.json and trust.csv.</summary>
    public static void WriteFiles(ImageRun run, IReadOnlyList<MapTrust> trust)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, s_indented))
        {
            json.WriteStartObject();
            WriteSettings(json);
            Write(json, trust, curves: true, "maps");
            json.WriteEndObject();
        }
        run.Folder.Text("trust.json", Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n", "how far to trust each map: curves of deletion and insertion, randomisation, conservation, stability");
        run.Folder.Text("trust.csv", Csv(trust), "the same as a table, without the curves");
    }

    /// <summary>Writes the maps as an array, a property of an open object; numbers that are not defined are null.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<MapTrust> trust, bool curves, string name = "trust")
    {
        json.WriteStartArray(name);
        foreach (MapTrust map in trust)
        {
            json.WriteStartObject();
            json.WriteString("map", map.Map.FileName);
            json.WriteString("method", map.Map.Method.Name);
            json.WriteNumber("class", map.Judged.Target.Class);
            json.WriteString("label", map.Judged.Label);
            Perturbation(json, "deletion", map.Deletion, curves);
            Perturbation(json, "insertion", map.Insertion, curves);
            json.WriteStartArray("randomization");
            foreach (RandomizationStage stage in map.Randomization)
            {
                json.WriteStartObject();
                json.WriteString("down_to", stage.Name);
                Number(json, "rho", stage.Rho);
                Number(json, "absolute_rho", stage.AbsoluteRho);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("stability");
            Number(json, "mean_rho", map.Stability.MeanRho);
            Number(json, "max_relative_change", map.Stability.MaxChange);
            Number(json, "same_answer", map.Stability.SameAnswer);
            json.WriteEndObject();
            if (map.Conservation is { } sum)
            {
                json.WriteStartObject("conservation");
                Number(json, "sum", sum.Sum);
                Number(json, "promised", sum.Promised);
                Number(json, "relative_gap", sum.RelativeGap);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Perturbation(Utf8JsonWriter json, string name, PerturbationResult result, bool curves)
    {
        json.WriteStartObject(name);
        Number(json, "auc", result.Auc);
        Number(json, "random_mean", result.RandomMean);
        Number(json, "random_deviation", result.RandomDeviation);
        Number(json, "z", result.Z);
        Number(json, "beats", result.Beats);
        Number(json, "kept_by_baseline", result.Kept);
        if (curves)
        {
            Numbers(json, "fractions", result.Curve.Fractions);
            Numbers(json, "probabilities", result.Curve.Probabilities);
            json.WriteStartArray("random");
            foreach (PerturbationCurve random in result.Random) Numbers(json, null, random.Probabilities);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    static void Numbers(Utf8JsonWriter json, string? name, IReadOnlyList<double> values)
    {
        if (name is null) json.WriteStartArray();
        else json.WriteStartArray(name);
        foreach (double value in values) json.WriteNumberValue(Math.Round(value, 6));
        json.WriteEndArray();
    }

    static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, Math.Round(value, 6));
        else json.WriteNull(name);
    }

    /// <summary>One line per map; what is not defined or not promised is empty.</summary>
    static string Csv(IReadOnlyList<MapTrust> trust)
    {
        StringBuilder csv = new("map,method,class,deletion_auc,deletion_random,deletion_deviation,deletion_z,insertion_auc,insertion_random,insertion_deviation,insertion_z");
        foreach (RandomizationStage stage in trust[0].Randomization) csv.Append($",rho_{stage.Name}");
        csv.Append(",stability_rho,stability_change,same_answer,conservation_gap\n");
        foreach (MapTrust map in trust)
        {
            csv.Append($"{map.Map.FileName},{map.Map.Method.Name},{map.Judged.Target.Class}");
            foreach (PerturbationResult r in (PerturbationResult[])[map.Deletion, map.Insertion])
                foreach (double value in (double[])[r.Auc, r.RandomMean, r.RandomDeviation, r.Z]) Cell(value);
            foreach (RandomizationStage stage in map.Randomization) Cell(stage.Rho);
            foreach (double value in (double[])[map.Stability.MeanRho, map.Stability.MaxChange, map.Stability.SameAnswer, map.Conservation?.RelativeGap ?? double.NaN]) Cell(value);
            csv.Append('\n');
        }
        return csv.ToString();

        void Cell(double value) => csv.Append(',').Append(double.IsFinite(value) ? Math.Round(value, 6).ToString(CultureInfo.InvariantCulture) : "");
    }
}
