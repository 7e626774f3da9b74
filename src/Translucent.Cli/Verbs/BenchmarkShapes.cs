// The shapes that are measured: vision transformers by their usual names, and matrix products.

using System.Globalization;
using System.Text.RegularExpressions;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>A vision transformer to measure, with 1000 classes.</summary>
sealed record ModelShape(string Name, string Title, int Width, int Depth, int Heads, int Patch)
{
    /// <summary>Pixels of the image along either side.</summary>
    public int Side { get; init; } = 224;

    public static readonly ModelShape[] All =
    [
        new("s16", "ViT-S/16", 384, 12, 6, 16),
        new("b32", "ViT-B/32", 768, 12, 12, 32),
        new("b16", "ViT-B/16", 768, 12, 12, 16),
        new("l14", "ViT-L/14", 1024, 24, 16, 14),
        new("b8at448", "ViT-B/8, 448 x 448", 768, 12, 12, 8) { Side = 448 },
    ];

    public VisionConfig Config => new("ViT", Width, Depth, Heads, 4 * Width, Patch, Side, Prefix: 1);

    public int Tokens => 1 + Side / Patch * (Side / Patch);

    /// <summary>Bytes of its weights, roughly.</summary>
    public double WeightBytes => 4.0 * Depth * 12 * Width * Width;

    /// <summary>Operations of the blocks for one pass, roughly; a target of a sweep costs about as much.</summary>
    public double PassFlops => Depth * (24.0 * Tokens * Width * Width + 4.0 * Tokens * Tokens * Width);

    public VisionTransformer Create() => RandomViT.Create(Config);

    /// <summary>An image of random pixels.</summary>
    public Tensor Pixels()
    {
        Tensor pixels = new(1, 3, Side, Side);
        Random random = new(2);
        foreach (ref float x in pixels.Span) x = 2 * random.NextSingle() - 1;
        return pixels;
    }
}

/// <summary>A matrix product to measure: M x N x K, or heads * targets * M x N x K, each by one thread, the targets of a head with one right operand.</summary>
sealed partial record ProductShape(string Name, int Heads, int Targets, int M, int N, int K, bool Transposed)
{
    public static readonly ProductShape[] Usual =
    [
        Of("788x3072x768")!, Of("788x3072x768t")!, Of("197x3072x768")!, Of("197x768x3072")!, Of("12*20*197x197x64")!, Of("12*20*197x64x197")!,
        Of("38809x768x3072")!,
    ];

    public double Flops => 2.0 * Heads * Targets * M * N * K;

    public double Bytes => 4.0 * Heads * (Targets * ((double)M * K + (double)M * N) + (double)K * N);

    public SampleProduct Create() => new(M, N, K, Transposed, Heads, Targets);

    /// <summary>The product of a name such as 788x3072x768, 788x3072x768t (right operand stored as [N, K]) or 12*20*197x197x64; null for other names.</summary>
    public static ProductShape? Of(string name)
    {
        Match match = Pattern().Match(name);
        if (!match.Success) return null;
        int Size(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 1;
        return new ProductShape(name, Size("heads"), Size("targets"), Size("m"), Size("n"), Size("k"), match.Groups["t"].Success);
    }

    [GeneratedRegex(@"^((?<heads>[1-9][0-9]{0,3})\*(?<targets>[1-9][0-9]{0,3})\*)?(?<m>[1-9][0-9]{0,5})x(?<n>[1-9][0-9]{0,5})x(?<k>[1-9][0-9]{0,5})(?<t>t)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
