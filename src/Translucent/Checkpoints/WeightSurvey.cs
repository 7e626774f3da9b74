// What a model asked of a checkpoint and did not find, collected instead of refused, for diagnosis.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>A tensor that a model needs and a checkpoint lacks, or has in another shape or type.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Expected">The shape that the model needs.</param>
/// <param name="Found">What the checkpoint has instead, as in "[9] F32"; null when it has nothing of this name.</param>
sealed record MissingTensor(string Name, IReadOnlyList<int> Expected, string? Found);

/// <summary>Records what is missing and substitutes zeros, so that reading can continue.</summary>
sealed unsafe class WeightSurvey
{
    const int MostMissing = 10_000;
    const long LargestMatrix = 1 << 26, MostNumbers = 1 << 24;

    byte[] _zeros = [];
    long _numbers; // of tensors that are copied

    /// <summary>What is missing, in the order in which the model asked.</summary>
    public List<MissingTensor> Missing { get; } = [];

    /// <summary>Names of tensors that no layer read.</summary>
    public List<string> LeftOver { get; } = [];

    /// <summary>Records a tensor and substitutes zeros.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="shape">The shape that the model needs.</param>
    /// <param name="found">What there is instead.</param>
    /// <param name="copied">Whether the model copies it: such tensors are small in any model, and matrices, which it leaves where they are, are not.</param>
    /// <exception cref="TranslucentException">Too much is missing for settings that could be of this checkpoint.</exception>
    public StoredTensor Miss(string name, ReadOnlySpan<int> shape, string? found, bool copied)
    {
        Missing.Add(new MissingTensor(name, shape.ToArray(), found));
        Int128 count = 1;
        foreach (int axis in shape) count = Int128.Min(count * axis, long.MaxValue);
        if (copied) _numbers += (long)Int128.Min(count, MostNumbers + 1);
        if (Missing.Count >= MostMissing || count > LargestMatrix || _numbers > MostNumbers)
            throw new TranslucentException(
                $"{Missing.Count} tensors are missing, {Describe.Name(name)} {Describe.Shape(shape)} the last of them; the settings are of another model.");
        long bytes = (long)count * sizeof(float);
        if (_zeros.Length < bytes) _zeros = GC.AllocateArray<byte>((int)Math.Max(bytes, Math.Min(2L * _zeros.Length, LargestMatrix * sizeof(float))),
            pinned: true);
        return new StoredTensor(name, shape.ToArray(), StoredType.F32, _zeros, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_zeros)));
    }
}
