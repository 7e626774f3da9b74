using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>A golden folder: a model, its input, what the float64 reference computed, and how far float32 may be from it.</summary>
sealed class Fixture : IDisposable
{
    static readonly string[] s_trained = ["trained/cifar10-vit-chelsea"];

    readonly Safetensors _golden, _input;
    readonly JsonElement _float32Error;

    public Fixture(string name, string? model = null)
    {
        string folder = Golden.File(name);
        _golden = Safetensors.Open(Path.Combine(folder, "golden.safetensors"));
        _input = Safetensors.Open(Path.Combine(folder, "input.safetensors"));
        _float32Error = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "float32_error.json"))).RootElement;
        VisionTransformer bare = VisionModels.Open(model ?? folder);
        Model = _input.TryGet("target_vectors", out StoredTensor? vectors)
            ? bare.WithClasses(vectors.ToTensor(), _input.TryGet("logit_scale", out StoredTensor? scale) ? scale.ToTensor().Span[0] : 0)
            : bare;
        Trace = Model.Forward(_input["pixel_values"].ToTensor());
        Classes = [.. _golden["classes"].ToInt64s().Select(c => (int)c)];
    }

    public static TheoryData<string> Names => [.. Directory.GetDirectories(Golden.File("vision")).Select(d => "vision/" + Path.GetFileName(d)), .. s_trained];

    public static Fixture Open(string name) => new(name, name.StartsWith("trained/", StringComparison.Ordinal) ? Samples.Model("cifar10-vit") : null);

    public VisionTransformer Model { get; }

    public Trace Trace { get; }

    /// <summary>The predicted class, and one in the middle of the ranking.</summary>
    public int[] Classes { get; }

    public Tensor Input(string name) => _input[name].ToTensor();

    public Tensor this[string name] => _golden[name].ToTensor();

    public IEnumerable<string> GoldenNames => _golden.Names;

    /// <summary>Compares with a golden tensor: at most ten times the error of PyTorch in float32, and 1e-5 of the largest value where that is less.</summary>
    public void Check(string name, ReadOnlySpan<float> found) =>
        Check(name, found, Math.Max(1e-5, 10 * _float32Error.GetProperty(name).GetProperty("relative").GetDouble()));

    /// <summary>Compares with a golden tensor: at most a given share of its largest value.</summary>
    public void Check(string name, ReadOnlySpan<float> found, double tolerance)
    {
        Tensor golden = this[name];
        Assert.Equal(golden.Length, found.Length);
        double scale = 0, worst = 0;
        for (int i = 0; i < found.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(golden.Span[i]));
            worst = Math.Max(worst, Math.Abs((double)found[i] - golden.Span[i]));
            Assert.False(float.IsNaN(found[i]), $"{name}: NaN at {i}.");
        }
        Assert.True(worst <= tolerance * scale, $"{name}: off by {worst / scale:e1} of the largest value, tolerance {tolerance:e1}.");
    }

    public void Check(string name, Tensor found) => Check(name, found.Span);

    public void Dispose()
    {
        Trace.Dispose();
        Model.Dispose();
        _golden.Dispose();
        _input.Dispose();
    }
}
