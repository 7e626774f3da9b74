// What the segmentation of a whole data set found: tables of both ways of giving segments classes, with intervals over images, per class, and what other
// ways of counting would say of the same maps.

using System.Globalization;
using Translucent.Evaluate.Metrics;

namespace Translucent.Evaluate.Jobs;

/// <summary>Results of <see cref="SegmentationMeasure"/>.</summary>
static class SegmentationResults
{
    const int MostClasses = 40; // of a confusion matrix that can be read

    const string Global = "global", Elsewhere = "global, named on other images";

    /// <summary>Pictures whose pixels have classes.</summary>
    /// <param name="settings">Of the job.</param>
    /// <param name="items">Of the job.</param>
    /// <param name="naming">A job over other images where clusters are found and named too, as IIC's IID+ has it; null for none.</param>
    public static EvaluationResults Of(JobSettings settings, JobItems items, NamingJob? naming = null)
    {
        int classes = settings.Classes.Count, clusters = Number(settings, SegmentationPresets.SetClusters);
        Matching matching = SegmentationPresets.Matchings.First(m => m.Word == settings.Choices[SegmentationPresets.MatchingChoice]).Matching;
        SegmentationCompat compat = new(settings.Choices[SegmentationPresets.Absent] == SegmentationPresets.CountZero);
        SetClusters Found(SegmentedSet of) => SetClusters.Find(of.Features, of.Pixels, clusters, (ulong)Number(settings, SegmentationPresets.Seed),
            Number(settings, SegmentationPresets.Restarts));
        List<Row> rows = [], otherwise = [];
        IReadOnlyList<(int Item, string Key)> keys = [];
        foreach (string function in Functions(items))
        {
            SegmentedSet set = SegmentedSet.Of(items, function);
            IEnumerable<Confusion> Tables() => SegmentedSet.Tables(items, function, classes);
            void Add(string labelling, SegmentationTally tally) => rows.Add(new Row(labelling, function, tally, set.Unseen, set.Checks));
            keys = set.Keys;
            Add("per-image", SegmentationTally.PerImage(Tables(), classes, matching, compat));
            Add(Global, SegmentationTally.Global(Tables, Found(set).Of, clusters, classes, matching, compat));
            if (naming is not null)
            {
                SegmentedSet there = SegmentedSet.Of(naming.Items, function);
                SetClusters found = Found(there);
                SegmentationScore named = SegmentationTally.Global(() => SegmentedSet.Tables(naming.Items, function, classes), found.Of, clusters, classes,
                    matching, compat).Score;
                Add(Elsewhere, SegmentationTally.Global(Tables, found.Place(set.Features, set.Pixels), clusters, classes, matching, compat, named.ClassOf));
            }
            foreach ((string word, Matching other) in SegmentationPresets.Matchings)
                otherwise.Add(new Row($"per-image, {word}", function, SegmentationTally.PerImage(Tables(), classes, other, compat), 0, []));
        }
        List<ResultTable> tables = [Main(rows, compat)];
        if (rows.Exists(r => r.Function != rows[0].Function))
            tables.Add(Differences([.. rows, .. otherwise.Where(r => r.Labelling.EndsWith("majority", StringComparison.Ordinal))], compat));
        tables.AddRange([Overlaps(rows, settings.Classes), PerClass(rows, settings.Classes)]);
        if (settings.Choices.ContainsKey(SegmentationPresets.Things)) tables.Add(Things(rows, Number(settings, SegmentationPresets.Things)));
        tables.AddRange([OtherCounts(rows), OtherMatchings(otherwise)]);
        if (rows[0].Checks.Count > 0) tables.Add(Sparse(rows));
        return new EvaluationResults
        {
            Tables = tables,
            Confusions = classes > MostClasses ? [] : [.. First(rows).Select(r => Table(r, settings.Classes))],
            Examples = ResultExamples.BestAndWorst("mean IoU of the image, per-image matching", keys.Select((k, i) => new ResultExample(k.Item, k.Key,
                rows[0].Tally.MeanIoUs[i], FormattableString.Invariant(
                    $"mean IoU {100 * rows[0].Tally.MeanIoUs[i]:0.0} per image, {100 * rows[1].Tally.MeanIoUs[i]:0.0} global")))),
            Notes = Notes(rows, keys.Count, naming?.Images),
        };
    }

    /// <summary>The functions of all items, in their order.</summary>
    public static IReadOnlyList<string> Functions(JobItems items) =>
        [.. items.Results(SegmentedJson.Default.DictionaryStringSegmentedItem).First().Result.Keys];

