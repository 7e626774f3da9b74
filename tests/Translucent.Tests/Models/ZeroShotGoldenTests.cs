using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;
using Translucent.Verify;

namespace Translucent.Tests.Models;

/// <summary>From texts to maps against the float64 goldens of both towers.</summary>
public sealed class ZeroShotGoldenTests : IDisposable
{
    readonly TempFolder _temp = new();

    [Fact]
    public void The_vector_of_a_text_is_its_golden_embedding_with_length_1()
    {
        using Safetensors golden = Safetensors.Open(Golden.File("language/clip_text/golden.safetensors")),
            input = Safetensors.Open(Golden.File("language/clip_text/input.safetensors"));
        using ClipText tower = ClipText.Open(Golden.File("language/clip_text"));
        int[] ids = [.. input["input_ids"].ToInt64s().Select(id => (int)id)];
        Tensor vector = new ClassTexts(["the text of the golden"], "{}").Vectors(tower, _ => ids[..(Array.IndexOf(ids, tower.Config.EndId) + 1)]);
        double[] embedding = golden["text_embeds"].ToDoubles(), image = input["image_embeds"].ToDoubles();
        double length = Math.Sqrt(embedding.Sum(v => v * v)), similarity = 0;
        for (int i = 0; i < 32; i++)
        {
            Assert.Equal(embedding[i] / length, vector.Span[i], 1e-6);
            similarity += vector.Span[i] * image[i];
        }
        Assert.Equal(golden["similarity"].ToDoubles()[0], similarity, 1e-6);
    }

    /// <summary>
    /// The goldens of the image tower are for target vectors. Here they come from ten texts: through a tokenizer, the text tower of the
    /// other goldens, and a projection that takes what it says of each text to one of the vectors. Then every golden must come out.
    /// </summary>
    [Fact]
    public void Texts_whose_embeddings_are_the_target_vectors_give_every_golden_of_the_image_tower()
    {
        string folder = TwoGoldenTowers.Write(_temp["clip"]), goldens = Golden.File("vision/clip_vision");
        using VisionTransformer images = VisionModels.Open(folder);
        VisionTransformer model = images.WithTexts(folder, new ClassTexts(TwoGoldenTowers.Texts, "{}"));
        using GoldenCheck check = GoldenCheck.Open(model, Path.Combine(goldens, "input.safetensors"), Path.Combine(goldens, "golden.safetensors"));
        GoldenResult[] results = [.. check.Results()];
        Assert.All(results, r => Assert.True(r.Verdict == GoldenVerdict.Pass, $"{r}"));
        Assert.True(results.Length >= 124, $"only {results.Length} names are covered");
        Assert.Equal(TwoGoldenTowers.Texts, check.Trace.Readout!.Labels);
        Assert.Equal([198, 0, 11, 199], Tokenizer.Open(folder).Encode("AB").Ids); // a letter inside a word, one at its end
    }

    public void Dispose() => _temp.Dispose();
}
