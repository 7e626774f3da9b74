// The reports of `verify --json` and `benchmark --json`, and what both say of program and machine: nothing of who, where or when.

using System.Text.Json.Nodes;

namespace Translucent.Cli.Records;

/// <summary>A comparison with golden tensors.</summary>
/// <param name="Verb">verify.</param>
/// <param name="Versions">The program.</param>
/// <param name="Model">The model's folder.</param>
/// <param name="ModelHash">Of the model.</param>
/// <param name="Input">The input file.</param>
/// <param name="Golden">The golden file.</param>
/// <param name="Tolerance">For tensors without a stated one.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Pass">Whether every tensor passes.</param>
/// <param name="Results">Tensor by tensor.</param>
/// <param name="NotCovered">Names that nothing here computes.</param>
sealed record VerifyRecord(
    string Verb, ProgramRecord Versions, string Model, string ModelHash, string Input, string Golden, double Tolerance, double Seconds, bool Pass,
    IReadOnlyList<ComparisonRecord> Results, IReadOnlyList<string> NotCovered);

/// <summary>One tensor; the difference is left out where the tensor could not be computed.</summary>
sealed record ComparisonRecord(string Name, IReadOnlyList<int> Shape, double? MaxAbsDifference, double? Relative, double Tolerance, string Verdict,
    string? Problem);

/// <summary>Measurements: suite and name, then numbers of its own with their units in their names.</summary>
sealed record BenchmarkRecord(string Verb, ProgramRecord Versions, MachineRecord Machine, bool Quick, IReadOnlyList<JsonObject> Results);

/// <summary>The program.</summary>
sealed record ProgramRecord(string Translucent, string Runtime, string System);

/// <summary>The machine.</summary>
sealed record MachineRecord(string Processor, int Cores, int Threads, string Vectors, long MemoryBytes);
