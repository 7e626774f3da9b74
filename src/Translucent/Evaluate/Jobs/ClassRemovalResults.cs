// What the perturbation test of Chefer, Gur and Wolf found over all images: accuracies per step and areas under them, as the public code adds them up.

using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Perturb;

namespace Translucent.Evaluate.Jobs;

/// <summary>Results of <see cref="ClassRemoval"/>.</summary>
static class ClassRemovalResults
{
    const int MostClasses = 40; // of a confusion matrix that can be read

    static readonly double[] s_shares = [0, .. PixelRemoval.Steps];

    static readonly (string Name, Func<RemovalCurves, RemovalCurve?> Of, bool OfLabel)[] s_tests =
    [
        ("positive, predicted class", m => m.Positive, false), ("negative, predicted class", m => m.Negative, false),
        ("positive, true class", m => m.TruePositive ?? m.Positive, true), ("negative, true class", m => m.TrueNegative ?? m.Negative, true),
    ];

    /// <summary>Adds items up.</summary>
    public static EvaluationResults Of(JobSettings settings, JobItems items, string? against)
    {
        List<Sums> all = [], right = [];
        List<ResultExample> examples = [];
        long[][] confusion = [.. settings.Classes.Select(_ => new long[settings.Classes.Count])];
        bool labelled = false;
        foreach ((int item, string key, RemovalItem result) in items.Results(RemovalJson.Default.RemovalItem))
        {
            labelled |= result.Label is not null;
            if (result.Label is { } label && label < confusion.Length && result.Answer < confusion.Length) confusion[label][result.Answer]++;
            bool isRight = (result.Label ?? result.Answer) == result.Answer;
            for (int m = 0; m < result.Methods.Count; m++)
            {
                if (all.Count <= m) { all.Add(new Sums(result.Methods[m].Method)); right.Add(new Sums(result.Methods[m].Method)); }
                all[m].Add(result, m, isRight);
                if (isRight) right[m].Add(result, m, isRight);
            }
            examples.Add(Example(settings, item, key, result));
        }
        string measure = labelled ? "accuracy" : "agreement with the untouched answer";
        int tests = labelled ? s_tests.Length : 2;
        List<ResultTable> tables = [Areas($"Area under the {measure}, 0 to 90 % of the pixels black, times 100", all, tests)];
        if (labelled && right.Count > 0 && right[0].Images < all[0].Images)
            tables.Add(Areas("The same, only images that are right when untouched", right, tests));
        tables.Add(Probabilities(all, tests));
        tables.Add(new ResultTable($"{Capital(measure)} by step", "method, test", [.. s_shares.Select(s => FormattableString.Invariant($"{100 * s:0} %"))],
            [.. all.SelectMany(m => Enumerable.Range(0, tests)
                .Select(t => ResultRow.Of($"{m.Method}, {s_tests[t].Name}", m.Accuracy(t).Select(a => 100 * a))))]));
        if (all.Count > 0 && all[0].Images > 1) tables.Add(FromTheBest(all, tests));
        tables.AddRange(IntervalTables.Of("Areas and AOPC", "method", [.. s_tests.Take(tests).SelectMany(t => (string[])[t.Name, $"AOPC: {t.Name}"])],
            [.. all.Select(m => m.Row(tests))], all.Count > 0 ? all[0].Images : 0, against));
        return new EvaluationResults
        {
            Tables = tables,
            Charts = [.. Enumerable.Range(0, tests).Select(t => new ResultChart($"{Capital(s_tests[t].Name)}", "share of pixels that are black", measure,
                [.. all.Select(m => new ResultLine(m.Method, s_shares, m.Accuracy(t)))]))],
            Confusions = labelled && settings.Classes.Count is > 1 and <= MostClasses
                ? [new ResultConfusion("Answers to the untouched images", settings.Classes, settings.Classes, confusion)] : [],
            Examples = ResultExamples.BestAndWorst("negative minus positive area of the probability", examples),
            Notes = labelled ? [] : ["The classes of these images are not known to the model, so its answer to the untouched image takes their place."],
        };
    }

    static ResultTable Areas(string title, List<Sums> methods, int tests) => new(title, "method",
        [.. s_tests.Take(tests).Select(t => t.Name), "images", .. s_tests.Take(tests).SelectMany(t => (string[])[$"low: {t.Name}", $"high: {t.Name}"])],
        [.. methods.Select(m => ResultRow.Of(m.Method, [.. Enumerable.Range(0, tests).Select(t => 100 * CurveArea.Trapezoids(s_shares, m.Accuracy(t))),
            m.Images, .. Enumerable.Range(0, tests).SelectMany(t => Bounds(m, t))]))],
        "Positive: the most relevant pixels go first, so a smaller area is better. Negative: the least relevant go first, so a larger area is better. "
        + "Low and high: the 95 % interval, by 1000 bootstrap samples of the images.");

