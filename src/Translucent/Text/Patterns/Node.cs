// What a pattern is made of: the tree that the parser builds and the compiler walks.

using Translucent.Text.Unicode;

namespace Translucent.Text.Patterns;

/// <summary>How much a repetition takes: as much as it can, as little, or as much with no way back.</summary>
enum Greed { Greedy, Lazy, Possessive }

/// <summary>A place between characters.</summary>
enum Place { TextStart, TextEnd, TextEndOrLastLine, LineStart, LineEnd, WordBoundary, NoWordBoundary, SearchStart }

/// <summary>A part of a pattern. Lengths are in code points; <see cref="Unbounded"/> stands for no limit.</summary>
abstract record Node(int Least, int Most)
{
    public const int Unbounded = int.MaxValue;

    public static Node Nothing { get; } = new SequenceNode([]);

    public static int Times(int length, int count) => length == 0 || count == 0 ? 0 : (int)Math.Min(Unbounded, (long)length * count);
}

/// <summary>One character of a set.</summary>
sealed record OneNode(RuneSet Set) : Node(1, 1);

/// <summary>Parts one behind the other.</summary>
sealed record SequenceNode(IReadOnlyList<Node> Parts)
    : Node((int)Math.Min(Unbounded, Parts.Sum(p => (long)p.Least)), (int)Math.Min(Unbounded, Parts.Sum(p => (long)p.Most)));

/// <summary>The first of the alternatives that leads to a match.</summary>
sealed record ChoiceNode(IReadOnlyList<Node> Alternatives) : Node(Alternatives.Min(a => a.Least), Alternatives.Max(a => a.Most));

/// <summary>A part again and again.</summary>
sealed record RepeatNode(Node Body, int From, int To, Greed Greed) : Node(Times(Body.Least, From), Times(Body.Most, To));

/// <summary>A part that matches in one way only: what it first found is not given back.</summary>
sealed record AtomicNode(Node Body) : Node(Body.Least, Body.Most);

/// <summary>A part that must, or must not, match from here on or up to here, and takes nothing.</summary>
sealed record LookNode(Node Body, bool Behind, bool Negative) : Node(0, 0);

/// <summary>A place, which takes nothing.</summary>
sealed record PlaceNode(Place Place) : Node(0, 0);
