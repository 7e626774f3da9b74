// How a language model goes on with a text: how long, and how it chooses among the tokens that could come next.

namespace Translucent.Models;

/// <summary>Settings of <see cref="TextGeneration"/>. The same seed and settings give the same text.</summary>
public sealed record GenerationSettings
{
    /// <summary>At most so many new tokens.</summary>
    public int Tokens { get; init; } = 128;

    /// <summary>What logits are divided by: 0 always takes the likeliest token, 1 draws as the model says, more is wilder.</summary>
    public double Temperature { get; init; }

    /// <summary>Only the K likeliest tokens are drawn from; all when null.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the likeliest tokens are drawn from, as many as have at least this probability together (Holtzman et al. 2020, arXiv:1904.09751); all
    /// when null.</summary>
    public double? TopP { get; init; }

    /// <summary>Of the random numbers.</summary>
    public long Seed { get; init; }

    /// <summary>Tokens at which the text ends, which are not part of it; those that the model's settings name when null.</summary>
    public IReadOnlyList<int>? End { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A setting makes no sense; the message says which.</exception>
    internal void Check()
    {
        if (Tokens < 1) throw new ArgumentOutOfRangeException(nameof(Tokens), $"tokens {Tokens}: expected 1 or more.");
        if (!(Temperature >= 0 && double.IsFinite(Temperature))) throw new ArgumentOutOfRangeException(nameof(Temperature),
            $"temperature {Temperature}: expected 0 or more.");
        if (TopK < 1) throw new ArgumentOutOfRangeException(nameof(TopK), $"top-k {TopK}: expected 1 or more.");
        if (TopP is not null and not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(TopP), $"top-p {TopP}: expected above 0, at most 1.");
    }
}
