using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Translucent.Tests.LongestFirst))]

namespace Translucent.Tests;

/// <summary>Classes that take long begin first, so that none is left over when the others are done; the order of the others is as it was.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    static readonly string[] s_long =
    [
        "ReadmeCommandTests", "JobProcessTests", "SubmitTests", "EvaluateSparseTests", "TrustTests", // of the command
        "TargetTests", "ForcedKernelTests", "PublishedModelTests", "StreamMethodTests", "GoldenCheckTests", // of the library
        "EveryViewTests", "PointingTests", "StreamTests", "WorkTests", // of the studio
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName))];

    static int Place(string collection)
    {
        int at = Array.FindIndex(s_long, name => collection.Contains("." + name, StringComparison.Ordinal));
        return at < 0 ? s_long.Length : at;
    }
}
