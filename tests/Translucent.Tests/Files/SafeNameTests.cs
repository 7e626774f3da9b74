using FsCheck;
using FsCheck.Fluent;
using Translucent.Files;

namespace Translucent.Tests.Files;

public class SafeNameTests
{
    // What is hard about names, often enough: dots, separators, devices, escapes, halves of characters.
    static readonly string[] s_pieces =
        ["", ".", "..", "/", "\\", " ", "%", "%2E", "%empty", "con", "NUL", "aux", "lpt1", "COM\u00b2", ":", "\0", "\n", "\u202e", "\ud83d", "\ude00", "😀", "é",
            "e\u0301", "a", "A", "~", "-2", "x.png", new('x', 200)];

    static readonly Gen<string> s_names = Gen.OneOf(
        Gen.Elements(s_pieces).ArrayOf().Select(string.Concat),
        Gen.Choose(0, 0xFFFF).Select(c => (char)c).ArrayOf().Select(c => new string(c)));

    [Fact]
    public void Any_text_becomes_a_file_directly_in_the_folder()
    {
        string folder = Path.GetFullPath("out");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(s_names.ToArbitrary(), text =>
        {
            string name = SafeName.Of(text), path = Path.GetFullPath(SafeName.In(folder, name));
            return SafeName.IsSafe(name) && Path.GetDirectoryName(path) == folder && Path.GetFileName(path) == name
                && System.Text.Encoding.UTF8.GetByteCount(name) <= 240;
        }));
    }

    [Fact]
    public void Different_texts_get_different_names() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000),
            Prop.ForAll(Gen.Two(s_names).ToArbitrary(), pair => pair.Item1 == pair.Item2 || SafeName.Of(pair.Item1) != SafeName.Of(pair.Item2)));

    [Fact]
    public void A_list_of_texts_gets_names_that_differ_without_case_too() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(s_names.ArrayOf().ToArbitrary(), texts =>
        {
            string[] names = SafeName.Distinct(texts);
            return names.Length == texts.Length && names.All(SafeName.IsSafe) && names.Select(SafeName.Folded).Distinct().Count() == names.Length;
        }));

    [Theory]
    [InlineData("cat", "cat")]
    [InlineData("Katze auf dem Dach", "Katze auf dem Dach")]
    [InlineData("猫 ü", "猫 ü")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("", "%empty")]
    [InlineData(".", "%2E")]
    [InlineData("..", ".%2E")]
    [InlineData("../../etc", "..%2F..%2Fetc")]
    [InlineData(@"C:\x", "C%3A%5Cx")]
    [InlineData("100%", "100%25")]
    [InlineData("end. ", "end.%20")]
    [InlineData("nul", "%6Eul")]
    [InlineData("Com1.tar.gz", "%43om1.tar.gz")]
    [InlineData("console", "console")]
    [InlineData("a\u202eb\n", "a%u202Eb%0A")]
    public void Names_are_kept_where_they_are_safe_and_escaped_where_not(string text, string name) => Assert.Equal(name, SafeName.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/etc/passwd")]
    [InlineData("LPT9.txt")]
    [InlineData("a ")]
    [InlineData("a\u202eb")]
    public void A_name_that_is_not_safe_is_not_joined(string name)
    {
        Assert.False(SafeName.IsSafe(name));
        Assert.Throws<ArgumentException>("name", () => SafeName.In("out", name));
        Assert.False(SafeName.IsSafe(name + '\ud83d')); // half a character
    }

    [Fact]
    public void Words_of_labels_are_letters_digits_and_dashes() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(s_names.ToArbitrary(), text =>
        SafeName.Words(text, "class") is { Length: > 0 and <= 40 } words && words.All(c => c == '-' || char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c))
            && SafeName.IsSafe("map-" + words)));

    [Theory]
    [InlineData("model.safetensors", true)]
    [InlineData("onnx/model.onnx", true)]
    [InlineData("../x", false)]
    [InlineData("a/./b", false)]
    [InlineData("/x", false)]
    [InlineData("a//b", false)]
    [InlineData("c:x", false)]
    public void A_path_stays_inside_its_folder(string path, bool inside) => Assert.Equal(inside, SafeName.StaysInside(path));
}
