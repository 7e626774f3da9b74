// What colours mean where maps stand beside each other: --scale.

namespace Translucent.Cli.Options;

/// <summary>Which numbers the ends of the colours stand for.</summary>
enum CompareScale
{
    /// <summary>The smallest and largest of each map.</summary>
    Own,

    /// <summary>Those of all maps of a method, so that classes can be compared.</summary>
    Shared,
}
