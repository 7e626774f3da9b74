// What the structure of a file tells before it is decoded.

namespace Translucent.Pictures.Files;

/// <summary>The header of a file whose structure is whole.</summary>
/// <param name="Channels">1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.</param>
/// <param name="Orientation">How the stored rows lie in the scene, 1 to 8 (EXIF).</param>
internal readonly record struct PictureHeader(int Channels, int Orientation);
