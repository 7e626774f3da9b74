// What the next run reads of result.json, to know whether it has anything to do.

using System.Text.Json;

namespace Translucent.Runs.Records;

/// <summary>What the next run asks of the record of an earlier one.</summary>
/// <param name="Verb">Its verb.</param>
/// <param name="Model">The model.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Versions">The program.</param>
/// <param name="Files">What was written.</param>
/// <param name="Image">The image, if there was one.</param>
sealed record RunFacts(string Verb, HashFact Model, JsonElement Settings, VersionFact Versions, IReadOnlyList<WrittenFile> Files,
    ImageFingerprint? Image = null);

/// <summary>What tells a model.</summary>
sealed record HashFact(string Hash);

/// <summary>What tells the program.</summary>
sealed record VersionFact(string Translucent);