    static int Number(JobSettings settings, string choice) => int.Parse(settings.Choices[choice], CultureInfo.InvariantCulture);

    sealed record Row(string Labelling, string Function, SegmentationTally Tally, double Unseen, IReadOnlyList<IReadOnlyList<double>> Checks)
    {
        public string Name => $"{Labelling}, function {Function}";

        /// <summary>By clusters of a set: this one or another.</summary>
        public bool IsGlobal => Labelling is Global or Elsewhere;
    }

    static ResultTable Main(List<Row> rows, SegmentationCompat compat) => new("Segmentation of the whole set", "labelling",
        ["mean IoU, %", "low", "high", "pixel accuracy, %", "mean of images' mean IoU, %", "normalised mutual information", "adjusted Rand index", "images"],
        [.. rows.Select(r => Bootstrap.Interval(r.Tally.Images.Count, drawn => r.Tally.MeanIoU(drawn, compat)) is var (low, high)
            ? ResultRow.Of(r.Name, 100 * r.Tally.Score.MeanIoU, 100 * low, 100 * high, 100 * r.Tally.Score.Accuracy, 100 * Average(r.Tally.MeanIoUs),
                r.IsGlobal ? r.Tally.Table.NormalizedMutualInformation() : double.NaN, r.IsGlobal ? r.Tally.Table.AdjustedRandIndex() : double.NaN,
                r.Tally.Images.Count)
            : throw new InvalidOperationException())],
        "per-image: every image's segments get classes by its own truth, which no method can know; an upper bound, often called oracle. global: one set of "
        + "clusters for all images, k-means over segment features, matched once; the unsupervised score of the field. low and high: 95 % by bootstrap "
        + "over images, clusters and their classes kept." + (rows.Exists(r => r.Labelling == Elsewhere)
            ? " named on other images: clusters and their classes come from there, so that no label that is scored decides anything." : ""));

    static ResultTable Differences(List<Row> rows, SegmentationCompat compat) => new("Differences between functions on the same images", "difference",
        ["mean IoU, points", "low", "high", "mean of images' mean IoU, points", "low of it", "high of it"],
        [.. rows.Where(r => r.Function != rows[0].Function).Select(r =>
        {
            SegmentationTally first = rows.First(f => f.Labelling == r.Labelling).Tally, own = r.Tally;
            (double low, double high) = Bootstrap.Interval(own.Images.Count, drawn => own.MeanIoU(drawn, compat) - first.MeanIoU(drawn, compat));
            double[] apart = [.. own.MeanIoUs.Zip(first.MeanIoUs, (a, b) => a - b)];
            (double meanLow, double meanHigh) = Bootstrap.Mean(apart);
            return ResultRow.Of($"{r.Labelling}, {r.Function} - {rows[0].Function}", 100 * (own.Score.MeanIoU - first.Score.MeanIoU), 100 * low, 100 * high,
                100 * Average(apart), 100 * meanLow, 100 * meanHigh);
        })], "An interval without 0 says that the difference is not by chance of these images.");

    static ResultTable Overlaps(List<Row> rows, IReadOnlyList<string> names) => new("IoU class by class, %", "class",
        ["share of pixels, %", .. rows.Select(r => r.Name)],
        [.. names.Select((name, c) => ResultRow.Of(name, [100.0 * rows[0].Tally.Score.Classes[c].True / Math.Max(1, rows[0].Tally.Table.Pixels),
            .. rows.Select(r => 100 * r.Tally.Score.Classes[c].IoU)]))]);

    /// <summary>Of the first function.</summary>
    static ResultTable PerClass(List<Row> rows, IReadOnlyList<string> names) => new($"Recall and precision, %, function {rows[0].Function}", "class",
        [.. First(rows).SelectMany(r => (string[])[$"{r.Labelling}: recall", $"{r.Labelling}: precision"])],
        [.. names.Select((name, c) => ResultRow.Of(name, First(rows).SelectMany(r => (double[])[100 * r.Tally.Score.Classes[c].Recall,
            100 * r.Tally.Score.Classes[c].Precision])))]);

