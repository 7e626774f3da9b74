// Trust in numbers: trust.json with all curves, and trust.csv with a line per map.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Evaluate.Trust;
using Translucent.Runs.Records;

namespace Translucent.Cli.Runs;

/// <summary>Writes what is known about maps.</summary>
static class TrustFiles
{
    /// <summary>Writes trust.json and trust.csv.</summary>
    public static void Write(ImageRun run, IReadOnlyList<MapTrust> trust)
    {
        TrustFile file = new(TrustRun.Settings, [.. trust.Select(map => map.Record(curves: true))]);
        run.Folder.Text("trust.json", JsonSerializer.Serialize(file, RecordJson.Readable.TrustFile) + "\n",
            "how far to trust each map: curves of deletion and insertion, randomisation, conservation, stability");
        run.Folder.Text("trust.csv", Csv(trust), "the same as a table, without the curves");
    }

    /// <summary>One line per map; what is not defined or not promised is empty.</summary>
    static string Csv(IReadOnlyList<MapTrust> trust)
    {
        StringBuilder csv = new(
            "map,method,class,deletion_auc,deletion_random,deletion_deviation,deletion_z,insertion_auc,insertion_random,insertion_deviation,insertion_z");
        foreach (RandomizationStage stage in trust[0].Randomization) csv.Append($",rho_{stage.Name}");
        csv.Append(",stability_rho,stability_change,same_answer,conservation_gap\n");
        foreach (MapTrust map in trust)
        {
            csv.Append($"{map.Map.FileName},{map.Map.Method.Name},{map.Judged.Target.Class}");
            foreach (PerturbationResult r in (PerturbationResult[])[map.Deletion, map.Insertion])
                foreach (double value in (double[])[r.Auc, r.RandomMean, r.RandomDeviation, r.Z]) Cell(value);
            foreach (RandomizationStage stage in map.Randomization) Cell(stage.Rho);
            foreach (double value in (double[])[map.Stability.MeanRho, map.Stability.MaxChange, map.Stability.SameAnswer, map.Conservation?.RelativeGap
                ?? double.NaN]) Cell(value);
            csv.Append('\n');
        }
        return csv.ToString();

        void Cell(double value) => csv.Append(',').Append(double.IsFinite(value) ? Math.Round(value, 6).ToString(CultureInfo.InvariantCulture) : "");
    }
}
