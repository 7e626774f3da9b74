// The token sequences of a forward pass and what their tokens are: patches of an image, words of a text.

using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>One sequence of tokens that passes through a model.</summary>
/// <param name="Name">What its tokens stand for: <c>image</c>, <c>text</c>, <c>queries</c>.</param>
/// <param name="Length">N, how many tokens.</param>
/// <param name="Layout">What the tokens are.</param>
/// <param name="Embed">The site of the stream before its first block, [B, N, C].</param>
public sealed record TokenStream(string Name, int Length, TokenLayout Layout, string Embed = "embed");

/// <summary>What the tokens of a stream are.</summary>
/// <param name="Prefix">P, how many tokens come before those that stand for parts of the input: class, distillation, registers.</param>
/// <param name="Count">n, how many tokens stand for parts of the input; they are the last n of the stream.</param>
public abstract record TokenLayout(int Prefix, int Count);

/// <summary>Tokens of a text, each a piece of a word.</summary>
/// <param name="Count">N, begin and end included.</param>
public sealed record TextTokens(int Count) : TokenLayout(0, Count);

/// <summary>Slots that a decoder fills with what it finds.</summary>
/// <param name="Count">Q, how many objects can be found at most.</param>
public sealed record ObjectSlots(int Count) : TokenLayout(0, Count);

/// <summary>Regions of a picture, each a box.</summary>
/// <param name="Count">R, how many; of an item with fewer the last ones are filling.</param>
public sealed record Regions(int Count) : TokenLayout(0, Count);

/// <summary>Queries that a model learned, of which each reads the tokens of another stream.</summary>
/// <param name="Count">How many.</param>
sealed record LearnedQueries(int Count) : TokenLayout(0, Count);

/// <summary>Patches of an image in row-major order, behind the prefix tokens.</summary>
/// <param name="Prefix">P, tokens before the patches.</param>
/// <param name="Rows">Rows of patches.</param>
/// <param name="Columns">Columns of patches.</param>
/// <param name="Patch">Side of a patch, in pixels; of a backbone's cells, which may reach beyond the image, their distance.</param>
public sealed record PatchGrid(int Prefix, int Rows, int Columns, int Patch) : TokenLayout(Prefix, Rows * Columns)
{
    /// <summary>Whether the last row and column may reach beyond the image, as the cells of a convolutional backbone do.</summary>
    public bool Overhangs { get; init; }

    /// <summary>The patch part of rows over tokens: [.., N] → [.., Rows, Columns]; of rows that lack some prefix tokens, the last n numbers.</summary>
    /// <param name="rows">[.., N]: a number for every token, or for the patches alone.</param>
    /// <exception cref="ArgumentException">Rows are shorter than there are patches.</exception>
    public Tensor Map(Tensor rows)
    {
        if (rows.Width < Count)
            throw new ArgumentException($"{rows}: rows of {rows.Width} numbers, expected at least one for each of {Count} patches.", nameof(rows));
        Tensor map = new([.. rows.Shape[..^1], Rows, Columns]);
        for (int r = 0; r < rows.Rows; r++) rows.Row(r)[^Count..].CopyTo(map.Span.Slice(r * Count, Count));
        return map;
    }

    /// <summary>Numbers of pixels added up patch by patch: [.., H, W] → [.., Rows, Columns]; pixels beyond the last patch are left out.</summary>
    /// <param name="pixels">[.., H, W]: a number for every pixel of the input.</param>
    /// <exception cref="ArgumentException">There are not enough pixels for the grid.</exception>
    public Tensor Sums(Tensor pixels)
    {
        int height = pixels.Shape.Length < 2 ? 0 : pixels.Shape[^2];
        int missing = Overhangs ? Patch - 1 : 0;
        if (height < Rows * Patch - missing || pixels.Width < Columns * Patch - missing)
            throw new ArgumentException($"{pixels}: expected [.., H, W] with at least {Rows * Patch} x {Columns * Patch} pixels, the grid of this image.",
                nameof(pixels));
        Tensor sums = new([.. pixels.Shape[..^2], Rows, Columns]);
        for (int r = 0; r < sums.Rows; r++)
            for (int column = 0; column < Columns; column++)
            {
                double sum = 0;
                int top = r / Rows * height + r % Rows * Patch;
                for (int y = 0; y < Math.Min(Patch, height - r % Rows * Patch); y++)
                    foreach (float v in pixels.Row(top + y).Slice(column * Patch, Math.Min(Patch, pixels.Width - column * Patch))) sum += v;
                sums.Row(r)[column] = (float)sum;
            }
        return sums;
    }
}
