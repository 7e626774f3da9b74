using System.Text;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>A model that changes while a run uses it, and a run that is cancelled on its way.</summary>
public sealed class ChangedModelTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public ChangedModelTests()
    {
        Directory.CreateDirectory(_folder["in"]);
        byte[] photo = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 48, 40));
        foreach (string name in (string[])["a.png", "b.png", "c.png"]) _folder.Add(Path.Combine("in", name), photo);
    }

    [Fact]
    public async Task A_large_model_that_is_written_to_in_place_ends_the_run()
    {
        string weights = LargeModel();
        Watching output = new("[1/3]", () => File.SetLastWriteTimeUtc(weights, DateTime.UtcNow.AddMinutes(1)));
        (int code, string error) = await Run(output, default, "segment", _folder["in"], "--out", _folder["out"], "--model", _folder["model"]);
        Assert.Equal(1, code);
        Assert.Equal($"translucent: {weights}: was changed by another program while it was in use; start again once it is complete.", error.TrimEnd());
        Assert.True(File.Exists(_folder["out/a/result.json"]));
        Assert.False(File.Exists(_folder["out/b/result.json"]));
    }

    [Fact]
    public async Task A_large_model_that_changes_under_an_image_leaves_no_result_of_it()
    {
        string weights = LargeModel();
        Watching output = new("blocks", () => { },
            (_, text) => { if (text.Contains("operations") || text.Contains("about")) File.SetLastWriteTimeUtc(weights, DateTime.UtcNow.AddMinutes(1)); });
        (int code, string error) = await Run(output, default, "segment", _folder["in/a.png"], "--out", _folder["out"], "--model", _folder["model"]);
        Assert.Contains("was changed by another program while it was in use", error);
        Assert.Equal(1, code);
        Assert.False(File.Exists(_folder["out/result.json"]));
    }

    [Fact]
    public async Task A_model_whose_name_another_takes_is_used_to_the_end()
    {
        string weights = LargeModel();
        Watching output = new("[1/3]", () => File.Move(_folder.Add("new", "other weights"), weights, overwrite: true));
        (int code, string error) = await Run(output, default, "segment", _folder["in"], "--out", _folder["out"], "--model", _folder["model"]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_small_model_that_is_cut_off_is_used_to_the_end()
    {
        Directory.CreateDirectory(_folder["model"]);
        foreach (string name in (string[])["model.safetensors", "config.json"]) File.Copy(Golden.File($"vision/vit/{name}"), _folder[$"model/{name}"]);
        Watching output = new("[1/3]", () =>
        {
            using FileStream other = File.OpenWrite(_folder["model/model.safetensors"]);
            other.SetLength(100);
        });
        (int code, string error) = await Run(output, default, "segment", _folder["in"], "--out", _folder["out"], "--model", _folder["model"]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_after_an_image_leaves_that_one_whole_and_no_other()
    {
        using CancellationTokenSource stop = new();
        Watching output = new("[1/3]", stop.Cancel);
        (int code, string error) = await Run(output, stop.Token, "segment", _folder["in"], "--out", _folder["out"]);
        Assert.Equal(130, code);
        Assert.Equal("translucent: cancelled; every file that was written is complete.", error.TrimEnd());
        Assert.True(File.Exists(_folder["out/a/result.json"]));
        Assert.Single(Directory.GetFiles(_folder["out"], "result.json", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    static async Task<(int Code, string Error)> Run(TextWriter output, CancellationToken stop, params string[] args)
    {
        using StringWriter error = new();
        int code = await CommandLine.Run(Program.Root(), args, output, error, stop);
        return (code, error.ToString());
    }

    /// <summary>The fixture with a pooler that nothing reads, most of it a hole in the file: too large to be copied.</summary>
    string LargeModel()
    {
        Directory.CreateDirectory(_folder["model"]);
        File.Copy(Golden.File("vision/vit/config.json"), _folder["model/config.json"]);
        byte[] small = File.ReadAllBytes(Golden.File("vision/vit/model.safetensors"));
        int length = (int)BitConverter.ToInt64(small), data = small.Length - 8 - length;
        const int rows = (int)(MappedFile.MostCopied / 4096) + 1;
        string header = Encoding.UTF8.GetString(small, 8, length).TrimEnd()[..^1]
            + $$$""","vit.pooler.dense.weight":{"dtype":"F32","shape":[{{{rows}}},1024],"data_offsets":[{{{data}}},{{{data + rows * 4096}}}]}}""";
        byte[] text = Encoding.UTF8.GetBytes(header);
        using FileStream stream = File.Create(_folder["model/model.safetensors"]);
        stream.Write([.. BitConverter.GetBytes((long)text.Length), .. text, .. small[(8 + length)..]]);
        stream.SetLength(stream.Position + rows * 4096L);
        return stream.Name;
    }

    /// <summary>Output that acts once when a line begins in some way.</summary>
    sealed class Watching(string start, Action act, Action<Watching, string>? also = null) : StringWriter
    {
        bool _done;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            also?.Invoke(this, value ?? "");
            if (_done || value?.StartsWith(start, StringComparison.Ordinal) != true) return;
            _done = true;
            act();
        }
    }
}
