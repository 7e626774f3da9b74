using System.Security.Cryptography;
using System.Text;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Tests.Runs;

/// <summary>The folder of a run lists what was written to it, in order, with size and hash.</summary>
public sealed class RunFolderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static FileToWrite File(string name, string content) => new(name, Encoding.UTF8.GetBytes(content), $"holds {content}");

    [Fact]
    public void Every_way_of_writing_is_listed()
    {
        RunFolder folder = new(_folder["out/deep"]);
        folder.Text("a.txt", "ä", "a text");
        folder.Numbers("b.npy", new Tensor([2, 2], [1f, 2, 3, 4]), "numbers");
        folder.Numbers<short>("c.npy", [3], [1, 2, 3], "short numbers");
        folder.Add(File("d", "dd"));
        _folder.Add("out/deep/e", "eee");
        folder.Note("e", "written already");
        Assert.Equal(["a.txt", "b.npy", "c.npy", "d", "e"], folder.Files.Select(f => f.Name));
        foreach (WrittenFile file in folder.Files)
        {
            byte[] content = System.IO.File.ReadAllBytes(_folder["out/deep/" + file.Name]);
            Assert.Equal(content.Length, file.Bytes);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), file.Sha256);
        }
        Assert.Equal("holds dd", folder.Files[3].What);
        Assert.Equal([1f, 2, 3, 4], Npy.Read(_folder["out/deep/b.npy"]).ToTensor().ToArray());
    }

    [Fact]
    public void Files_made_side_by_side_are_listed_in_their_order()
    {
        RunFolder folder = new(_folder["out"]);
        folder.Add([.. Enumerable.Range(0, 40).Select(i => (Func<FileToWrite[]>)(() => [File($"{i}", $"{i}"), File($"{i}b", $"b{i}")]))], default);
        Assert.Equal(Enumerable.Range(0, 40).SelectMany(i => (string[])[$"{i}", $"{i}b"]), folder.Files.Select(f => f.Name));
    }

    [Fact]
    public void What_one_of_them_throws_is_thrown_and_a_stop_stops()
    {
        RunFolder folder = new(_folder["out"]);
        Assert.Throws<TranslucentException>(() => folder.Add([() => throw new TranslucentException("no")], default));
        Assert.Throws<OperationCanceledException>(() => folder.Add([() => [File("a", "a")]], new CancellationToken(canceled: true)));
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void A_place_that_cannot_be_a_folder_is_one_line()
    {
        string file = _folder.Add("file", "x");
        Assert.Contains("is a file, expected a folder", Assert.Throws<TranslucentException>(() => new RunFolder(file)).Message);
        Assert.Contains("cannot be made", Assert.Throws<TranslucentException>(() => new RunFolder(Path.Combine(file, "deeper"))).Message);
        Assert.Throws<ArgumentException>(() => new RunFolder(_folder["out"]).Text("../a", "a", "outside"));
    }
}
