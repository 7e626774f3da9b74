using System.Xml.Linq;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Pictures;

public class WordPictureTests
{
    static ShadedWord[] Words => [new("A", 0), new(" red ", 1), new("<b>&", 0.5), new("", 0), new("blue", -1, Framed: true), .. Enumerable.Range(0, 60)
        .Select(i => new ShadedWord($"word{i}", 0.01 * i))];

    [Fact]
    public void Words_stand_in_lines_on_grounds_as_strong_as_their_shares()
    {
        SvgFile file = SvgFile.Of(WordPicture.Draw(Words, "a title", width: 400));
        Assert.Equal(400, file.Width);
        Assert.Equal(["a title", "A", "red", "<b>&", "·", "blue", "word0"], file.Texts[..7]);
        Assert.Equal(66, file.Texts.Length);
        XElement[] grounds = [.. file.Elements("rect").Skip(1)]; // behind the sheet
        Assert.Equal(66, grounds.Length); // 65 words and a frame
        Assert.All(grounds, g => Assert.True(SvgFile.Number(g, "x") + SvgFile.Number(g, "width") <= 400 && SvgFile.Number(g, "y")
            + SvgFile.Number(g, "height") <= file.Height));
        string[] colours = [.. grounds.Select(g => ((string)g.Attribute("fill")!).ToLowerInvariant())];
        Assert.Equal($"{Rgb.White}", colours[0], ignoreCase: true);
        Assert.Equal($"{Rgb.White.Mix(new Rgb(0xF0, 0x78, 0x0A), 0.75)}", colours[1], ignoreCase: true);
        Assert.Equal($"{Rgb.White.Mix(new Rgb(0x28, 0x6E, 0xDC), 0.75)}", colours[5], ignoreCase: true); // behind its frame
        Assert.True(grounds.Select(g => SvgFile.Number(g, "y")).Distinct().Count() > 5);
    }

    [Fact]
    public void A_word_that_is_too_long_is_cut_and_what_is_no_share_is_refused()
    {
        SvgFile file = SvgFile.Of(WordPicture.Draw([new(new string('m', 400), 0.2)], width: 300));
        Assert.EndsWith("…", Assert.Single(file.Texts));
        Assert.Throws<ArgumentException>(() => WordPicture.Draw([]));
        Assert.Throws<ArgumentException>(() => WordPicture.Draw([new("a", 1.1)]));
        Assert.Throws<ArgumentException>(() => WordPicture.Draw([new("a", double.NaN)]));
    }
}
