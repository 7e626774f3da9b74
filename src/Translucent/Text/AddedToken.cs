// A token beside the model's vocabulary, found in a text before anything else is (Hugging Face tokenizers, AddedToken).

namespace Translucent.Text;

/// <summary>A token that stands for a fixed text wherever that occurs.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Special">Whether it is part of the model's format, such as the end of text: decoding can leave it out.</param>
/// <param name="SingleWord">Found only where no letter or digit touches it.</param>
/// <param name="StripLeft">Takes the white space before it along.</param>
/// <param name="StripRight">Takes the white space behind it along.</param>
/// <param name="Normalized">Found in the normalised text, in its own normalised form.</param>
sealed record AddedToken(int Id, string Text, bool Special = false, bool SingleWord = false, bool StripLeft = false, bool StripRight = false,
    bool Normalized = false);
