using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Tests.Runs;

/// <summary>Forecasts follow from counted operations and times that are handed in.</summary>
public class ForecastTests
{
    static readonly Workload s_work = new("some maps", 40, 6e9, 3, Bytes: 1000, Repeats: 2e9);

    [Fact]
    public void The_faster_of_two_passes_is_the_rate()
    {
        Assert.Equal(4e9, Forecast.Measured(2e9, 2, () => 0.5).FlopsPerSecond);
        Assert.Equal(1e9, Forecast.Measured(2e9, 2, () => 3).FlopsPerSecond);
    }

    [Fact]
    public void A_long_pass_is_not_made_again()
    {
        Assert.Equal(2e8, Forecast.Measured(2e9, 10, () => throw new InvalidOperationException("asked")).FlopsPerSecond);
        Assert.Equal(1e9, Forecast.Measured(2e9, 9.99, () => 2).FlopsPerSecond);
    }

    [Fact]
    public void Time_is_that_of_operations_and_pictures_for_every_image()
    {
        Forecast forecast = new(1e9);
        Assert.Equal(6, forecast.Seconds(s_work), 12);
        Assert.Equal(6 + 3 * 0.2e-6 * 1e6, forecast.Seconds(s_work, pixels: 1e6), 12);
        Assert.Equal(5 * 6.6, forecast.Seconds(s_work, pixels: 1e6, images: 5), 12);
        Assert.Equal(4, forecast.SweepSeconds(s_work), 12); // without the passes that judge the maps
    }

    [Fact]
    public void Memory_counts_the_targets_of_a_chunk_once()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        using Trace trace = model.Forward(new Tensor(1, 3, 40, 32));
        long target = Sweep.BytesPerTarget(trace);
        double none = Forecast.Bytes(s_work with { Targets = 0 }, trace, 0, 0, 1 << 30);
        Assert.Equal(90e6 + 1000 + Cost.ForwardBytes(trace, Keep.All), none, 1.0);
        Assert.Equal(none + 2 * target, Forecast.Bytes(s_work with { Targets = 2 }, trace, 0, 0, 1 << 30), 1.0);
        Assert.Equal(none + 3 * target, Forecast.Bytes(s_work with { Targets = 100 }, trace, 0, 0, 3 * target), 1.0); // no more than may be at once
        Assert.Equal(none + 7e6 + 30 * 1e5, Forecast.Bytes(s_work with { Targets = 0 }, trace, 7e6, 1e5, 1 << 30), 1.0);
    }

    [Fact]
    public void A_pass_that_does_not_fit_is_refused_with_what_would()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        ForwardForecast pass = ForwardForecast.OfInput(model.Config, 800, 640);
        new MemoryCheck((long)pass.Peak(Keep.Boundaries), "--memory").Check(pass, "a.png");
        TranslucentException e = Assert.Throws<TranslucentException>(
            () => new MemoryCheck((long)(pass.Peak(Keep.Boundaries) / 3), "--memory").Check(pass, "a.png"));
        Assert.StartsWith("a.png: the model's input is 800 x 640 pixels, ", e.Message);
        Assert.Matches("and --memory allows .*iB\\. Give more with --memory; an input of [0-9]+ x [0-9]+ pixels would fit ", e.Message);
        e = Assert.Throws<TranslucentException>(() => new MemoryCheck(1, "memory").Check(pass, "a.png"));
        Assert.EndsWith("Give more with memory; no input fits in that.", e.Message);
    }

    [Fact]
    public void A_detectors_pass_is_held_against_the_same_memory()
    {
        using Detr model = Detr.Open(Golden.File("multimodal/detr"));
        Image picture = new(40, 24, 3, new byte[40 * 24 * 3]);
        double bytes = new MemoryCheck(long.MaxValue, "--memory").Check(model, picture, "a.png");
        Assert.Equal(bytes, new MemoryCheck((long)Math.Ceiling(bytes), "--memory").Check(model, picture, "a.png"));
        TranslucentException e = Assert.Throws<TranslucentException>(() => new MemoryCheck((long)bytes / 2, "--memory").Check(model, picture, "a.png"));
        Assert.EndsWith("Give more with --memory.", e.Message);
    }

    [Fact]
    public void Progress_counts_operations()
    {
        List<double> told = [];
        RunProgress progress = new(total: 10, memoryBytes: 123, default) { Report = told.Add, Rows = 4 };
        SweepOptions sweep = progress.Sweep(targets: 4, flops: 6);
        Assert.Equal((123, 4), (sweep.MemoryBytes, sweep.Rows));
        sweep.Progress!.Report(2);
        sweep.Progress.Report(4);
        progress.Did(2);
        progress.Did(5); // more than was forecast
        Assert.Equal([0.3, 0.6, 0.8, 1], told);
    }
}
