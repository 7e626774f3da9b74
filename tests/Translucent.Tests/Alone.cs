namespace Translucent.Tests;

/// <summary>Tests that look at the memory of the process or set the number of threads: they run while no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
