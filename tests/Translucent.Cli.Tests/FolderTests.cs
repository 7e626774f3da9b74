using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

public class FolderTests
{
    /// <summary>A folder of small photographs, one of them broken.</summary>
    static TempFolder Photos(params string[] names)
    {
        TempFolder folder = new();
        byte[] photo = ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 64, 48));
        Directory.CreateDirectory(folder["in"]);
        foreach (string name in names) folder.Add(Path.Combine("in", name), photo);
        return folder;
    }

    [Fact]
    public async Task A_broken_image_is_reported_and_the_others_go_on()
    {
        using TempFolder folder = Photos("a.png", "c.png");
        folder.Add(Path.Combine("in", "b.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0]);
        CliRun run = await CliRun.Of(["segment", folder["in"], "--out", folder["out"], .. CliRun.Small]);
        Assert.Equal(1, run.Code);
        string[] lines = run.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains("b.png", lines[0]);
        Assert.Contains("1 of 3 images could not be read", lines[1]);
        Assert.Contains("2 images done, 0 skipped, 1 failed", run.Output);
        Assert.True(File.Exists(Path.Combine(folder["out"], "c", "result.json")));
        Assert.False(Directory.Exists(Path.Combine(folder["out"], "b")));
    }

    [Fact]
    public async Task A_run_over_a_folder_goes_on_where_it_ended()
    {
        using TempFolder folder = Photos("a.png", "b.png");
        string[] args = ["segment", folder["in"], "--out", folder["out"], .. CliRun.Small];
        await CliRun.Succeeds(args);
        Assert.Contains("0 images done, 2 skipped", (await CliRun.Succeeds(args)).Output);
        Assert.Contains("2 images done, 0 skipped", (await CliRun.Succeeds([.. args, "--force"])).Output);
        Assert.Contains("2 images done, 0 skipped", (await CliRun.Succeeds([.. args, "--clusters", "3"])).Output);
        Assert.False(File.Exists(Path.Combine(folder["out"], "a", "cluster-5.png")));

        File.SetLastWriteTimeUtc(folder[Path.Combine("in", "a.png")], DateTime.UnixEpoch); // touched, but the same
        File.WriteAllBytes(folder[Path.Combine("in", "b.png")], ImageFile.Encode(Resize.To(ImageFile.Read(CliRun.Photo), 60, 48)));
        Assert.Contains("1 image done, 1 skipped", (await CliRun.Succeeds([.. args, "--clusters", "3"])).Output);
        File.Delete(Path.Combine(folder["out"], "a", "labels.npy"));
        File.WriteAllText(Path.Combine(folder["out"], "b", "result.json"), "{\"verb\": 7");
        Assert.Contains("2 images done, 0 skipped", (await CliRun.Succeeds([.. args, "--clusters", "3"])).Output);
    }

    [Fact]
    public async Task Pictures_are_told_by_their_content_and_every_other_file_is_named_with_what_it_is()
    {
        using TempFolder folder = Photos("a.png");
        byte[] photo = File.ReadAllBytes(folder[Path.Combine("in", "a.png")]);
        Directory.CreateDirectory(folder[Path.Combine("in", "more")]);
        folder.Add(Path.Combine("in", "six.jfif"), photo);
        folder.Add(Path.Combine("in", "seven"), photo);
        folder.Add(Path.Combine("in", "notes.txt"), "some notes");
        folder.Add(Path.Combine("in", "e.tif"), [(byte)'I', (byte)'I', (byte)'*', 0, 0, 0, 0, 0]);
        folder.Add(Path.Combine("in", "nothing"), []);
        folder.Add(Path.Combine("in", "more", "b.webp"), photo);
        CliRun run = await CliRun.Of(["segment", folder["in"], "--out", folder["out"], .. CliRun.Small]);
        Assert.Equal(0, run.Code);
        Assert.Contains("3 images done", run.Output);
        string[] left = run.Error.TrimEnd().Split('\n');
        Assert.Equal(3, left.Length);
        Assert.Contains(left, l => l.EndsWith("notes.txt: left out, because it is a text file.", StringComparison.Ordinal));
        Assert.Contains(left, l => l.EndsWith("e.tif: left out, because it is a TIFF or raw camera image.", StringComparison.Ordinal));
        Assert.Contains(left, l => l.EndsWith("nothing: left out, because it is empty.", StringComparison.Ordinal));
        Assert.Contains("4 images done", (await CliRun.Of(["segment", folder["in"], "--recursive", "--out", folder["all"], .. CliRun.Small])).Output);
    }

    [Fact]
    public async Task Names_that_would_command_a_terminal_are_shown_as_numbers()
    {
        if (OperatingSystem.IsWindows()) return; // which has no such names
        using TempFolder folder = Photos("a\u202egnp.\e[31mx\nb.png", "c.png");
        folder.Add(Path.Combine("in", "\e]0;title\a.txt"), "text");
        CliRun run = await CliRun.Of(["segment", folder["in"], "--out", folder["out"], .. CliRun.Small]);
        Assert.Equal(0, run.Code);
        Assert.DoesNotContain(run.Output + run.Error, c => c is '\u202e' or '\e' or '\a');
        Assert.Contains("a\\u202egnp.\\u001b[31mx\\u000ab.png", run.Output);
        Assert.Contains("\\u001b]0;title\\u0007.txt: left out", run.Error);
    }

    [Fact]
    public async Task Images_of_one_name_get_folders_of_their_own()
    {
        using TempFolder folder = Photos("cat.png", "Katze auf dem Dach.png", "猫 ü.png");
        File.Copy(folder[Path.Combine("in", "cat.png")], folder[Path.Combine("in", "cat.jpg")]); // read by content
        Directory.CreateDirectory(folder["more"]);
        File.Copy(folder[Path.Combine("in", "cat.png")], folder[Path.Combine("more", "cat.png")]);
        await CliRun.Succeeds(["segment", folder["in"], folder[Path.Combine("more", "cat.png")], folder[Path.Combine("in", "cat.png")], "--out", folder["out"],
            .. CliRun.Small]);
        Assert.Equal(["Katze auf dem Dach", "cat.jpg", "cat.png", "cat.png-2", "猫 ü"],
            Directory.GetDirectories(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.EndsWith("猫 ü.png", CliRun.Result(Path.Combine(folder["out"], "猫 ü")).GetProperty("image").GetProperty("path").GetString());
    }

    [Fact]
    public async Task A_cancelled_run_leaves_complete_files_only()
    {
        using TempFolder folder = Photos("a.png", "b.png", "c.png");
        using CancellationTokenSource stop = new();
        stop.Cancel();
        CliRun run = await CliRun.Of(stop.Token, "segment", folder["in"], "--out", folder["out"]);
        Assert.Equal(130, run.Code);
        Assert.Contains("cancelled", run.Error);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(folder.Path, "result.json", SearchOption.AllDirectories));
    }
}
