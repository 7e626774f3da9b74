using Translucent.Files;

namespace Translucent.Tests.Files;

/// <summary>Files that other programs change while they are open.</summary>
public sealed class MappedFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_small_file_that_is_cut_off_later_stays_as_it_was()
    {
        string path = _folder.Add("x", new byte[100_000]);
        using MappedFile file = new(path, 1);
        using (FileStream other = File.OpenWrite(path)) other.SetLength(10);
        Assert.Equal(new byte[100_000], file.Bytes(0, 100_000).ToArray()); // from a mapping: the end of the process
        file.CheckUnchanged();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_large_file_of_another_length_is_noticed(int more)
    {
        using MappedFile file = new(Large("x"), 1);
        file.CheckUnchanged();
        Resize("x", MappedFile.MostCopied + 4096 + more);
        Noticed(file);
    }

    [Fact]
    public void A_large_file_that_is_written_to_is_noticed()
    {
        using MappedFile file = new(Large("x"), 1);
        File.SetLastWriteTimeUtc(_folder["x"], DateTime.UtcNow.AddSeconds(1));
        Noticed(file);
    }

    [Fact]
    public void A_large_file_whose_name_another_takes_stays_whole()
    {
        using MappedFile file = new(Large("x"), 1);
        File.Move(Large("y"), _folder["x"], overwrite: true);
        Resize("x", 10);
        file.CheckUnchanged();
        Assert.Equal(0, file.Bytes(MappedFile.MostCopied, 1)[0]);
    }

    [Fact]
    public void Nothing_is_asked_of_a_file_that_is_closed()
    {
        MappedFile file = new(_folder.Add("x", "text"), 1);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(file.CheckUnchanged);
        Assert.Throws<ObjectDisposedException>(() => file.Bytes(0, 1).ToArray());
    }

    static void Noticed(MappedFile file)
    {
        string message = Assert.Throws<TranslucentException>(file.CheckUnchanged).Message;
        Assert.Equal($"{file.Path}: was changed by another program while it was in use; start again once it is complete.", message);
    }

    /// <summary>A file without content on the disk.</summary>
    string Large(string name)
    {
        Resize(name, MappedFile.MostCopied + 4096);
        return _folder[name];
    }

    /// <summary>As a program does that knows nothing of .NET's locks.</summary>
    void Resize(string name, long length)
    {
        using FileStream stream = new(_folder[name], FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.SetLength(length);
    }
}
