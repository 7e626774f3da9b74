// shapes:COUNT[,seed=N][,size=PIXELS][,objects=LEAST-MOST] after --data: scenes of Shapes, drawn when they are needed.

using System.Globalization;
using Translucent.Shapes;

namespace Translucent.Cli.Jobs;

/// <summary>Which scenes.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seed">Of all of them.</param>
/// <param name="Options">What is in them.</param>
sealed record ShapesSource(int Count, ulong Seed, ShapesOptions Options)
{
    const string Start = "shapes:";

    /// <summary>As results call it.</summary>
    public string Name => FormattableString.Invariant($"shapes, seed {Seed}, {Options.Width} pixels");

    /// <summary>Everything that decides about the pixels of a scene of a number.</summary>
    public string Origin => FormattableString.Invariant($"{Name}, {Options.MinObjects} to {Options.MaxObjects} objects");

    /// <summary>Whether it is one.</summary>
    public static bool Is(string data) => data.StartsWith(Start, StringComparison.Ordinal);

    /// <summary>What tells a scene from the others.</summary>
    public static string Key(int index) => FormattableString.Invariant($"scene-{index:000000}");

    /// <summary>Reads it.</summary>
    /// <param name="data">As typed.</param>
    /// <param name="objects">The fewest and the most objects of a scene, unless it says so.</param>
    /// <exception cref="UsageException">The words are wrong.</exception>
    public static ShapesSource Parse(string data, (int Least, int Most) objects)
    {
        string[] parts = data[Start.Length..].Split(',');
        (int count, ulong seed, int size) = (Number(parts[0], data), 1, 128);
        foreach (string part in parts.Skip(1))
            switch (part.Split('=', 2))
            {
                case ["seed", var text]: seed = (ulong)Number(text, data, least: 0); break;
                case ["size", var text]: size = Number(text, data, least: 32); break;
                case ["objects", var text] when objects != (1, 1) && text.Split('-') is [var least, .. var rest]:
                    objects = (Number(least, data, least: 0), Number(rest is [var most] ? most : least, data, least: 0));
                    break;
                default: throw Wrong(data, objects != (1, 1));
            }
        ShapesOptions options = new() { MinObjects = objects.Least, MaxObjects = objects.Most, Width = size, Height = size, Questions = 0 };
        options.Validate();
        return new ShapesSource(count, seed, options);
    }

    static int Number(string text, string data, int least = 1) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least ? number : throw Wrong(data, several: false);

    static UsageException Wrong(string data, bool several) => new($"--data {data}: expected shapes:COUNT[,seed=N][,size=PIXELS]"
        + $"{(several ? "[,objects=LEAST-MOST]" : "")}, such as shapes:100,seed=7.");
}
