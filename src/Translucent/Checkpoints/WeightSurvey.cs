// What a model asked of a checkpoint and did not find, collected instead of refused, for diagnosis.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Translucent.Checkpoints;

/// <summary>A tensor that a model needs and a checkpoint lacks, or has in another shape or type.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Expected">The shape that the model needs.</param>
/// <param name="Found">What the checkpoint has instead, as in "[9] F32"; null when it has nothing of this name.</param>
public sealed record MissingTensor(string Name, IReadOnlyList<int> Expected, string? Found);

/// <summary>Notes what is missing, and stands in zeros for it so that the reading goes on.</summary>
sealed unsafe class WeightSurvey
{
    const int MostMissing = 10_000;
    const long MostNumbers = 1 << 26; // of one tensor, 256 MiB

    byte[] _zeros = [];

    /// <summary>What is missing, in the order in which the model asked.</summary>
    public List<MissingTensor> Missing { get; } = [];

    /// <summary>Names of tensors that no layer read.</summary>
    public List<string> LeftOver { get; } = [];

    /// <summary>Notes a tensor and stands in zeros.</summary>
    /// <exception cref="InvalidDataException">Too much is missing for settings that could be of this checkpoint.</exception>
    public StoredTensor Miss(string name, ReadOnlySpan<int> shape, string? found)
    {
        Missing.Add(new MissingTensor(name, shape.ToArray(), found));
        long count = 1;
        foreach (int axis in shape) count = checked(count * axis);
        if (Missing.Count >= MostMissing || count > MostNumbers) throw new InvalidDataException($"{Missing.Count} tensors are missing, {Describe.Name(name)} {Describe.Shape(shape)} the last of them; the settings are of another model.");
        if (_zeros.Length < count * sizeof(float)) _zeros = GC.AllocateArray<byte>((int)count * sizeof(float), pinned: true);
        return new StoredTensor(name, shape.ToArray(), StoredType.F32, _zeros, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_zeros)));
    }
}
