// Runs the instructions of a pattern over code points, with an explicit stack of ways back and a budget of steps.

namespace Translucent.Text.Patterns;

/// <summary>The machine of one search at a time. It is not shared between threads.</summary>
sealed class Machine(Instruction[] program, int registers)
{
    /// <summary>A way back: go on at Pc from position High, then from those down to Low; or, with a negative Pc, put a register back.</summary>
    readonly record struct Way(int Pc, int Low, int High);

    const int MostKept = 1 << 16;

    readonly int[] _registers = new int[registers];
    Way[] _stack = new Way[64];
    int _height;
    int _searchStart;
    long _left;

    /// <summary>Steps that are left of those that <see cref="Begin"/> was given.</summary>
    public long Left => _left;

    /// <summary>Begins a search that may take so many steps.</summary>
    public void Begin(long steps)
    {
        _left = steps;
        if (_stack.Length > MostKept) _stack = new Way[64];
    }

    /// <summary>Looks for the first match that starts at or behind a position.</summary>
    /// <exception cref="TimeoutException">The budget of steps is used up.</exception>
    public bool Find(ReadOnlySpan<int> text, int from, out int start, out int end)
    {
        _searchStart = from;
        for (start = from; start <= text.Length; start++)
        {
            _height = 0;
            if ((end = Run(program, text, start, required: -1)) >= 0) return true;
        }
        end = start = -1;
        return false;
    }

    /// <summary>Matches from a position.</summary>
    /// <param name="code">The compiled pattern.</param>
    /// <param name="text">Code points.</param>
    /// <param name="at">The position.</param>
    /// <param name="required">Where the match must end; -1 for anywhere.</param>
    /// <returns>Where it ended; -1 if it failed.</returns>
    int Run(Instruction[] code, ReadOnlySpan<int> text, int at, int required)
    {
        int floor = _height, pc = 0;
        while (true)
        {
            if (--_left < 0) throw new TimeoutException();
            Instruction i = code[pc];
            bool good = true;
            switch (i.Code)
            {
                case Code.Match:
                    if (required >= 0 && at != required)
                    {
                        good = false;
                        break;
                    }
                    Unwind(floor);
                    return at;
                case Code.One:
                    good = at < text.Length && i.Set!.Contains(text[at]);
                    at++;
                    pc++;
                    break;
                case Code.Run: good = Run(i, text, ref at, ref pc); break;
                case Code.Split:
                    Push(new Way(i.Y, at, at));
                    pc = i.X;
                    break;
                case Code.Jump: pc = i.X; break;
                case Code.Mark:
                    Push(new Way(~i.X, _registers[i.X], 0));
                    _registers[i.X] = at;
                    pc++;
                    break;
                case Code.Check: pc = _registers[i.X] == at ? i.Y : pc + 1; break;
                case Code.At:
                    good = Places.Holds((Place)i.X, text, at, _searchStart);
                    pc++;
                    break;
                case Code.Atomic:
                    at = Run(i.Inner!, text, at, required: -1);
                    good = at >= 0;
                    pc++;
                    break;
                case Code.Ahead:
                    good = Run(i.Inner!, text, at, required: -1) >= 0 != i.Flag;
                    pc++;
                    break;
                case Code.Behind:
                    good = Behind(i, text, at) != i.Flag;
                    pc++;
                    break;
            }
            if (!good && !Back(floor, ref at, ref pc)) return -1;
        }
    }

    bool Run(Instruction i, ReadOnlySpan<int> text, ref int at, ref int pc)
    {
        int most = i.Y < text.Length - at ? at + i.Y : text.Length, end = at;
        while (end < most && i.Set!.Contains(text[end])) end++;
        _left -= end - at;
        if (end - at < i.X) return false;
        if (!i.Flag && end - at > i.X) Push(new Way(pc + 1, at + i.X, end - 1));
        at = end;
        pc++;
        return true;
    }

    bool Behind(Instruction i, ReadOnlySpan<int> text, int at)
    {
        for (int length = i.X; length <= i.Y && length <= at; length++)
            if (Run(i.Inner!, text, at - length, required: at) >= 0) return true;
        return false;
    }

    bool Back(int floor, ref int at, ref int pc)
    {
        while (_height > floor)
        {
            Way way = _stack[--_height];
            if (way.Pc < 0)
            {
                _registers[~way.Pc] = way.Low;
                continue;
            }
            if (way.High > way.Low) _stack[_height++] = way with { High = way.High - 1 };
            (pc, at) = (way.Pc, way.High);
            return true;
        }
        return false;
    }

    /// <summary>Forgets the ways back of a part that is done; registers go back to what they were.</summary>
    void Unwind(int floor)
    {
        while (_height > floor)
            if (_stack[--_height] is { Pc: < 0 } way) _registers[~way.Pc] = way.Low;
    }

    void Push(Way way)
    {
        if (_height == _stack.Length) Array.Resize(ref _stack, 2 * _height);
        _stack[_height++] = way;
    }
}
