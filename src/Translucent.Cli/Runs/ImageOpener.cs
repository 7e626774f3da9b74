// From a file to a forward pass: read the photograph, prepare it, run the model, and keep only a picture of it.

using System.Diagnostics;
using Translucent.Autodiff;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Runs;

/// <summary>Opens images for a verb, all in the same memory.</summary>
sealed class ImageOpener(ImageVerb verb, ModelInfo model, long memoryBytes, int renderSize, int mostPixels, CancellationToken stop)
{
    Arena _arena = new();

    /// <summary>Known after the first image.</summary>
    public Forecast? Forecast { get; private set; }

    /// <summary>Lets the memory of earlier images go, when there is no more.</summary>
    public void Forget() => _arena = new Arena();

    /// <summary>Runs the model on an image.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="TranslucentException">It is no picture that can be read.</exception>
    public (ImageRun Run, Workload Work) Open(ImageSource source)
    {
        Stopwatch whole = Stopwatch.StartNew(), clock = Stopwatch.StartNew();
        (Image file, Tensor? prepared) = source.Read(mostPixels, memoryBytes, model.Config.Channels);
        ImageFingerprint fingerprint = source.Fingerprint();
        (int width, int height) = (file.Width, file.Height);
        Image photo = PictureSize.Of(file, renderSize);
        Preprocessor preprocessor = prepared is null ? model.Transformer.Preprocessor : model.Transformer.Preprocessor with { Resize = null, Crop = null };
        InputGeometry geometry;
        ForwardForecast forecast;
        try
        {
            forecast = ForwardForecast.Of(model.Config, preprocessor, width, height);
            geometry = preprocessor.Geometry(file).Covered(model.Config.Patch);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{source.Path}: {e.Message}", e);
        }
        ComputeOptions.Allowed(memoryBytes).Check(forecast, source.Path);
        Tensor pixels = prepared ?? Prepared(preprocessor, file, source);
        double read = clock.Elapsed.TotalSeconds;
        stop.ThrowIfCancellationRequested();

        pixels = pixels.Reshape([1, .. pixels.Shape]);
        Keep keep = forecast.Choose(memoryBytes);
        clock.Restart();
        Trace trace = model.Transformer.Forward(pixels, keep, _arena, cancellationToken: stop);
        try
        {
            CheckFinite(trace, source);
            double forward = clock.Elapsed.TotalSeconds;
            Workload work = verb.Plan(trace);
            Forecast ??= Forecast.Measured(Cost.Forward(trace), forward, () => Again(pixels, keep));
            double picture = Forecast.PerPicture((double)photo.Width * photo.Height);
            RunProgress progress = new(work.Flops + work.Pictures * picture, Math.Max(1, memoryBytes - (long)forecast.Kept(keep)), stop)
            {
                PerPicture = picture,
            };
            ImageRun run = new()
            {
                Source = source,
                Clock = whole,
                Fingerprint = fingerprint,
                Model = model,
                Trace = trace,
                Masked = mask => model.Transformer.Forward(pixels, Keep.Boundaries, _arena, mask, stop),
                Settings = ImageRunRecord.Settings(verb, renderSize),
                Size = (width, height),
                Photo = photo,
                Look = verb.Look,
                FullGeometry = geometry,
                Folder = new RunFolder(source.Folder) { Drawn = progress.Drew },
                Progress = progress,
            };
            run.Spent("read", read);
            run.Spent("forward", forward);
            return (run, work);
        }
        catch
        {
            trace.Dispose();
            throw;
        }
    }

    static Tensor Prepared(Preprocessor preprocessor, Image file, ImageSource source)
    {
        try
        {
            return preprocessor.Apply(file);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{source.Path}: {e.Message}", e);
        }
    }

    /// <summary>Seconds of one more pass.</summary>
    double Again(Tensor pixels, Keep keep)
    {
        Stopwatch clock = Stopwatch.StartNew();
        model.Transformer.Forward(pixels, keep, _arena, cancellationToken: stop).Dispose();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Maps of an answer that is not a number would look like maps.</summary>
    static void CheckFinite(Trace trace, ImageSource source)
    {
        foreach (float value in trace.Tape["norm"].Value.Span)
            if (!float.IsFinite(value)) throw new TranslucentException(
                $"{source.Path}: the model makes {value} of it, expected finite numbers; its weights or settings are not those it was trained with.");
    }
}
