// Where tokens mix, and the blocks that a stream passes: what methods know of a model's structure (DESIGN: streams).

using Translucent.Autodiff.Ops;

namespace Translucent.Models;

/// <summary>One attention of a forward pass: tokens of one stream (queries) read tokens of the same or another stream (values).</summary>
public sealed class AttentionStep
{
    /// <param name="site">The name of its probabilities.</param>
    /// <param name="queries">The stream whose tokens read.</param>
    /// <param name="values">The stream whose tokens are read.</param>
    /// <param name="stage">Its place in the order of stages.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="entering">The site of the values' stream before the step.</param>
    /// <param name="output">What takes the heads' values, side by side, into the stream of the queries.</param>
    internal AttentionStep(string site, TokenStream queries, TokenStream values, int stage, int heads, string entering, Linear output) =>
        (Site, Queries, Values, Stage, Heads, Entering, Output) = (site, queries, values, stage, heads, entering, output);

    /// <summary>The name of its probabilities A [B, H, Q, K].</summary>
    public string Site { get; }

    /// <summary>The stream whose tokens read, and are changed.</summary>
    public TokenStream Queries { get; }

    /// <summary>The stream whose tokens are read.</summary>
    public TokenStream Values { get; }

    /// <summary>Steps of one stage read the streams as they were before it; stages run in ascending order.</summary>
    public int Stage { get; }

    /// <summary>H.</summary>
    public int Heads { get; }

    /// <summary>What the tokens of the values' stream were before they were transformed: a site.</summary>
    internal string Entering { get; }

    internal Linear Output { get; }

    /// <summary>What normalises the numbers of all heads before <see cref="Output"/> reads them, or null.</summary>
    internal LayerNorm? Norm { get; init; }

    /// <summary>What normalises what <see cref="Output"/> made before it is added to the stream, or null.</summary>
    internal LayerNorm? NormBehind { get; init; }

    /// <summary>What the values of a head become in the stream of the queries, without the output bias: <see cref="Output"/>, or, with a normalisation, the
    /// layer whose products are to be divided by a deviation that all tokens which a query reads share (<see cref="FoldedNorm"/>).</summary>
    internal Linear OfValues() => Norm is not null ? FoldedNorm.Before(Norm, Output) : OfContext();

    /// <summary>The same from what <see cref="Output"/> reads.</summary>
    internal Linear OfContext() => NormBehind is null ? Output : FoldedNorm.Behind(Output, NormBehind);
}

/// <summary>One block of one stream: attention, then a feed-forward layer, each added to the stream.</summary>
public sealed class TokenBlock
{
    /// <param name="name">What its sites begin with.</param>
    /// <param name="step">Its attention.</param>
    /// <param name="down">What takes the activations of the feed-forward layer into the stream.</param>
    internal TokenBlock(string name, AttentionStep step, Linear down) => (Name, Step, Down) = (name, step, down);

    /// <summary>What its sites begin with, as in <c>blocks.3</c>.</summary>
    public string Name { get; }

    /// <summary>Its attention.</summary>
    public AttentionStep Step { get; }

    /// <summary>The stream that passes it.</summary>
    public TokenStream Stream => Step.Queries;

    /// <summary>C, numbers per token.</summary>
    public int Width => Down.Weight.Rows;

    /// <summary>M, numbers per token inside the feed-forward layer.</summary>
    public int Hidden => Down.Weight.Columns;

    /// <summary>The site of the stream that enters.</summary>
    public string In => $"{Name}.in";

    /// <summary>The site of the stream between attention and feed-forward layer.</summary>
    public string Mid => $"{Name}.mid";

    /// <summary>The site of the stream that leaves.</summary>
    public string Out => $"{Name}.out";

    /// <summary>The site of what attention adds.</summary>
    public string AttentionOut => $"{Name}.attn.out";

    /// <summary>The site of A·v, heads side by side and normalised where attention does so: what <see cref="AttentionStep.Output"/> reads.</summary>
    public string Context => $"{Name}.attn.context";

    /// <summary>The site of what the feed-forward layer adds.</summary>
    public string MlpOut => $"{Name}.mlp.out";

    /// <summary>The site of the activations that <see cref="Down"/> reads.</summary>
    public string Activations => $"{Name}.mlp.act";

    internal Linear Down { get; }

    /// <summary>What normalises what <see cref="Down"/> made before it is added to the stream, or null.</summary>
    internal LayerNorm? NormBehind { get; init; }

    /// <summary>What activations become in the stream, without bias: <see cref="Down"/>, or, with a normalisation behind it, the layer whose products are to be
    /// divided by the deviation of the token (<see cref="FoldedNorm"/>).</summary>
    internal Linear OfActivations() => NormBehind is null ? Down : FoldedNorm.Behind(Down, NormBehind);
}
