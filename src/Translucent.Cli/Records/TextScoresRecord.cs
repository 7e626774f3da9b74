// scores.json of `translucent text`: every token with where it stands and what it counts for.

namespace Translucent.Cli.Records;

/// <summary>A token: its position in the sequence, its id, and its place in its own text in code points.</summary>
sealed record TextTokenRecord(int Position, int Id, string Token, string Text, int Start, int End, float? Score);

/// <summary>Text and summary.</summary>
sealed record TextScoresRecord(string Model, string Method, string Explained, string ContextText, string SummaryText, IReadOnlyList<TextTokenRecord> Context,
    IReadOnlyList<TextTokenRecord> Summary);
