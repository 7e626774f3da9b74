// What embed tells other programs.

namespace Translucent.Cli.Records;

/// <summary>A word of a text.</summary>
/// <param name="Text">As it stands there.</param>
/// <param name="Start">Where it begins, in code points.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Relevance">What it adds to the cosine, in the units of the method.</param>
sealed record EmbedWord(string Text, int Start, int End, double Relevance);

/// <summary>One of the two texts.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tokens">How many tokens the model reads.</param>
/// <param name="Embedding">Of length 1.</param>
/// <param name="Words">Words that have tokens, in their order.</param>
sealed record EmbedText(string Text, int Tokens, IReadOnlyList<float> Embedding, IReadOnlyList<EmbedWord> Words);

/// <summary>How alike two texts are.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Pooling">mean, first or last.</param>
/// <param name="Method">How words are told.</param>
/// <param name="Cosine">Of the embeddings.</param>
/// <param name="A">The first text.</param>
/// <param name="B">The second.</param>
sealed record EmbedRecord(string Model, string Pooling, string Method, double Cosine, EmbedText A, EmbedText B);
