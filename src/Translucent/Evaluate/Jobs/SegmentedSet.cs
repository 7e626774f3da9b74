// What the segments of all pictures of a job look like, by one function, read from what its shards wrote; and a job over other images, on which clusters
// are named.

using Translucent.Evaluate.Metrics;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>The segments of a job.</summary>
/// <param name="Keys">The pictures.</param>
/// <param name="Features">[segments, C] of every picture.</param>
/// <param name="Pixels">Of every segment of every picture.</param>
/// <param name="Checks">Of sparse sweeps, where there were any.</param>
/// <param name="Unseen">The share of all pixels outside what the model sees.</param>
sealed record SegmentedSet(IReadOnlyList<(int Item, string Key)> Keys, IReadOnlyList<Tensor> Features, IReadOnlyList<IReadOnlyList<int>> Pixels,
    IReadOnlyList<IReadOnlyList<double>> Checks, double Unseen)
{
    /// <summary>Reads them.</summary>
    public static SegmentedSet Of(JobItems items, string function)
    {
        List<(int Item, string Key)> keys = [];
        List<Tensor> features = [];
        List<IReadOnlyList<int>> pixels = [];
        List<IReadOnlyList<double>> checks = [];
        (long unseen, long all) = (0, 0);
        foreach ((int item, string key, SegmentedItem of) in All(items, function))
        {
            keys.Add((item, key));
            features.Add(of.FeatureRows());
            pixels.Add(of.Pixels);
            (unseen, all) = (unseen + of.Unseen, all + (long)of.Width * of.Height);
            if (of.Check is { } check) checks.Add(check);
        }
        return new SegmentedSet(keys, features, pixels, checks, (double)unseen / all);
    }

    /// <summary>[segments x classes] of every picture, read when it is asked for.</summary>
    public static IEnumerable<Confusion> Tables(JobItems items, string function, int classes) => All(items, function).Select(i => i.Of.Table(classes));

    static IEnumerable<(int Item, string Key, SegmentedItem Of)> All(JobItems items, string function) =>
        items.Results(SegmentedJson.Default.DictionaryStringSegmentedItem).Select(i => (i.Item, i.Key, i.Result[function]));
}

/// <summary>A job over other images of the same kind.</summary>
/// <param name="Items">What its shards did.</param>
/// <param name="Images">Which images they are, in words.</param>
sealed record NamingJob(JobItems Items, string Images)
{
    /// <summary>A job, if its clusters can name those of another.</summary>
    /// <param name="job">The settings of the job that is scored.</param>
    /// <param name="folder">Of the other job.</param>
    /// <exception cref="TranslucentException">It is no such job, or not done, or differs in more than its images.</exception>
    public static NamingJob In(JobSettings job, string folder)
    {
        if (!Directory.Exists(folder)) throw new TranslucentException($"{folder}: there is no such folder.");
        JobSettings other = JobFile.In(folder)?.Settings ?? throw new TranslucentException($"{folder}: has no {JobFile.Name}, expected the folder of a job.");
        if (!job.Choices.ContainsKey(SegmentationPresets.SetClusters))
            throw new TranslucentException($"{job.Preset}: has no clusters of a set that another job could name.");
        string[] ofImages = [SegmentationPresets.Part, SegmentationPresets.DataRule];
        if (other.Data == job.Data && ofImages.All(c => other.Choices.GetValueOrDefault(c) == job.Choices.GetValueOrDefault(c)))
            throw new TranslucentException($"{folder}: is of the same images, expected others, so that no label that is scored names a cluster.");
        Dictionary<string, string> choices = other.Choices.ToDictionary();
        foreach (string free in ofImages)
            if (job.Choices.TryGetValue(free, out string? value)) choices[free] = value;
        if ((other with { Items = job.Items, Data = job.Data, Choices = choices }).Difference(job) is { } difference)
            throw new TranslucentException($"{folder}: there {difference}; clusters can be named by a job alone that differs in its images.");
        JobItems items = JobItems.In(folder, other);
        if (items.Done < items.Count)
            throw new TranslucentException(
                $"{folder}: {items.Count - items.Done} of {items.Count} images are not done; run the shards again that were ended.");
        string? part = other.Choices.GetValueOrDefault(SegmentationPresets.Part);
        return new NamingJob(items, $"{items.Count - items.Failures().Count} images of {other.Data.Name}{(part is null ? "" : $", {part}")}");
    }
}
