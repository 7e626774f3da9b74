// Short stories of facts about a scene, and a summary that a known subset of the sentences decides.

namespace Translucent.Shapes;

/// <summary>Facts about a scene in several sentences, with a summary.</summary>
/// <param name="Sentences">The story.</param>
/// <param name="Summary">How many objects of the story's topic are there at its end, and which.</param>
/// <param name="Sources">
/// The sentences, by index, that the summary depends on: leave out any of them and the summary becomes another; leave out any others, one or all, and it stays.
/// </param>
public sealed record Story(IReadOnlyList<string> Sentences, string Summary, IReadOnlyList<int> Sources);