    static double[] Bounds(Sums method, int test)
    {
        (double low, double high) = Bootstrap.Mean([.. method.Areas.Select(a => a[test])]);
        return [low, high];
    }

    static ResultTable FromTheBest(List<Sums> methods, int tests)
    {
        Sums[] best = [.. Enumerable.Range(0, tests).Select(t => methods.MinBy(m => (t % 2 == 0 ? 1 : -1) * m.Areas.Average(a => a[t]))!)];
        return new ResultTable("How far behind the best method, on the same images", "method",
            [.. s_tests.Take(tests).Zip(best, (t, b) => $"{t.Name}: {b.Method}").SelectMany(name => (string[])[name, $"low: {name}", $"high: {name}"])],
            [.. methods.Select(m => ResultRow.Of(m.Method, Enumerable.Range(0, tests).SelectMany(t =>
            {
                double[] behind = [.. m.Areas.Zip(best[t].Areas, (own, b) => t % 2 == 0 ? own[t] - b[t] : b[t] - own[t])];
                (double low, double high) = Bootstrap.Mean(behind);
                return (double[])[behind.Average(), low, high];
            })))],
            "Points of the area, with 95 % intervals by bootstrap over images. An interval without 0 says "
            + "that the difference is not by chance of these images.");
    }

    static ResultTable Probabilities(List<Sums> methods, int tests) => new("Probability of the explained class", "method",
        [.. s_tests.Take(tests).SelectMany(t => (string[])[$"AOPC: {t.Name}", $"log-odds: {t.Name}"])],
        [.. methods.Select(m => ResultRow.Of(m.Method, Enumerable.Range(0, tests).SelectMany(t => (double[])[m.Aopc[t] / m.Images, m.LogOdds[t] / m.Images])))],
        "AOPC: mean over steps 0 to 90 % of the fall of the probability (Samek et al. 2017). Log-odds: mean over steps 10 to 90 % of ln p - ln p untouched. "
        + "Positive test: a larger AOPC and lower log-odds are better; negative test: the other way round.");

    static ResultExample Example(JobSettings settings, int item, string key, RemovalItem result)
    {
        RemovalCurves first = result.Methods[0];
        double Area(RemovalCurve curve) => CurveArea.Trapezoids(s_shares, [result.AnswerP, .. curve.P.Select(p => (double)p)]);
        double gap = Area(first.Negative) - Area(first.Positive);
        string Name(int c) => c < settings.Classes.Count ? settings.Classes[c] : $"class {c}";
        string truth = result.Label is { } label && label != result.Answer ? $", in truth {Name(label)}" : "";
        return new ResultExample(item, key, gap, FormattableString.Invariant(
            $"{Name(result.Answer)} ({100 * result.AnswerP:0} %){truth}; {first.Method}: negative - positive area {100 * gap:0.0}"));
    }

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Sums over images, in their order.</summary>
    sealed class Sums(string method)
    {
        readonly long[,] _right = new long[4, 10];

        public string Method => method;

        public int Images { get; private set; }

        /// <summary>The areas of every image, times 100, in the order of the tests.</summary>
        public List<double[]> Areas { get; } = [];

        readonly List<double[]> _falls = []; // AOPC of every image, likewise

        /// <summary>Areas and AOPC, test by test.</summary>
        public IntervalRow Row(int tests) => IntervalRow.OfMeans(Method, [.. Areas.Zip(_falls, (areas, falls) =>
            (double[])[.. Enumerable.Range(0, tests).SelectMany(t => (double[])[areas[t], falls[t]])])]);

        public double[] Aopc { get; } = new double[4];

        public double[] LogOdds { get; } = new double[4];

        /// <summary>For every test the area of each image by itself, times 100; their mean is the area of all.</summary>

        public void Add(RemovalItem item, int place, bool isRight)
        {
            Images++;
            double[] areas = new double[4];
            Areas.Add(areas);
            double[] falls = new double[4];
            _falls.Add(falls);
            for (int t = 0; t < s_tests.Length; t++)
            {
                if (s_tests[t].Of(item.Methods[place]) is not { } curve) continue;
                double[] p = [s_tests[t].OfLabel ? item.LabelP ?? item.AnswerP : item.AnswerP, .. curve.P.Select(v => (double)v)];
                falls[t] = CurveArea.OverPerturbation(p);
                (Aopc[t], LogOdds[t]) = (Aopc[t] + falls[t], LogOdds[t] + CurveArea.LogOdds(p));
                areas[t] = 100 * CurveArea.Trapezoids(s_shares, [isRight ? 1 : 0, .. curve.Right.Select(c => c - '0')]);
                if (isRight) _right[t, 0]++;
                for (int s = 0; s < curve.Right.Length; s++)
                    if (curve.Right[s] == '1') _right[t, s + 1]++;
            }
        }

        public double[] Accuracy(int test) => [.. Enumerable.Range(0, s_shares.Length).Select(s => (double)_right[test, s] / Images)];
    }
}
