using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.House;

/// <summary>The C# example of README.md, between its markers line for line, so that it is compiled and can be run.</summary>
static class ReadmeExample
{
    public static void Run()
    {
        // example
        using VisionTransformer model = VisionModels.Open("models/cifar10-vit");
        Image photo = ImageFile.Read("samples/chelsea.png");
        Tensor pixels = model.Preprocessor.Apply(photo);                                 // [3, 32, 32]
        using Trace trace = model.Forward(pixels.Reshape([1, .. pixels.Shape]));

        float[] probabilities = trace.Probabilities().ToArray();
        int best = Array.IndexOf(probabilities, probabilities.Max());
        Console.WriteLine($"{model.Labels[best]} {probabilities[best]:P1}");             // cat 69.5 %

        Tensor why = trace.Map(Gae.Rows(trace, [best]));                                 // [1, 1, 8, 8]: what decided for cat
        Tensor tokens = Ultra.Explain(trace, layer: 7).Maps;                             // [65, 1, 64]: what each token means
        Console.WriteLine($"{why} {tokens}");                                            // [1, 1, 8, 8] [65, 1, 64]
        // end of example
    }
}
