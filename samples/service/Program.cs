// A web service that says what a vision transformer sees in a picture, and where: dotnet run --project samples/service -- MODEL.

using Translucent.Models;
using Translucent.Service;

if (args.Length == 0)
{
    Console.Error.WriteLine("MODEL: missing, expected a Hugging Face folder of a vision transformer, such as models/cifar10-vit.");
    return 2;
}
using VisionTransformer model = VisionModels.Open(args[0]); // once: it does not change, and all requests share it
await ExplanationService.Build(model, args[1..]).RunAsync();
return 0;
