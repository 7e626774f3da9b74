using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Explain;

/// <summary>Relevance that the rules promise to keep is kept: a model without biases gives away exactly its logit.</summary>
public sealed class ConservationTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vision/vit")]
    [InlineData("vision/deit")]
    [InlineData("vision/dinov2")]
    [InlineData("vision/dinov2_reg")]
    public void Conservative_lrp_conserves_every_logit(string name)
    {
        using VisionTransformer model = VisionModels.Open(WithoutBiases(name));
        using Safetensors input = Safetensors.Open(Golden.File($"{name}/input.safetensors"));
        using Trace trace = model.Forward(input["pixel_values"].ToTensor());
        int[] classes = [.. Enumerable.Range(0, model.Classes)];
        Tensor rows = ConservativeLrp.Rows(trace, classes, ConservativeVariant.StdIdentityActivation);
        float scale = trace.Logits.ToArray().Max(MathF.Abs);
        foreach (int c in classes) Assert.Equal(trace.Logits.Span[c], rows.Row(c).ToArray().Sum(), 1e-4f * scale);
    }

    string WithoutBiases(string name)
    {
        using Safetensors source = Safetensors.Open(Golden.File($"{name}/model.safetensors"));
        Safetensors.Write(_folder["model.safetensors"], source.Tensors.Select(t =>
            t.Name.EndsWith(".bias", StringComparison.Ordinal) ? StoredTensor.From(t.Name, new Tensor(t.Shape)) : t));
        File.Copy(Golden.File($"{name}/config.json"), _folder["config.json"]);
        return _folder.Path;
    }
}
