using System.Text.Json;
using Translucent.Models;
using Translucent.Text.Cleaning;

namespace Translucent.Tests.Text;

/// <summary>How texts are cleaned where open_clip and OpenAI's CLIP do it: against Python's html.unescape, and cases worked by hand from the rules of
/// ftfy.</summary>
public sealed class TextCleaningTests
{
    [Fact]
    public void References_of_html_are_resolved_as_python_does()
    {
        string[][] cases = JsonSerializer.Deserialize<string[][]>(File.ReadAllText(Golden.File("html/unescape.json")))!;
        Assert.True(cases.Length > 200);
        Assert.All(cases, pair => Assert.Equal(pair[1], HtmlReferences.Unescape(pair[0])));
    }

    [Theory]
    [InlineData("plain, with (signs) & all", "plain, with (signs) & all")]
    [InlineData("\u201CCaf\u00E9\u201D \u2018s \u02BCn", "\"Caf\u00E9\" 's 'n")]
    [InlineData("cafe\u0301", "caf\u00E9")] // NFC
    [InlineData("\uFB01sh \uFB05 \u0132 \u01C5", "fish \u017Ft IJ D\u017E")]
    [InlineData("\u0149", "'n")] // a ligature, whose sign of omission is a quote in the next pass
    [InlineData("\uFF21\uFF22\uFF11\u3000\uFF01\uFF76\uFF9E", "AB1 !\u30AC")]
    [InlineData("a\u0085b\u2028c\u2029d\r\ne\rf", "a\u2026b\nc\nd\ne\nf")] // U+0085 is an ellipsis in Windows-1252
    [InlineData("\u0093x\u0094 \u0081", "\"x\" \u0081")]
    [InlineData("\e[36;44mblue\e[0m \e[1 x", "blue [1 x")]
    [InlineData("\0a\u0007b\tc\fd\u007Fe\uFEFFf\u206Ag\uFFFCh", "ab\tc\fdefgh")]
    [InlineData("&amp;amp;lt; &eacute; &EACUTE; &amp &#59; &#233;", "< \u00E9 \u00C9 &amp &#59; \u00E9")]
    [InlineData("&eacute;\n<b> &eacute;\n&eacute;", "\u00E9\n<b> &eacute;\n&eacute;")]
    public void The_plain_steps_of_ftfy(string text, string expected) => Assert.Equal(expected, TextFixes.Apply(text));

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement() =>
        Assert.Equal("\uFFFDx \U0001F600", TextFixes.Apply(new string(['\uD800', 'x', ' ', '\uD83D', '\uDE00'])));

    [Theory]
    [InlineData("lower", "  A \u201CCAF\u00C9\u201D &amp;amp;\tB\u00A0\u0007ar ", "a \"caf\u00E9\" & b ar")]
    [InlineData("lower", "\u039F\u0394\u039F\u03A3 \u03A3\u0391\u03A3. \u0130", "\u03BF\u03B4\u03BF\u03C2 \u03C3\u03B1\u03C2. i\u0307")]
    [InlineData("whitespace", " A \uFF22\n C&lt;d ", "A B C<d")]
    [InlineData("whitespace_underscore", "A_b  c", "A b c")]
    [InlineData("canonicalize", "A_B, \u201Cc\u201D &amp; d!", "a b c d")]
    public void Each_kind_of_cleaning(string kind, string text, string expected) => Assert.Equal(expected, OpenClipText.Cleaning(kind)(text));

    [Theory]
    [InlineData("caf\u00C3\u00A9", "\u00C3\u00A9", "\u00E9")]
    [InlineData("it\u00E2\u20AC\u2122s", "\u00E2\u20AC\u2122", "\u2019")]
    [InlineData("\u00F0\u0178\u02DC\u20AC", "\u00F0\u0178\u02DC\u20AC", "\U0001F600")]
    [InlineData("\u00D0\u0178\u00D1\u20AC", "\u00D0\u0178\u00D1\u20AC", "\u041F\u0440")]
    [InlineData("\u00EF\u00BB\u00BFa", "\u00EF\u00BB\u00BF", "\uFEFF")]
    public void Texts_of_a_wrong_encoding_are_found(string text, string found, string meant) => Assert.Equal((found, meant), BrokenEncoding.In(text));

    [Theory]
    [InlineData("caf\u00E9, \u00C0 la carte, N\u00C3O, \u00E2ge, \u201CCAF\u00C9\u00BB, \u041F\u0440\u0438, 20 \u00B0C, \u00D1and\u00FA")]
    [InlineData("")]
    [InlineData("\u00C3")]
    public void Texts_of_the_right_encoding_are_not(string text) => Assert.Null(BrokenEncoding.In(text));

    /// <summary>Escapes in escapes, as many as a text holds: time stays linear.</summary>
    [Fact]
    public void A_reference_in_references_ends()
    {
        string text = $"&{string.Concat(Enumerable.Repeat("amp;", 40_000))}";
        Assert.True(TextFixes.Apply(text).Length > 100_000);
    }
}
