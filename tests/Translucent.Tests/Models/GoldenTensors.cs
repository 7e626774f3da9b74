using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>The inputs of a golden folder, and what a float64 reference computed of them.</summary>
sealed class GoldenTensors(string folder) : IDisposable
{
    readonly Safetensors _golden = Safetensors.Open(Golden.File($"{folder}/golden.safetensors"));
    readonly Safetensors _input = Safetensors.Open(Golden.File($"{folder}/input.safetensors"));

    public Tensor this[string name] => _golden[name].ToTensor();

    public Tensor Input(string name) => _input[name].ToTensor();

    public int[][] Ids => [.. _input["ids"].ToInt64s().Select(i => (int)i).Chunk(12)];

    /// <summary>Within a share of the largest golden value: 1e-5 is ten times what float32 may lose in models so small.</summary>
    public void Check(string name, Tensor found, double tolerance = 1e-5) => Check(name, this[name].ToArray(), found.ToArray(), tolerance);

    /// <inheritdoc cref="Check(string, Tensor, double)"/>
    public static void Check(string name, float[] golden, float[] found, double tolerance = 1e-5)
    {
        Assert.Equal(golden.Length, found.Length);
        double scale = golden.Max(v => Math.Abs((double)v)), worst = 0;
        for (int i = 0; i < golden.Length; i++)
        {
            Assert.True(float.IsFinite(found[i]), $"{name}: {found[i]} at {i}.");
            worst = Math.Max(worst, Math.Abs((double)golden[i] - found[i]));
        }
        Assert.True(worst <= tolerance * scale, $"{name}: off by {worst / scale:e1} of the largest value, tolerance {tolerance:e1}.");
    }

    public void Dispose()
    {
        _golden.Dispose();
        _input.Dispose();
    }
}
