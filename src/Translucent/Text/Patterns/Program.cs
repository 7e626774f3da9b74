// A pattern as instructions for a backtracking machine (Thompson 1968; Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009).

using Translucent.Files;
using Translucent.Text.Unicode;

namespace Translucent.Text.Patterns;

/// <summary>What an instruction does. N is the number of the next instruction.</summary>
enum Code
{
    /// <summary>The match ends here.</summary>
    Match,

    /// <summary>One character of the set.</summary>
    One,

    /// <summary>X to Y characters of the set, as many as there are; one less at each way back, none if possessive.</summary>
    Run,

    /// <summary>On with X; if that fails, with Y.</summary>
    Split,

    /// <summary>On with X.</summary>
    Jump,

    /// <summary>Remembers in register X where a round of a loop began.</summary>
    Mark,

    /// <summary>Leaves the loop to Y if the round that register X remembers took nothing.</summary>
    Check,

    /// <summary>A place between characters, X.</summary>
    At,

    /// <summary>Runs Inner by itself, and goes on where it ended.</summary>
    Atomic,

    /// <summary>Inner must match from here on; negative: must not.</summary>
    Ahead,

    /// <summary>Inner must match text of X to Y characters that ends here; negative: must not.</summary>
    Behind,
}

/// <summary>One instruction.</summary>
sealed record Instruction(Code Code, int X = 0, int Y = 0, RuneSet? Set = null, Instruction[]? Inner = null, bool Flag = false);

/// <summary>Turns the tree of a pattern into instructions.</summary>
sealed class Compiler
{
    const int Longest = 20_000;

    readonly List<Instruction> _code = [];
    int _registers;

    /// <summary>The instructions, and how many registers they use.</summary>
    public static (Instruction[] Code, int Registers) Compile(Node node)
    {
        Compiler compiler = new();
        return (compiler.Whole(node), compiler._registers);
    }

    Instruction[] Whole(Node node)
    {
        Compiler inner = new() { _registers = _registers };
        inner.Emit(node);
        inner.Add(new Instruction(Code.Match));
        _registers = inner._registers;
        return [.. inner._code];
    }

    int Add(Instruction instruction)
    {
        if (_code.Count >= Longest) throw new TranslucentException($"is very large once its counts are written out, expected at most {Longest} steps");
        _code.Add(instruction);
        return _code.Count - 1;
    }

    void Emit(Node node)
    {
        switch (node)
        {
            case OneNode one: Add(new Instruction(Code.One, Set: one.Set)); break;
            case SequenceNode sequence:
                foreach (Node part in sequence.Parts) Emit(part);
                break;
            case ChoiceNode choice: EmitChoice(choice.Alternatives); break;
            case RepeatNode { Body: OneNode one, Greed: not Greed.Lazy } run:
                Add(
                new Instruction(Code.Run, run.From, run.To, one.Set, Flag: run.Greed == Greed.Possessive)); break;
            case RepeatNode { Greed: Greed.Possessive } repeat: Emit(new AtomicNode(repeat with { Greed = Greed.Greedy })); break;
            case RepeatNode repeat: EmitRepeat(repeat); break;
            case AtomicNode atomic: Add(new Instruction(Code.Atomic, Inner: Whole(atomic.Body))); break;
            case LookNode look:
                Add(new Instruction(look.Behind ? Code.Behind : Code.Ahead, look.Body.Least, look.Body.Most, Inner: Whole(look.Body),
                Flag: look.Negative)); break;
            case PlaceNode place: Add(new Instruction(Code.At, (int)place.Place)); break;
        }
    }

    void EmitChoice(IReadOnlyList<Node> alternatives)
    {
        List<int> ends = [];
        for (int i = 0; i < alternatives.Count - 1; i++)
        {
            int split = Add(new Instruction(Code.Split));
            Emit(alternatives[i]);
            ends.Add(Add(new Instruction(Code.Jump)));
            _code[split] = new Instruction(Code.Split, split + 1, _code.Count);
        }
        Emit(alternatives[^1]);
        foreach (int end in ends) _code[end] = new Instruction(Code.Jump, _code.Count);
    }

    void EmitRepeat(RepeatNode repeat)
    {
        for (int i = 0; i < repeat.From; i++) Emit(repeat.Body);
        if (repeat.To == Node.Unbounded)
        {
            EmitLoop(repeat);
            return;
        }
        List<int> splits = [];
        for (int i = repeat.From; i < repeat.To; i++)
        {
            splits.Add(Add(new Instruction(Code.Split)));
            Emit(repeat.Body);
        }
        foreach (int split in splits) _code[split] = Fork(repeat.Greed, split + 1, _code.Count);
    }

    void EmitLoop(RepeatNode repeat)
    {
        int split = Add(new Instruction(Code.Split)), check = -1;
        bool guarded = repeat.Body.Least == 0; // a round that takes nothing must end the loop
        int register = guarded ? _registers++ : 0;
        if (guarded) Add(new Instruction(Code.Mark, register));
        Emit(repeat.Body);
        if (guarded) check = Add(new Instruction(Code.Check));
        Add(new Instruction(Code.Jump, split));
        if (guarded) _code[check] = new Instruction(Code.Check, register, _code.Count);
        _code[split] = Fork(repeat.Greed, split + 1, _code.Count);
    }

    static Instruction Fork(Greed greed, int round, int exit) => greed == Greed.Lazy ? new Instruction(Code.Split, exit, round)
        : new Instruction(Code.Split, round, exit);
}
