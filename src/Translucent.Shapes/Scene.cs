// A scene: its image and everything that is true of it.

using Translucent.Images;

namespace Translucent.Shapes;

/// <summary>An image whose truth is known, from <see cref="Scenes.Draw"/>.</summary>
public sealed class Scene
{
    /// <summary>The seed that it was drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The image, red-green-blue.</summary>
    public required Image Image { get; init; }

    /// <summary>From the farthest to the nearest; an object's index is its depth order.</summary>
    public required IReadOnlyList<SceneObject> Objects { get; init; }

    /// <summary>The texture behind.</summary>
    public required Background Background { get; init; }

    /// <summary>Light and noise.</summary>
    public required Light Light { get; init; }

    /// <summary>[height, width]: which object a pixel shows, by index; -1 for the background.</summary>
    public required int[] Owners { get; init; }

    /// <summary>Questions, at most as many as the options say.</summary>
    public required IReadOnlyList<SceneQuestion> Questions { get; init; }

    /// <summary>Two stories, one about a kind and one about a colour; none without objects.</summary>
    public required IReadOnlyList<Story> Stories { get; init; }

    /// <summary>What is there, and how many; for an empty scene one caption.</summary>
    public required IReadOnlyList<string> Captions { get; init; }

    /// <summary>Descriptions that fit one object alone.</summary>
    public required IReadOnlyList<Reference> References { get; init; }

    /// <summary>[height, width]: 0 for the background, 1 + <see cref="ShapeKind"/> for objects.</summary>
    public byte[] Labels => [.. Owners.Select(o => o < 0 ? (byte)0 : (byte)(1 + (int)Objects[o].Kind))];

    /// <summary>The kinds that are there, each once, in the order of the enumeration; with one object it is the class label of the image.</summary>
    public IReadOnlyList<ShapeKind> Kinds => [.. Objects.Select(o => o.Kind).Distinct().Order()];
}
