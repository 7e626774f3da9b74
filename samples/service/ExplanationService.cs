// POST /explain: a picture in the body, the prediction and its map as JSON out. POST /explain.png: the map over the picture.

using System.Text.Json.Serialization;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Service;

/// <summary>What is answered.</summary>
/// <param name="Label">What the model says, or what was asked about.</param>
/// <param name="Probability">How sure it is, 0 .. 1.</param>
/// <param name="Method">How the map was made.</param>
/// <param name="Rows">Rows of patches.</param>
/// <param name="Columns">Columns of patches.</param>
/// <param name="Map">[Rows · Columns]: the relevance of every patch, row by row, in units of the method.</param>
public sealed record ExplanationAnswer(string Label, double Probability, string Method, int Rows, int Columns, float[] Map);

/// <summary>Why a request cannot be met, in one line.</summary>
public sealed record Problem(string Error);

[JsonSerializable(typeof(ExplanationAnswer))]
[JsonSerializable(typeof(Problem))]
sealed partial class Wire : JsonSerializerContext;

/// <summary>The service.</summary>
public static class ExplanationService
{
    const long MostBytes = 16 << 20, MostPixels = 40_000_000; // of an upload; of the picture in it, checked before it gets memory

    /// <summary>Builds it around an open model, which outlives it.</summary>
    public static WebApplication Build(VisionTransformer model, string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MostBytes);
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, Wire.Default));
        WebApplication app = builder.Build();
        SemaphoreSlim turn = new(1); // a pass uses all processors: two at once would only take twice the memory

        app.MapPost("/explain", (HttpRequest request, string? method, int? target, CancellationToken stop) =>
            Answer(request, method, target, why => Results.Json(Numbers(why), Wire.Default.ExplanationAnswer), stop));
        app.MapPost("/explain.png", (HttpRequest request, string? method, int? target, CancellationToken stop) =>
            Answer(request, method, target, why => Results.Bytes(ImageFile.Encode(why.Overlay()), "image/png"), stop));
        return app;

        async Task<IResult> Answer(HttpRequest request, string? method, int? target, Func<Explanation, IResult> answer, CancellationToken stop)
        {
            try
            {
                using MemoryStream body = new();
                await request.Body.CopyToAsync(body, stop);
                Image photo = ImageFile.Decode(body.ToArray(), MostPixels);
                await turn.WaitAsync(stop);
                try
                {
                    return answer(await Task.Run(() => model.Explain(photo, method ?? "gae", target is { } c ? [c] : null, stop), stop));
                }
                finally
                {
                    turn.Release();
                }
            }
            catch (BadHttpRequestException e)
            {
                return Wrong(e.Message, e.StatusCode);
            }
            catch (Exception e) when (e is TranslucentException or ArgumentException) // no picture, no such method, no such class: one clear line each
            {
                return Wrong(e.Message.Split('\n')[0], StatusCodes.Status400BadRequest);
            }
        }
    }

    static IResult Wrong(string message, int status) => Results.Json(new Problem(message), Wire.Default.Problem, statusCode: status);

    static ExplanationAnswer Numbers(Explanation why)
    {
        Tensor map = why.Maps[0];
        ClassPrediction named = why.Predictions.First(p => p.Index == why.Targets[0].Class);
        return new ExplanationAnswer(named.Label, named.Probability, why.Method.Name, map.Shape[0], map.Shape[1], map.ToArray());
    }
}
