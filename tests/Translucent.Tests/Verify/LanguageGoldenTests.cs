using Translucent.Models;
using Translucent.Verify;

namespace Translucent.Tests.Verify;

/// <summary>Every golden name of the language models is computed, within the tolerances of their reference.</summary>
public class LanguageGoldenTests
{
    [Theory, InlineData("llama", 104), InlineData("llama_sharded", 6), InlineData("gpt2", 102), InlineData("bert", 26), InlineData("clip_text", 20)]
    public void Every_golden_passes(string name, int least)
    {
        string folder = Golden.File($"language/{name}");
        using Model model = Pretrained.Open(folder);
        using GoldenCheck check = GoldenCheck.Open(model, Path.Combine(folder, "input.safetensors"), Path.Combine(folder, "golden.safetensors"),
            tolerance: 2e-5);
        GoldenResult[] results = [.. check.Results()];
        Assert.Empty(check.Uncovered);
        Assert.All(results, r => Assert.True(r.Verdict == GoldenVerdict.Pass, $"{r}"));
        Assert.True(results.Length >= least, $"only {results.Length} names are covered");
    }
}
