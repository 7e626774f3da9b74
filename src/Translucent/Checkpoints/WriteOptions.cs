// How tensors are written to a file: in which float encoding, and who is told.

namespace Translucent.Checkpoints;

/// <summary>Options of writing tensors.</summary>
sealed record WriteOptions
{
    /// <summary>The encoding of all floats, F32, F16 or BF16 (rounded to nearest, ties to even); null keeps each tensor's own. Integers stay as they
    /// are.</summary>
    public StoredType? Floats { get; init; }

    /// <summary>Takes the part that is done, 0 .. 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Ends the writing early; then nothing is left behind.</summary>
    public CancellationToken Stop { get; init; }
}
