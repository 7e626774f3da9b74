using FsCheck;
using FsCheck.Fluent;
using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Tests.Evaluate;

public class CocoRleTests
{
    // Masks by rows, counts and text worked by hand. Runs go down the columns. A count is cut into five bits, low ones first, plus 48,
    // plus 32 when more follow; from the fourth on the difference from the count two before is written.
    public static TheoryData<string, int[], string> Worked => new()
    {
        { "...|.#.|...", [4, 1, 4], "414" },
        { ".|.|#|#|#|.|#", [2, 3, 1, 1], "231N" }, // pycocotools' maskApi.h gives these counts; 1 - 3 = -2 is 11110, sign in the highest bit
        { "#|#|#|#|#|#|.", [0, 6, 1], "061" },
        { "..|..", [4], "4" },
        { "##|##", [0, 4], "04" },
        { "#.|.#", [0, 1, 2, 1], "0120" }, // 1 - 1 = 0
        { ".##.|.##.", [2, 4, 2], "242" },
        { "................#", [16, 1], "`01" }, // 16 is 10000, and another group so that it does not read as -16
        { "........................................#", [40, 1], "X11" }, // 40 = 8 + 32 · 1: 01000 with more, 00001
        { ".#.......................................", [1, 1, 39], "11W1" }, // 39 = 7 + 32
        { ".#....................................#.", [1, 1, 36, 1, 1], "11T10mN" }, // 1 - 1 = 0; 1 - 36 = -35: 11101 with more, 11110
    };

    [Theory, MemberData(nameof(Worked))]
    public void Masks_worked_by_hand(string rows, int[] counts, string compressed)
    {
        string[] lines = rows.Split('|');
        bool[] mask = [.. lines.SelectMany(l => l.Select(c => c == '#'))];
        (int width, int height) = (lines[0].Length, lines.Length);
        Rle rle = Rle.Encode(mask, width, height);
        Assert.Equal(counts, rle.Counts);
        Assert.Equal(compressed, rle.Compressed);
        Assert.Equal(mask.Count(m => m), rle.Area);
        foreach (Rle read in (Rle[])[Rle.Parse(compressed, width, height), Rle.FromCounts(counts, width, height)])
        {
            Assert.Equal(counts, read.Counts);
            Assert.Equal(mask, read.Decode());
        }
    }

    [Fact]
    public void Any_mask_comes_back_with_its_area_and_box()
    {
        var masks = from width in Gen.Choose(1, 40)
                    from height in Gen.Choose(1, 40)
                    from density in Gen.Choose(0, 10)
                    from bits in Gen.ArrayOf(Gen.Choose(0, 9).Select(n => n < density), width * height)
                    select (width, height, bits);
        Prop.ForAll(masks.ToArbitrary(), m =>
        {
            Rle rle = Rle.Encode(m.bits, m.width, m.height);
            Assert.Equal(m.bits, rle.Decode());
            Assert.Equal(rle.Counts, Rle.Parse(rle.Compressed, m.width, m.height).Counts);
            Assert.DoesNotContain(0, rle.Counts.Skip(1));
            int[] own = [.. Enumerable.Range(0, m.bits.Length).Where(p => m.bits[p])];
            Assert.Equal(own.Length, rle.Area);
            if (own.Length == 0) Assert.Equal(default, rle.Bounds());
            else
            {
                int left = own.Min(p => p % m.width), top = own.Min(p => p / m.width);
                Assert.Equal(new Box(left, top, own.Max(p => p % m.width) - left + 1, own.Max(p => p / m.width) - top + 1), rle.Bounds());
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Common_pixels_and_unions_are_those_of_decoded_masks()
    {
        var pairs = from width in Gen.Choose(1, 12)
                    from height in Gen.Choose(1, 12)
                    from density in Gen.Choose(0, 10)
                    from a in Gen.ArrayOf(Gen.Choose(0, 9).Select(n => n < density), width * height)
                    from b in Gen.ArrayOf(Gen.Choose(0, 9).Select(n => n >= 5), width * height)
                    select (a, b, width, height);
        Prop.ForAll(pairs.ToArbitrary(), p =>
        {
            Rle a = Rle.Encode(p.a, p.width, p.height), b = Rle.Encode(p.b, p.width, p.height);
            Assert.Equal(p.a.Zip(p.b).Count(z => z.First && z.Second), Rle.Intersection(a, b));
            Assert.Equal(Rle.Encode([.. p.a.Zip(p.b).Select(z => z.First || z.Second)], p.width, p.height).Counts, Rle.Union(a, b).Counts);
        }).QuickCheckThrowOnFailure();
        Assert.Equal(2, Rle.Intersection(Rle.FromCounts([0, 0, 1, 2, 0, 0, 0, 1], 2, 2), Rle.FromCounts([2, 2, 0], 2, 2))); // runs of no length
        Assert.Throws<ArgumentException>(() => Rle.Intersection(Rle.FromCounts([4], 2, 2), Rle.FromCounts([4], 4, 1)));
    }

    [Theory]
    [InlineData("4", 3, 3, "sum to 4"), InlineData("P", 3, 3, "ends within"), InlineData("4!4", 3, 3, "'!' at 1"), InlineData("N", 3, 3, "length -2")]
    [InlineData("oooooooooooo", 3, 3, "no part"), InlineData("4", 0, 3, "the size is 0 x 3"), InlineData("", 1, 1, "sum to 0")]
    public void Damaged_text_is_told_in_one_line(string compressed, int width, int height, string message)
    {
        TranslucentException e = Assert.Throws<TranslucentException>(() => Rle.Parse(compressed, width, height));
        Assert.Contains(message, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Counts_must_fit() => Assert.Throws<TranslucentException>(() => Rle.FromCounts([5, -1, 5], 3, 3));
}
