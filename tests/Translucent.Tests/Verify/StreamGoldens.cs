using Translucent.Models;
using Translucent.Verify;

namespace Translucent.Tests.Verify;

/// <summary>The goldens of models of several token streams: forward pass, attention, gradients, every method, masks, perturbation.</summary>
static class StreamGoldens
{
    /// <summary>Compares everything that the reference computed, and expects at least so many tensors.</summary>
    public static void Pass(string name, int least)
    {
        string folder = Golden.File(name);
        using Model model = Pretrained.Open(folder);
        using GoldenCheck check = GoldenCheck.Open(model, Path.Combine(folder, "input.safetensors"), Path.Combine(folder, "golden.safetensors"));
        GoldenResult[] results = [.. check.Results()];
        Assert.All(results, r => Assert.True(r.Verdict == GoldenVerdict.Pass, $"{r}"));
        Assert.Equal(check.Covered, results.Select(r => r.Name));
        Assert.Empty(check.Uncovered);
        Assert.True(results.Length >= least, $"only {results.Length} names are covered");
    }
}

public class DetrGoldenTests
{
    [Fact]
    public void Every_golden_of_the_detector_passes() => StreamGoldens.Pass("multimodal/detr", least: 100);
}

public class LxmertGoldenTests
{
    [Fact]
    public void Every_golden_of_the_model_that_answers_passes() => StreamGoldens.Pass("multimodal/lxmert", least: 100);
}