    static ResultTable OtherMatchings(List<Row> rows) => new("Per-image matching, done otherwise", "way",
        ["mean IoU, %", "pixel accuracy, %", "mean of images' mean IoU, %"],
        [.. rows.OrderBy(r => r.Labelling, StringComparer.Ordinal).Select(r => ResultRow.Of(r.Name, 100 * r.Tally.Score.MeanIoU, 100 * r.Tally.Score.Accuracy,
            100 * Average(r.Tally.MeanIoUs)))], "Majority: several segments of an image may have the same class; a finer cut then never loses accuracy.");

    static ResultTable Things(List<Row> rows, int first) => new("Things and stuff", "labelling",
        ["things, %", "stuff, %", "things by cluster, %", "stuff by cluster, %"],
        [.. rows.Select(r =>
        {
            (double things, double stuff) = r.Tally.Score.ThingsAndStuff(first);
            (double byThings, double byStuff) = r.IsGlobal ? r.Tally.Score.ThingsAndStuff(first, byCluster: true) : (double.NaN, double.NaN);
            return ResultRow.Of(r.Name, 100 * things, 100 * stuff, 100 * byThings, 100 * byStuff);
        })], "By cluster: as PiCIE's code splits them, by the number of the cluster and not of the class, which is not what the name says.");

    /// <summary>The same clusters counted as other evaluations do.</summary>
    static ResultTable OtherCounts(List<Row> rows)
    {
        (string Name, Matching Matching, SegmentationCompat Compat)[] ways =
        [
            ("matched on pixel counts, absent classes left out (right)", Matching.Counts, SegmentationCompat.None),
            ("matched on overlap", Matching.Overlap, SegmentationCompat.None),
            ("every cluster its majority, several the same", Matching.Majority, SegmentationCompat.None),
            ("absent classes count 0 (VOC code)", Matching.Counts, new(AbsentClassesCountZero: true)),
            ("matched on overlap, absent classes count 0 (MaskContrast, deep-spectral)", Matching.Overlap, new(AbsentClassesCountZero: true)),
            ("extra clusters dropped (STEGO)", Matching.Counts, new(ExtraClustersDropped: true)),
        ];
        Row[] global = [.. rows.Where(r => r.Labelling == Global)];
        return new ResultTable("The same global clusters, counted otherwise", "way",
            [.. global.SelectMany(r => (string[])[$"mean IoU, %: function {r.Function}", $"accuracy, %: function {r.Function}"])],
            [.. ways.Select(w => ResultRow.Of(w.Name, global.SelectMany(r => SegmentationScore.Of(r.Tally.Table, w.Matching, w.Compat) is var s
                ? (double[])[100 * s.MeanIoU, 100 * s.Accuracy] : [])))], "Compare figures of the same way only.");
    }

    static ResultTable Sparse(List<Row> rows) => new("Sparse sweeps against exact ones", "function",
        ["median error, % of the largest entry", "median rank correlation", "images swept exactly"],
        [.. rows.Where(r => r.Labelling == Global).Select(r => ResultRow.Of(r.Function, 100 * Average(r.Checks.Select(c => c[1])),
            Average(r.Checks.Select(c => c[2])), r.Checks.Count(c => c[0] < 0)))], "Means over images of medians over some tokens.");

    static ResultConfusion Table(Row row, IReadOnlyList<string> names)
    {
        int classes = names.Count;
        Confusion named = row.IsGlobal ? row.Tally.Table.Renamed(row.Tally.Score.ClassOf, classes) : row.Tally.Table;
        return new ResultConfusion($"Pixels by class, {row.Name}", names, [.. names, "none"],
            [.. Enumerable.Range(0, classes).Select(c => (IReadOnlyList<long>)[.. Enumerable.Range(0, classes + 1).Select(k => named[k, c])])]);
    }

    /// <summary>The rows of the first function.</summary>
    static IEnumerable<Row> First(List<Row> rows) => rows.TakeWhile(r => r.Function == rows[0].Function);

    static string[] Notes(List<Row> rows, int images, string? namedOn)
    {
        List<string> notes = [namedOn is null ? "Classes are matched on the very labels that are scored, as is the habit of the field."
            : $"{Elsewhere}: clusters were found and matched on {namedOn} (another job, IIC's IID+); in the other rows classes are matched on the "
                + "very labels that are scored, as is the habit of the field."];
        if (rows[0].Unseen > 0)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * rows[0].Unseen:0.0} % of all pixels lie outside what the model sees; ")
                + "they are in no segment and count as wrong.");
        if (images < 30) notes.Add($"Few images ({images}): even the intervals say little.");
        return [.. notes];
    }

    static double Average(IEnumerable<double> values) => values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
}
