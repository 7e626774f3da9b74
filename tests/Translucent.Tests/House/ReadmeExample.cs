using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Segment;
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

        Explanation why = model.Explain(photo);                                          // what decided for the predicted class
        Console.WriteLine($"{why.Name()} {why.Predictions[0].Probability:P1}");          // cat 69.5 %
        why.Save("why.png");

        PhotoSegments segments = model.Segment(photo, clusters: 4);
        segments.Save("segments.png");

        using Trace trace = model.Forward(photo);                                        // one pass, and then whatever is asked of it
        Tensor dog = TokenTM.Rows(trace, [trace.Top(2)[1].Index])[0, 0];                 // [65]: every token's share in the second class
        trace.Overlay(photo, dog).Save("dog.png");
        Tensor tokens = Ultra.Explain(trace, layer: 7).Maps;                             // [65, 1, 64]: what each token means
        Console.WriteLine($"{dog} {tokens} {tokens[20, 0]}");                            // [65] [65, 1, 64] [64]
        // end of example
    }
}
