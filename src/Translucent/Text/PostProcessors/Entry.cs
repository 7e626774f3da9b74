// A token of a result, while it is put together.

namespace Translucent.Text.PostProcessors;

/// <summary>A token with all that is known of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text in the vocabulary.</param>
/// <param name="Offsets">What it was made from.</param>
/// <param name="TypeId">Which segment it belongs to, as the model counts.</param>
/// <param name="Word">The number of its piece; -1 for none.</param>
/// <param name="Sequence">0 for the first text, 1 for the second, -1 for neither.</param>
/// <param name="Special">Whether a post-processor added it.</param>
readonly record struct Entry(int Id, string Text, TextSpan Offsets, int TypeId, int Word, int Sequence, bool Special)
{
    /// <summary>A token that belongs to no text.</summary>
    public static Entry Added(int id, string text, int typeId) => new(id, text, default, typeId, -1, -1, true);
}
