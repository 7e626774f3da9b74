// Holds a checkpoint to what others have published about it (docs/verify.md).

using Translucent.Files;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Verify;

/// <summary>A comparison of one model with published numbers.</summary>
sealed class PublishedCheck : IDisposable
{
    readonly PublishedRun _run;

    internal PublishedCheck(string path, Model model, IReadOnlyList<PublishedFact> facts, Image? photo, CancellationToken stop) =>
        (Facts, _run) = (facts, new PublishedRun(path, model, photo, stop));

    /// <summary>Prepares a comparison.</summary>
    /// <param name="path">Where the model lies; texts are read with the tokenizer there.</param>
    /// <param name="model">The model, opened from there; it must outlive the comparison.</param>
    /// <param name="name">What it is published as: org/name, or name alone; or a file of facts.</param>
    /// <param name="photo"><see cref="PublishedFacts.Picture"/>, where a fact needs it.</param>
    /// <param name="stop">Stops between two operations.</param>
    /// <exception cref="TranslucentException">Nothing is published of this name; or the photograph is needed, and not given or of another size.</exception>
    public static PublishedCheck Open(string path, Model model, string name, Image? photo = null, CancellationToken stop = default)
    {
        IReadOnlyList<PublishedFact> facts = IsFile(name) ? PublishedFile.Read(name) : PublishedFacts.About(name);
        if (facts.Count == 0)
            throw TranslucentException.OfRequest($"{name}: nothing is known to be published about it, only about {string.Join(", ", PublishedFacts.Models)}.");
        (int width, int height) = PublishedFacts.PictureSize;
        if (facts.Any(f => f.NeedsPicture))
        {
            if (photo is null)
                throw TranslucentException.OfRequest($"{facts[0].Model}: what is published is about a photograph; give {PublishedFacts.Picture}.");
            if ((photo.Width, photo.Height) != (width, height))
                throw TranslucentException.OfRequest(
                    $"the photograph is {photo.Width} x {photo.Height} pixels, expected {width} x {height}: {PublishedFacts.Picture} as it is.");
        }
        return new PublishedCheck(path, model, facts, photo, stop);
    }

    /// <summary>Whether a name is that of a file with facts (<see cref="PublishedFile"/>).</summary>
    public static bool IsFile(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is compared.</summary>
    public IReadOnlyList<PublishedFact> Facts { get; }

    /// <summary>Computes and compares one fact after another; <see cref="GoldenResult.Tolerance"/> is a share of the largest published number.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public IEnumerable<GoldenResult> Results()
    {
        foreach (PublishedFact fact in Facts)
        {
            _run.Stop.ThrowIfCancellationRequested();
            yield return fact.Compare(_run);
        }
    }

    /// <summary>Gives the memory of the pass back.</summary>
    public void Dispose() => _run.Dispose();
}
