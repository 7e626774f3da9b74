using Translucent.Models;
using Translucent.Tests.House;

namespace Translucent.Tests.Models;

/// <summary>The bundled language model sums up the bundled stories as their truth says.</summary>
public class ShapesLlamaTests
{
    [Theory]
    [InlineData("stars")]
    [InlineData("pink-objects")]
    [InlineData("triangles")]
    public void Samples_are_summed_up_rightly(string story)
    {
        using LanguageModel model = LanguageModels.Open(Repository.Full("models/shapes-llama"));
        string text = Repository.Text($"samples/story-{story}.txt").TrimEnd() + " TL;DR:";
        Assert.Equal(" " + Repository.Text($"samples/story-{story}.summary.txt").TrimEnd(), string.Concat(TextGeneration.Continue(model, text)));
    }
}
