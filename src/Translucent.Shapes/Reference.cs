// A description that refers to one object of a scene, as users see it.

namespace Translucent.Shapes;

/// <summary>A description that fits one object of the scene and no other.</summary>
/// <param name="Text">Such as "the red disc left of the ring".</param>
/// <param name="Object">The object's index.</param>
public sealed record Reference(string Text, int Object);
