// Boxes as COCO writes them.

namespace Translucent.Evaluate.DataSets;

/// <summary>A box of whole pixels.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Pixels from left to right.</param>
/// <param name="Height">Pixels from top to bottom.</param>
public readonly record struct Box(int X, int Y, int Width, int Height);
