// result.json of the verbs about texts: the same form as that of the other verbs.

namespace Translucent.Runs.Records;

/// <summary>How a model went on with a text.</summary>
sealed record GenerationRecord(int Tokens, double Temperature, int? TopK, double? TopP, long Seed);

/// <summary>The settings of <c>text</c>; a summary that was given, or how it was written.</summary>
sealed record TextSettings(string ContextSha256, string? SummarySha256, GenerationRecord? Generation, string Separator, string Method, int? Layer,
    string? Function,
    string? WSha256, string? Order, string? Rows, int RandomOrders, string TokenizerSha256);

/// <summary>Comprehensiveness and sufficiency of scores, and of random orders.</summary>
sealed record ErasureRecord(Measure Full, IReadOnlyList<int> Percents, IReadOnlyList<Measure> Comprehensiveness, IReadOnlyList<Measure> Sufficiency,
    Measure ComprehensivenessAopc, Measure SufficiencyAopc, int RandomOrders, Measure RandomComprehensivenessAopc, Measure RandomSufficiencyAopc);

/// <summary>What <c>text</c> found.</summary>
sealed record TextFindings(int Tokens, int ContextTokens, int SummaryTokens, string Summary, string Explained, ErasureRecord Erasure);

/// <summary>The settings of <c>classify</c>.</summary>
sealed record ClassifySettings(string TextSha256, string? PairSha256, IReadOnlyList<string> Methods, string Target, string Scalar, int? RandomOrders,
    string TokenizerSha256);

/// <summary>A word that bears on a class, with its relevance for every method.</summary>
sealed record TextWordRecord(string Text, int Start, IReadOnlyDictionary<string, Measure> Relevance);

/// <summary>What <c>classify</c> found.</summary>
sealed record ClassifyFindings(string Explained, IReadOnlyList<TextWordRecord> Words, IReadOnlyDictionary<string, ErasureRecord>? Erasure);

/// <summary>The settings of <c>lens</c>.</summary>
sealed record LensSettings(string TextSha256, int Top, string State, string TokenizerSha256);

/// <summary>What a layer says of the tokens that follow.</summary>
sealed record LensLayerRecord(int Layer, Measure Identifiability, Measure First, Measure LogP, LensBlockRecord? Formed);

/// <summary>What the block below a layer did, in shares of the tokens.</summary>
sealed record LensBlockRecord(Measure AttentionPushes, Measure MlpPushes, Measure FromStream, Measure FromAttention, Measure FromMlp, Measure FromNone);
