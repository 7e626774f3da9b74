// What colours mean where maps of several classes stand beside each other: --scale.

using System.CommandLine;

namespace Translucent.Cli.Options;

/// <summary>Which numbers the ends of the colours stand for.</summary>
enum CompareScale
{
    /// <summary>The smallest and largest of each map.</summary>
    Own,

    /// <summary>Those of all maps of a method, so that classes can be compared.</summary>
    Shared,
}

/// <summary>The option.</summary>
static class ScaleOption
{
    public static Option<CompareScale> Create() => new("--scale")
    {
        Description = "What colours mean: own (each map from its own smallest to its own largest number) or shared (one scale for all classes of a "
            + "method, so that a pale map is a weak one). [default: own]",
        HelpName = "NAME",
        CustomParser = Parsers.Word("--scale", ("own", CompareScale.Own), ("shared", CompareScale.Shared)),
    };
}
