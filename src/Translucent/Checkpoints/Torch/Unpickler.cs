// A pickle read as data (opcodes: github.com/python/cpython, Lib/pickletools.py; protocols 2 to 5, of which torch.save writes 2).
// Python's own reader imports and calls whatever a pickle names. This one has nothing to call: names stay names, and the few
// constructors of tensors make inert records (TorchConstructors). Each byte makes at most one small object, so that memory and time
// stay within a fixed multiple of the length, whatever is in it.

using Translucent.Files;

namespace Translucent.Checkpoints.Torch;

/// <summary>Reads one pickle.</summary>
ref struct Unpickler
{
    readonly Stack<object?> _stack = new();
    readonly Stack<int> _marks = new();
    readonly Dictionary<long, object?> _memo = [];
    readonly SortedSet<string> _others = new(StringComparer.Ordinal);
    PickleReader _reader;

    static readonly PickleOpaque s_list = new("a list"), s_set = new("a set"), s_bytes = new("bytes");

    readonly bool _whole;

    Unpickler(ReadOnlySpan<byte> pickle, bool whole)
    {
        _reader = new PickleReader(pickle);
        _whole = whole;
    }

    /// <summary>The value that a pickle holds.</summary>
    /// <param name="pickle">The whole pickle.</param>
    /// <param name="file">For messages.</param>
    /// <param name="others">Names of Python classes and functions in it that are not read, and were not run.</param>
    /// <param name="whole">Whether lists and bytes are kept too, which no checkpoint needs.</param>
    /// <exception cref="TranslucentException">It is cut off, damaged, or uses an opcode that no checkpoint needs.</exception>
    public static object? Read(ReadOnlySpan<byte> pickle, string file, out IReadOnlyCollection<string> others, bool whole = false)
    {
        Unpickler unpickler = new(pickle, whole);
        others = unpickler._others;
        try
        {
            while (unpickler.Step()) { }
            return unpickler.Pop();
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{file}: the pickle in it is damaged or {(whole ? "of another kind" : "not of a checkpoint")}, near byte "
                + $"{unpickler._reader.Position}: {e.Message}; {(whole ? "fetch it again" : "save the state_dict of the model again with torch.save")}.");
        }
    }

    /// <summary>Runs one opcode; false after the last.</summary>
    bool Step()
    {
        byte code = _reader.Byte();
        switch ((char)code)
        {
            case '.': return false;                                                        // STOP
            case '\x80': _reader.Skip(1); break;                                           // PROTO
            case '\x95': _reader.Skip(8); break;                                           // FRAME
            case '(': _marks.Push(_stack.Count); break;                                    // MARK
            case '0': Pop(); break;                                                        // POP
            case '1': PopToMark(); break;                                                  // POP_MARK
            case '2': Push(Peek()); break;                                                 // DUP
            case 'N': Push(null); break;                                                   // NONE
            case '\x88': Push(true); break;                                                // NEWTRUE
            case '\x89': Push(false); break;                                               // NEWFALSE
            case 'J': Push((long)_reader.I32()); break;                                    // BININT
            case 'K': Push((long)_reader.Byte()); break;                                   // BININT1
            case 'M': Push((long)_reader.U16()); break;                                    // BININT2
            case '\x8a': Push(_reader.Integer(_reader.Byte())); break;                     // LONG1
            case '\x8b': Push(_reader.Integer(_reader.I32())); break;                      // LONG4
            case 'G': Push(_reader.F64()); break;                                          // BINFLOAT
            case 'X': Push(_reader.Text(_reader.U32())); break;                            // BINUNICODE
            case '\x8c': Push(_reader.Text(_reader.Byte())); break;                        // SHORT_BINUNICODE
            case '\x8d': Push(_reader.Text(_reader.Length64())); break;                    // BINUNICODE8
            case 'T' when _whole: Skipped(_reader.I32()); break;                           // BINSTRING
            case 'T': Push(_reader.Text(_reader.I32())); break;
            case 'U': Push(_reader.Text(_reader.Byte())); break;                           // SHORT_BINSTRING
            case 'B': Skipped(_reader.U32()); break;                                       // BINBYTES
            case 'C': Skipped(_reader.Byte()); break;                                      // SHORT_BINBYTES
            case '\x8e' or '\x96': Skipped(_reader.Length64()); break;                     // BINBYTES8, BYTEARRAY8
            case ']': Push(_whole ? new PickleList([]) : s_list); break;                   // EMPTY_LIST
            case '\x8f': Push(s_set); break;                                               // EMPTY_SET
            case '}': Push(new PickleTable()); break;                                      // EMPTY_DICT
            case ')': Push(PickleTuple.Empty); break;                                      // EMPTY_TUPLE
            case 'l': PopToMark(); Push(s_list); break;                                    // LIST
            case '\x91': PopToMark(); Push(s_set); break;                                  // FROZENSET
            case 't': Push(new PickleTuple(PopToMark())); break;                           // TUPLE
            case '\x85' or '\x86' or '\x87': Push(new PickleTuple(Pop(code - 0x84))); break; // TUPLE1, TUPLE2, TUPLE3
            case 'd': Fill(new PickleTable(), PopToMark()); break;                         // DICT
            case 'a': Append(Pop(1)); break;                                               // APPEND
            case 'e' or '\x90': Append(PopToMark()); break;                                // APPENDS, ADDITEMS
            case 's': Set(Pop(2)); break;                                                  // SETITEM
            case 'u': Set(PopToMark()); break;                                             // SETITEMS
            case 'q': _memo[_reader.Byte()] = Peek(); break;                               // BINPUT
            case 'r': _memo[_reader.U32()] = Peek(); break;                                // LONG_BINPUT
            case '\x94': _memo[_memo.Count] = Peek(); break;                               // MEMOIZE
            case 'h': Push(Recall(_reader.Byte())); break;                                 // BINGET
            case 'j': Push(Recall(_reader.U32())); break;                                  // LONG_BINGET
            case 'c': Push(Global(_reader.Line(), _reader.Line())); break;                 // GLOBAL
            // STACK_GLOBAL
            case '\x93': Push(Pop(2) is [string module, string name] ? Global(module, name) : throw new TranslucentException("a class has no name")); break;
            case 'R' or '\x81': Make(Pop(2)); break;                                       // REDUCE, NEWOBJ
            case '\x92': Make(Pop(3)[..2]); break;                                         // NEWOBJ_EX
            case 'b': Build(Pop()); break;                                                 // BUILD
            case 'Q': Push(TorchConstructors.Storage(Pop())); break;                       // BINPERSID
            default: throw new TranslucentException($"opcode 0x{code:x2} is not one that torch.save writes");
        }
        return true;
    }

    PickleGlobal Global(string module, string name)
    {
        PickleGlobal global = new(module, name);
        const int most = 100, longest = 200;
        if (_others.Count < most && global.FullName.Length <= longest && !TorchConstructors.IsKnown(global)) _others.Add(global.FullName);
        return global;
    }

    /// <summary>REDUCE and NEWOBJ: a constructor of tensors, or an inert object.</summary>
    void Make(object?[] call) => Push(call is [PickleGlobal type, PickleTuple arguments]
        ? TorchConstructors.Call(type, arguments.Items)
        : call is [PickleObject made, _] ? new PickleObject(made.Type) // what a class that is not known would have made
        : throw new TranslucentException("something is made of no class"));

    /// <summary>BUILD: attributes of an object; those of a dict (an OrderedDict's _metadata) say nothing of tensors.</summary>
    void Build(object? state)
    {
        if (Peek() is PickleObject made)
            (made.State, made.Attributes) = (state, state as PickleTable ?? (state as PickleTuple)?.Items.OfType<PickleTable>().FirstOrDefault());
    }

    void Fill(PickleTable table, object?[] items)
    {
        Push(table);
        Set(items);
    }

    /// <summary>Entries of the dict on top; those of an object that is not known are dropped with it.</summary>
    void Set(object?[] items)
    {
        if (items.Length % 2 != 0) throw new TranslucentException("a dict has a key without a value");
        if (Peek() is PickleTable table)
            for (int i = 0; i < items.Length; i += 2) table.Set(items[i], items[i + 1]);
    }

    void Append(object?[] items)
    {
        if (Peek() is PickleList list) list.Items.AddRange(items);
    }

    void Skipped(long length)
    {
        int start = _reader.Position;
        _reader.Skip(length);
        Push(_whole ? new PickleBytes(start, (int)length) : s_bytes);
    }

    object? Recall(long index) => _memo.TryGetValue(index, out object? value) ? value
        : throw new TranslucentException($"value {index} is used before it is made");

    void Push(object? value) => _stack.Push(value);

    /// <summary>The value on top; a mark hides what lies below it.</summary>
    object? Peek() => _stack.Count > Floor ? _stack.Peek() : throw Empty();

    object? Pop() => _stack.Count > Floor ? _stack.Pop() : throw Empty();

    object?[] Pop(int count)
    {
        if (_stack.Count - Floor < count) throw Empty();
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--) items[i] = _stack.Pop();
        return items;
    }

    object?[] PopToMark()
    {
        if (_marks.Count == 0) throw new TranslucentException("an end has no beginning");
        int count = _stack.Count - _marks.Peek();
        object?[] items = Pop(count);
        _marks.Pop();
        return items;
    }

    int Floor => _marks.Count == 0 ? 0 : _marks.Peek();

    static TranslucentException Empty() => new("a value is missing");
}
