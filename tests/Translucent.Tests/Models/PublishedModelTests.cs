using Translucent.Autodiff;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Folders with the names, settings and preparation of published models load, prepare a photograph and run.</summary>
public sealed class PublishedModelTests : IDisposable
{
    static readonly Image s_photo = ImageFile.Read(Samples.File("chelsea.png")); // 451 x 300

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => [.. PublishedModel.All.Select(m => m.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_published_model_runs(string name)
    {
        PublishedModel published = PublishedModel.All.Single(m => m.Name == name);
        published.Write(_folder["m"]);
        ModelReport report = ModelInspection.Of(_folder["m"]);
        Assert.True(report.Opens);
        if (PublishedFamilies.All.Contains(published)) Assert.Empty(report.UnreadSettings);
        Assert.Equal((published.Tokens, published.Parameters), (report.Tokens, report.Parameters));

        string shallow = published.Config.Replace("\"num_hidden_layers\":24", "\"num_hidden_layers\":2"); // the weights of the others are zero
        if (shallow != published.Config) (published with { Config = shallow }).Write(_folder["shallow"]);
        using VisionTransformer model = VisionModels.Open(_folder[shallow != published.Config ? "shallow" : "m"]);
        Preprocessor prepare = model.Preprocessor;
        (int width, int height) = prepare.Resize!.Value.For(300, 451);
        Assert.Equal(published.Resized, (width, height));
        Assert.Equal(prepare.Resize.Value.KeepAspect, width != height);
        Assert.Equal(name.Contains("google") || name.Contains("beit") || name.Contains("dino-") || name.Contains("dinov3") ? Resampling.Bilinear
            : Resampling.Bicubic, prepare.Filter);

        Tensor pixels = prepare.Apply(s_photo);
        using Trace trace = model.Forward(pixels.Reshape(1, 3, pixels.Shape[1], pixels.Shape[2]), Keep.Boundaries);
        Assert.Equal(published.Tokens, trace.Tokens);
        Assert.Equal(name.Contains("google") || name.Contains("eit-") ? 1000 : 0, model.Classes);
        ReadOnlySpan<float> last = model.Classes > 0 ? trace.Logits.Span : trace.Tape["norm"].Value.Span;
        foreach (float v in last) Assert.True(float.IsFinite(v));
        Assert.Contains(last.ToArray(), v => v != 0);
        if (model.Classes > 0) Assert.Equal("class 999", model.Labels[999]);
    }

    [Fact]
    public void The_activation_is_that_of_the_config()
    {
        float[] Norm(string activation)
        {
            PublishedModel.All.Single(m => m.Name.StartsWith("laion", StringComparison.Ordinal)).Write(_folder[activation]);
            string config = Path.Combine(_folder[activation], "config.json");
            File.WriteAllText(config, File.ReadAllText(config).Replace("\"gelu\"", $"\"{activation}\""));
            using VisionTransformer model = VisionModels.Open(_folder[activation]);
            using Trace trace = model.Forward(new Tensor(1, 3, 224, 224));
            return trace.Tape["norm"].Value.ToArray();
        }
        Assert.NotEqual(Norm("quick_gelu"), Norm("gelu"));
    }

    [Fact]
    public void A_dino_file_without_the_pooler_runs_too()
    {
        PublishedModel.All.Single(m => m.Name == "facebook/dino-vits16").Write(_folder["m"], pooler: false);
        using VisionTransformer model = VisionModels.Open(_folder["m"]);
        Assert.Equal("DINO", model.Config.Family);
    }
}
