// The experiment of Cui, Fan and Chen on questions about pictures: words and regions are taken away by their relevance (the perturbation test of
// Chefer, Gur and Wolf 2021); and, where it is known what decides an answer, relevance is held against that (docs/multimodal.md).

using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Text;

namespace Translucent.Evaluate.Jobs;

/// <summary>What one question says about one method. Accuracies are those of <see cref="QuestionPerturbation.Steps"/>.</summary>
/// <param name="Method">The method; of what is independent of methods, empty.</param>
/// <param name="Accuracies">By "text positive", "text negative", "image positive", "image negative".</param>
/// <param name="WordArea">Area under the ROC curve of words; NaN where the truth is not known.</param>
/// <param name="WordPrecision">Precision among the first words.</param>
/// <param name="RegionArea">Area under the ROC curve of regions.</param>
/// <param name="RegionPrecision">Precision among the first regions.</param>
sealed record QuestionScore(
    string Method, IReadOnlyDictionary<string, IReadOnlyList<double>> Accuracies, double WordArea, double WordPrecision, double RegionArea,
    double RegionPrecision);

/// <summary>The means over questions of one method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Questions">How many questions.</param>
/// <param name="Areas">Areas under the mean accuracy, by the same names as <see cref="QuestionScore.Accuracies"/>: positive smaller, negative larger is
/// better.</param>
/// <param name="WordArea">Mean over the questions where it is defined.</param>
/// <param name="WordPrecision">Likewise.</param>
/// <param name="RegionArea">Likewise.</param>
/// <param name="RegionPrecision">Likewise.</param>
sealed record QuestionMean(
    string Method, int Questions, IReadOnlyDictionary<string, double> Areas, double WordArea, double WordPrecision, double RegionArea, double RegionPrecision);

/// <summary>Asks questions, explains the answers, and tests the explanations.</summary>
/// <param name="model">The model; it names its answers.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="methods">Methods that fit it.</param>
sealed class QuestionJob(Lxmert model, Tokenizer tokenizer, IReadOnlyList<StreamMethod> methods)
{
    const double SameBox = 0.5; // intersection over union from which a region is an object

    /// <summary>The names of the four tests.</summary>
    public static IReadOnlyList<string> Tests { get; } = ["text positive", "text negative", "image positive", "image negative"];

