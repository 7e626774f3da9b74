using System.Text;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Pictures;

public class ImageFileTests
{
    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("GIF88a", "a text file")]
    [InlineData("RIFF1234WAVE", "a text file")]
    [InlineData("II*\0----", "TIFF")]
    [InlineData("----ftypheic", "HEIC")]
    [InlineData("----ftypmif1", "HEIC")]
    [InlineData("----ftypavif", "AVIF")]
    [InlineData("----ftypisom", "video")]
    [InlineData("----JXL ", "JPEG XL")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("P6\n3 4", "netpbm")]
    [InlineData("Dear all, é", "a text file")]
    [InlineData("<svg xmlns", "SVG")]
    [InlineData("<!DOCTYPE html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "git lfs pull")]
    [InlineData("\u0001\u0002\u0003", "0x010203")]
    public void A_file_of_another_kind_is_named_for_what_it_is(string content, string says)
    {
        string message = Assert.Throws<TranslucentException>(() => ImageFile.Decode(Encoding.UTF8.GetBytes(content))).Message;
        Assert.Contains(says, message);
        Assert.Contains("PNG, JPEG, WebP, GIF and BMP images are read", message);
    }

    [Fact]
    public void Any_first_bytes_are_described()
    {
        Random random = new(4);
        for (int trial = 0; trial < 5000; trial++)
        {
            byte[] file = new byte[random.Next(600)];
            random.NextBytes(file);
            if (trial % 2 == 0) for (int i = 0; i < file.Length; i++) file[i] |= 0x40;
            Assert.Throws<TranslucentException>(() => ImageFile.Decode(file));
        }
    }

    [Fact]
    public void An_error_begins_with_the_path_and_a_good_file_is_read_by_content()
    {
        using Folder folder = new();
        string bad = folder.Write("photo.png", "%PDF-1.7"u8.ToArray()), good = folder.Write("photo.jpg", File.ReadAllBytes(Golden.File("png/rgb8.png")));
        Assert.StartsWith(bad + ": ", Assert.Throws<TranslucentException>(() => ImageFile.Read(bad)).Message);
        Assert.Equal(3, ImageFile.Read(good).Channels);
        Assert.Throws<TranslucentException>(() => ImageFile.Read(bad + "x"));
    }

    [Fact]
    public void A_jpeg_photograph_is_read()
    {
        Image rocket = ImageFile.Read(Samples.File("rocket.jpg"));
        Assert.Equal((640, 427, 3), (rocket.Width, rocket.Height, rocket.Channels));
    }

    [Fact]
    public void A_folder_is_listed_in_ordinal_order()
    {
        using Folder folder = new();
        Assert.Contains(".png, .jpg, .jpeg, .webp, .gif, .bmp", Assert.Throws<TranslucentException>(() => ImageFile.List(folder.Path)).Message);
        foreach (string name in (string[])["b.PNG", "a.jpeg", "notes.txt", "B.jpg", "c.gif", "d.WebP", "e.tif"]) folder.Write(name, []);
        folder.Write("f", ImageFile.Encode(new Image(1, 1, 3, [1, 2, 3])));
        Assert.Equal(["B.jpg", "a.jpeg", "b.PNG", "c.gif", "d.WebP", "f"], ImageFile.List(folder.Path).Select(Path.GetFileName));
        Assert.Equal(["e.tif", "notes.txt"], ImageFolder.Open(folder.Path).LeftOut.Select(o => Path.GetFileName(o.Path)));
        Assert.Throws<TranslucentException>(() => ImageFile.List(folder.Path + "x"));
    }

    [Fact]
    public void Folders_in_a_folder_are_looked_into_and_what_is_not_is_named()
    {
        if (OperatingSystem.IsWindows()) return; // links need rights there
        using Folder folder = new();
        string inner = Directory.CreateDirectory(Path.Combine(folder.Path, "inner")).FullName;
        File.WriteAllBytes(Path.Combine(inner, "a.png"), []);
        File.CreateSymbolicLink(Path.Combine(inner, "b.png"), "a.png");
        File.CreateSymbolicLink(Path.Combine(inner, "c"), "nowhere");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "again"), inner);
        ImageFolder found = ImageFolder.Open(folder.Path, recursive: true);
        Assert.Equal(["inner/a.png", "inner/b.png"], found.Images.Select(i => Path.GetRelativePath(folder.Path, i)));
        Assert.Equal(["again: it is a link to a folder, which is not followed", "inner/c: it is a link that leads nowhere"],
            found.LeftOut.Select(o => $"{Path.GetRelativePath(folder.Path, o.Path)}: {o.What}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_that_may_not_be_listed_is_named()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return; // the hostile list has it, too
        using Folder folder = new();
        folder.Write("a.png", []);
        string closed = Directory.CreateDirectory(Path.Combine(folder.Path, "closed")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            Assert.Contains("it cannot be listed", Assert.Single(ImageFolder.Open(folder.Path, recursive: true).LeftOut).What);
            Assert.Contains("cannot be listed", Assert.Throws<TranslucentException>(() => ImageFolder.Open(closed)).Message);
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void What_is_written_is_whole_and_comes_back()
    {
        using Folder folder = new();
        string path = folder.Write("old.png", "something else"u8.ToArray());
        Image image = new(2, 1, 4, [1, 2, 3, 0, 4, 5, 6, 9]);
        ImageFile.Write(path, image);
        Assert.Equal(image.Pixels, ImageFile.Read(path).Pixels);
        Assert.Equal(ImageFile.Encode(image), File.ReadAllBytes(path));
        Assert.Throws<TranslucentException>(() => ImageFile.Write(System.IO.Path.Combine(folder.Path, "none", "a.png"), image));
    }

    [Theory]
    [InlineData(1, new byte[] { 7, 8 }, new byte[] { 7, 7, 7, 8, 8, 8 })]
    [InlineData(2, new byte[] { 7, 0, 8, 1 }, new byte[] { 7, 7, 7, 8, 8, 8 })]
    [InlineData(4, new byte[] { 1, 2, 3, 0, 4, 5, 6, 9 }, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(3, new byte[] { 1, 2, 3, 4, 5, 6 }, new byte[] { 1, 2, 3, 4, 5, 6 })]
    public void To_rgb_repeats_grey_and_drops_alpha(int channels, byte[] pixels, byte[] want) =>
        Assert.Equal(want, new Image(2, 1, channels, pixels).ToRgb().Pixels);

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("translucent-images-").FullName;

        public string Write(string name, byte[] content)
        {
            string path = System.IO.Path.Combine(Path, name);
            File.WriteAllBytes(path, content);
            return path;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
