namespace Translucent.Tests.Reference;

/// <summary>COCO's compressed run lengths, pixel by pixel (pycocotools, common/maskApi.c, rleFrString and rleDecode).</summary>
static class PlainRle
{
    public static bool[] Decode(string counts, int width, int height)
    {
        List<int> runs = [];
        int number = 0, bits = 0;
        foreach (char letter in counts)
        {
            int six = letter - '0';
            number += six % 32 << bits;
            bits += 5;
            if (six >= 32) continue; // more of this number follows
            if (six >= 16) number -= 1 << bits;
            runs.Add(runs.Count > 2 ? number + runs[^2] : number);
            number = bits = 0;
        }
        bool[] down = [.. runs.SelectMany((run, i) => Enumerable.Repeat(i % 2 == 1, run))]; // column after column
        return [.. Enumerable.Range(0, width * height).Select(p => down[p % width * height + p / width])];
    }
}