    /// <summary>Tests one question.</summary>
    /// <param name="question">The question with its answers.</param>
    /// <param name="regions">The regions of its picture.</param>
    /// <param name="objects">Boxes of the picture's objects by their number, in shares of the picture: left, top, right, bottom; null where they are not
    /// known.</param>
    /// <param name="perturbs">Whether words and regions are taken away too, which is 36 forward passes for each method.</param>
    /// <param name="options">Memory, cancelling.</param>
    /// <returns>How right the answer is, and a score for every method.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public (double Accuracy, IReadOnlyList<QuestionScore> Scores) Of(PictureQuestion question, RegionFeatures regions,
        IReadOnlyDictionary<int, (double Left, double Top, double Right, double Bottom)>? objects, bool perturbs, SweepOptions options)
    {
        EncodedText tokens = tokenizer.Encode(question.Text);
        Question asked = new([.. tokens.Ids], regions.Features, regions.Boxes);
        using Trace trace = model.Forward([asked], cancellationToken: options.Stop);
        int answer = TensorPrimitives.IndexOfMax<float>(trace.Logits.Span);
        bool[]? regionTruth = question.Objects is { Count: > 0 } deciding && objects is not null ? Deciding(regions, deciding, objects) : null;
        List<QuestionScore> scores = [];
        foreach (StreamMethod method in methods)
        {
            StreamRelevance relevance = method.Explain(trace, new ClassTargets([answer]), options);
            float[]? words = relevance.Streams.Contains("text") ? relevance["text"][0, 0].ToArray() : null, places = relevance.Streams.Contains("image")
                ? relevance["image"][0, 0].ToArray() : null;
            (double wordArea, double wordPrecision) = words is not null && question.Words is { Count: > 0 } truth ? Words(tokens, words, truth)
                : (double.NaN, double.NaN);
            (double regionArea, double regionPrecision) = places is not null && regionTruth is not null
                ? (RankedTruth.RocArea(places, regionTruth), RankedTruth.PrecisionAtTrue(places, regionTruth)) : (double.NaN, double.NaN);
            Dictionary<string, IReadOnlyList<double>> accuracies = [];
            foreach (string test in perturbs ? Tests : [])
                if ((test.StartsWith("text", StringComparison.Ordinal) ? words : places) is { } numbers)
                    accuracies[test] = [.. QuestionPerturbation.Run(model, asked, numbers, numbers == words ? Perturbed.Text : Perturbed.Image,
                        test.EndsWith("positive", StringComparison.Ordinal), options.Stop)
                        .Select(step => Right(question, step.Answer))];
            scores.Add(new QuestionScore(method.Name, accuracies, wordArea, wordPrecision, regionArea, regionPrecision));
        }
        return (Right(question, answer), scores);
    }

    /// <summary>The means of many questions, method by method.</summary>
    public static IReadOnlyList<QuestionMean> Means(IEnumerable<QuestionScore> scores) => [.. scores.GroupBy(s => s.Method).Select(group =>
    {
        double Mean(Func<QuestionScore, double> of) => group.Select(of).Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
        Dictionary<string, double> areas = Tests.Where(test => group.All(s => s.Accuracies.ContainsKey(test))).ToDictionary(test => test, test =>
            QuestionPerturbation.Area([.. Enumerable.Range(0, QuestionPerturbation.Steps.Count).Select(i => group.Average(s => s.Accuracies[test][i]))]));
        return new QuestionMean(group.Key, group.Count(), areas, Mean(s => s.WordArea), Mean(s => s.WordPrecision), Mean(s => s.RegionArea),
            Mean(s => s.RegionPrecision));
    })];

    /// <summary>What <see cref="Means"/> has, in percent, with 95 % intervals, and differences from the first method; questions are drawn again.</summary>
    public static IEnumerable<ResultTable> Intervals(IEnumerable<QuestionScore> scores)
    {
        List<IntervalRow> rows = [];
        int questions = 0;
        foreach (IGrouping<string, QuestionScore> group in scores.GroupBy(s => s.Method))
        {
            double[][] all = [.. group.Select(s => (double[])[.. Tests.Select(test => s.Accuracies.TryGetValue(test, out IReadOnlyList<double>? steps)
                ? 100 * QuestionPerturbation.Area(steps) : double.NaN), 100 * s.WordArea, 100 * s.WordPrecision, 100 * s.RegionArea, 100 * s.RegionPrecision])];
            questions = all.Length;
            rows.Add(IntervalRow.OfMeans(group.Key, all));
        }
        return IntervalTables.Of("Words and regions", "method", [.. Tests.Select(t => $"AUC {t}"), "word AUC", "word P@k", "region AUC", "region P@k"], rows,
            questions, null);
    }

    double Right(PictureQuestion question, int answer) => answer < model.Labels.Count ? question.Answers.GetValueOrDefault(model.Labels[answer]) : 0;

    /// <summary>The words of the question without special tokens, against those that decide it.</summary>
    static (double Area, double Precision) Words(EncodedText tokens, float[] relevance, IReadOnlyList<int> truth)
    {
        int[] words = [.. Enumerable.Range(0, tokens.Count).Where(i => !tokens.Special[i] && tokens.Words[i] is not null)];
        float[] numbers = [.. words.Select(i => relevance[i])];
        bool[] known = [.. words.Select(i => truth.Contains(tokens.Words[i]!.Value))];
        return (RankedTruth.RocArea(numbers, known), RankedTruth.PrecisionAtTrue(numbers, known));
    }

    /// <summary>Which regions are one of the deciding objects.</summary>
    static bool[] Deciding(RegionFeatures regions, IReadOnlyList<int> deciding, IReadOnlyDictionary<int,
        (double Left, double Top, double Right, double Bottom)> objects)
    {
        bool[] truth = new bool[regions.Boxes.Shape[0]];
        for (int r = 0; r < truth.Length; r++)
        {
            float[] box = regions.Boxes.Row(r).ToArray();
            truth[r] = deciding.Any(o => objects.TryGetValue(o, out var b) && Overlap(box, b) >= SameBox);
        }
        return truth;
    }

    static double Overlap(float[] a, (double Left, double Top, double Right, double Bottom) b)
    {
        double width = Math.Min(a[2], b.Right) - Math.Max(a[0], b.Left), height = Math.Min(a[3], b.Bottom) - Math.Max(a[1], b.Top);
        if (width <= 0 || height <= 0) return 0;
        double common = width * height;
        return common / ((a[2] - a[0]) * (double)(a[3] - a[1]) + (b.Right - b.Left) * (b.Bottom - b.Top) - common);
    }
}
