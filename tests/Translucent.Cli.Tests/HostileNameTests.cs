using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

/// <summary>Names of images that mean something to a file system: results stay in folders of their own, strictly below the output folder.</summary>
public class HostileNameTests
{
    static readonly string[] s_names = ["...png", "..png", "....png", ".png", "con.png", "NUL.tar.png", "a..png", "a .png", "a.png", "%2E.png", "-rf.png",
        new string('x', 240) + ".png"];

    [Fact]
    public async Task Every_image_writes_strictly_below_the_output_folder()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["in"]);
        byte[] photo = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 64, 48));
        foreach (string name in s_names) folder.Add(Path.Combine("in", name), photo);
        string[] given = [.. s_names.Select(n => folder[Path.Combine("in", n)])];

        string neighbour = folder.Add("index.html", "mine");
        await CliRun.Succeeds(["segment", .. given, "--out", folder["out"], .. CliRun.Small]);
        Assert.Equal("mine", File.ReadAllText(neighbour));
        Assert.Equal([neighbour], Directory.GetFiles(folder.Path));
        Assert.Equal(["index.html", "predictions.csv"], Directory.GetFiles(folder["out"]).Select(Path.GetFileName).Order());
        string[] written = Directory.GetDirectories(folder["out"]);
        Assert.Equal(s_names.Length, written.Length);
        Assert.All(written, w => Assert.True(File.Exists(Path.Combine(w, "result.json"))));
        Assert.Equal(s_names.Order(), written.Select(w => Path.GetFileName(CliRun.Result(w).GetProperty("image").GetProperty("path").GetString())!).Order());
    }

    [Theory]
    [InlineData("...png", ".%2E")]
    [InlineData("..png", "%2E")]
    [InlineData("cat.png", "cat")]
    public void A_single_image_without_out_gets_a_folder_in_out(string name, string expected)
    {
        using TempFolder folder = new();
        folder.Add(name, "");
        ImageSource source = Assert.Single(ImageList.Of([folder[name]], null));
        Assert.Equal(Path.Combine("out", expected), source.Folder);
    }

    [Fact]
    public async Task A_record_that_names_files_elsewhere_removes_nothing_there()
    {
        using TempFolder folder = new();
        string image = folder.Add("a.png", ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 64, 48))), mine = folder.Add("mine.txt", "mine");
        await CliRun.Succeeds(["segment", image, "--out", folder["out"], .. CliRun.Small]);
        string record = Path.Combine(folder["out"], "result.json");
        string sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(mine)));
        File.WriteAllText(
            record, $$"""{"verb": "segment", "files": [{"name": "../mine.txt", "bytes": 4, "sha256": "{{sha}}"}, {"name": "..", "bytes": 0, "sha256": ""}]}""");
        await CliRun.Succeeds(["segment", image, "--out", folder["out"], .. CliRun.Small]);
        Assert.True(File.Exists(mine));
    }
}
