// The report of `methods --json`: every method of both tables (Explain/ClassMethods.cs, Explain/StreamMethods.cs).

namespace Translucent.Cli.Records;

/// <summary>One method.</summary>
/// <param name="Name">As on the command line and in file names.</param>
/// <param name="Explains">classes, or streams: objects, answers, texts.</param>
/// <param name="Aliases">Other names that are understood.</param>
/// <param name="Meaning">What its map shows.</param>
/// <param name="Signed">Whether numbers below zero speak against the target.</param>
/// <param name="Needs">What it asks of a model.</param>
/// <param name="Cost">Arithmetic for one target, in forward passes of the default model; null for streams, where it depends on the target.</param>
/// <param name="Sweeps">How many sweeps it takes, for streams.</param>
/// <param name="Patents">Whether it is patented, or said to be by its authors.</param>
/// <param name="Source">Where it was published.</param>
sealed record MethodRecord(string Name, string Explains, IReadOnlyList<string> Aliases, string Meaning, bool Signed, IReadOnlyList<string> Needs, double? Cost,
    int? Sweeps, bool Patents, string Source);
