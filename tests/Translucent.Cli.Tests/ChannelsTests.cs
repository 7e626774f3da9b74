using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tests.Models;

namespace Translucent.Cli.Tests;

/// <summary>Arrays of four channels through the command, against numpy and Pillow (Golden/cases/reference.py).</summary>
public sealed class ChannelsTests : IDisposable
{
    static readonly double[] s_logits = [0.847503, -2.198198, 3.682433, 0.291844, 1.032214];

    readonly TempFolder _folder = new();
    readonly string _model;

    /// <summary>The projection of patches for channels red, green, blue, red.</summary>
    public ChannelsTests()
    {
        List<StoredTensor> all = CaseModels.Plain();
        StoredTensor rgb = all.Single(t => t.Shape.Length == 4);
        float[] weights = rgb.ToTensor().ToArray();
        float[] four = [.. Enumerable.Range(0, 48).SelectMany(row =>
            new[] { 0, 1, 2, 0 }.SelectMany(c => weights[((row * 3 + c) * 64)..((row * 3 + c + 1) * 64)]))];
        _model = CaseModels.Write(_folder["m"], [.. all.Where(t => t != rgb), StoredTensor.From<float>(rgb.Name, [48, 4, 8, 8], four)],
            CaseModels.Config(("num_channels", 4)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Red, green, blue and red negated.</summary>
    string Bands()
    {
        Image photo = ImageFile.Read(CaseModels.Photo).ToRgb();
        byte[] samples = [.. Enumerable.Range(0, photo.Width * photo.Height).SelectMany(i => (byte[])[.. photo.Pixels[(3 * i)..(3 * i + 3)],
            (byte)(255 - photo.Pixels[3 * i])])];
        Npy.Write<byte>(_folder["bands.npy"], [photo.Height, photo.Width, 4], samples);
        return _folder["bands.npy"];
    }

    [Fact]
    public async Task An_array_of_four_channels_is_explained()
    {
        string[] line = ["explain", Bands(), "--model", _model, "--out", _folder["out"], "--no-segmentation", "--method", "gae,raw"];
        await CliRun.Succeeds(line);
        double sum = s_logits.Sum(Math.Exp);
        foreach (JsonElement one in CliRun.Result(_folder["out"]).GetProperty("predictions").EnumerateArray())
            Assert.Equal(Math.Exp(s_logits[one.GetProperty("index").GetInt32()]) / sum, one.GetProperty("probability").GetDouble(), 2e-5);
        using VisionTransformer model = VisionModels.Open(_model);
        using Trace trace = model.Forward(ArrayPicture.Read(_folder["bands.npy"], 4, 1_000_000).Samples);
        string row = Directory.GetFiles(_folder["out"], "gae-*.row.npy").Single();
        CliRun.SameNumbers(Gae.Rows(trace, [2]).Span, Npy.Read(row).ToTensor());
        Assert.True(File.Exists(Path.Combine(_folder["out"], "index.html")));

        string prepared = _folder["prepared.npy"]; // values that go to the model as they are
        Npy.Write(prepared, trace.Pixels.Reshape(trace.Pixels.Shape[1..]));
        line[1] = prepared;
        await CliRun.Succeeds([.. line, "--force"]);
        CliRun.SameNumbers(Gae.Rows(trace, [2]).Span, Npy.Read(row).ToTensor());
    }

    [Fact]
    public async Task Pictures_of_other_channels_and_arrays_of_other_shapes_are_one_line()
    {
        string[] line = ["explain", CaseModels.Photo, "--model", _model, "--out", _folder["out"], "--no-segmentation"];
        CliRun run = await CliRun.Of(line);
        Assert.Equal(1, run.Code);
        Assert.Contains("the picture has 3 channels, and this model takes 4; give it an array", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Npy.Write<byte>(_folder["five.npy"], [5, 40, 40], new byte[8000]);
        line[1] = _folder["five.npy"];
        run = await CliRun.Of(line);
        Assert.Equal(1, run.Code);
        Assert.Contains("expected [4, H, W] or [H, W, 4]", run.Error);
    }
}
