using Translucent.Files;

namespace Translucent.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_replaced_whole()
    {
        string path = _folder.Add("x", "old and longer");
        AtomicFile.Write(path, s => s.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_failure_half_way_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.Add("x", "old");
        Assert.Throws<TimeZoneNotFoundException>(() => AtomicFile.Write(path, s =>
        {
            s.Write(new byte[1 << 20]);
            throw new TimeZoneNotFoundException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Nobody_sees_the_file_before_it_is_complete() =>
        AtomicFile.Write(_folder["x"], s =>
        {
            s.Write(new byte[1 << 20]);
            Assert.False(File.Exists(_folder["x"]));
        });

    [Fact]
    public void A_folder_in_the_way_or_a_missing_one_is_named()
    {
        Assert.Contains("is a folder", Assert.Throws<TranslucentException>(() => AtomicFile.Write(_folder.Path, _ => { })).Message);
        Assert.Contains("there is no folder", Assert.Throws<TranslucentException>(() => AtomicFile.Write(_folder["no/x"], _ => { })).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_long_unicode_name_works()
    {
        string path = _folder[new string('ü', 120) + ".npy"]; // 244 bytes of at most 255
        AtomicFile.Write(path, s => s.WriteByte(1));
        Assert.Equal([1], File.ReadAllBytes(path));
    }
}
