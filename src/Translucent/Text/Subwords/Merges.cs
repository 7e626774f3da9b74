// The merges of byte-pair encoding, and their application (Sennrich, Haddow, Birch 2016, arXiv:1508.07909).

namespace Translucent.Text.Subwords;

/// <summary>Which two tokens become which one, and how early: a hash table with open addressing.</summary>
sealed class Merges
{
    (long Pair, int Rank, int Id)[] _slots = Empty(64);
    int _count;

    /// <summary>Adds a merge; a later one of the same pair replaces an earlier.</summary>
    public void Add(int left, int right, int rank, int id)
    {
        if (2 * ++_count > _slots.Length)
        {
            (long Pair, int Rank, int Id)[] old = _slots;
            _slots = Empty(2 * old.Length);
            foreach ((long Pair, int Rank, int Id) merge in old)
                if (merge.Pair >= 0) _slots[Slot(merge.Pair)] = merge;
        }
        long pair = Pair(left, right);
        _slots[Slot(pair)] = (pair, rank, id);
    }

    public bool TryGet(int left, int right, out int rank, out int id)
    {
        long pair = Pair(left, right);
        ref (long Pair, int Rank, int Id) slot = ref _slots[Slot(pair)];
        (rank, id) = (slot.Rank, slot.Id);
        return slot.Pair == pair;
    }

    /// <summary>Where a pair is, or would be.</summary>
    int Slot(long pair)
    {
        int mask = _slots.Length - 1, slot = (int)((ulong)pair * 0x9E3779B97F4A7C15 >> 32) & mask;
        while (_slots[slot].Pair is >= 0 and long other && other != pair) slot = (slot + 1) & mask;
        return slot;
    }

    static long Pair(int left, int right) => (long)left << 32 | (uint)right;

    static (long Pair, int Rank, int Id)[] Empty(int size)
    {
        (long Pair, int Rank, int Id)[] slots = new (long, int, int)[size];
        Array.Fill(slots, (-1, 0, 0));
        return slots;
    }
}

/// <summary>A word on its way from characters to tokens: a linked list of tokens, and a queue of the merges that are possible in it.</summary>
/// <remarks>Of n characters, at most 3 n merges enter the queue: n log n in all, however long the word.</remarks>
sealed class Word(Merges merges)
{
    struct Symbol
    {
        public int Id, Bytes, Previous, Next; // Bytes 0: merged into the one before
    }

    readonly KeyQueue _queue = new(); // of keys: a merge's rank, and behind it the place of the left token
    Symbol[] _symbols = new Symbol[32];
    int _count;

    /// <summary>How many merges were queued and taken since the beginning; a measure of the work.</summary>
    public long Steps { get; private set; }

    public void Clear() => _count = 0;

    /// <summary>Appends a token of so many UTF-8 bytes of the text.</summary>
    public void Add(int id, int bytes)
    {
        if (_count == _symbols.Length) Array.Resize(ref _symbols, 2 * _count);
        _symbols[_count] = new Symbol { Id = id, Bytes = bytes, Previous = _count - 1, Next = _count + 1 };
        _count++;
    }

    /// <summary>Merges until none is possible: the earliest first, of equal ones the leftmost.</summary>
    public void Merge()
    {
        for (int i = 0; i + 1 < _count; i++)
            if (Key(i, i + 1) is >= 0 and long key) _queue.Add(key);
        _queue.Sort();
        while (_queue.TryPop(out long merge))
        {
            Steps++;
            int at = (int)merge;
            ref Symbol left = ref _symbols[at];
            if (left.Bytes == 0 || left.Next >= _count) continue;
            Symbol right = _symbols[left.Next];
            if (!merges.TryGet(left.Id, right.Id, out int rank, out int id) || rank != merge >> 32) continue; // one of the two is another by now

            _symbols[left.Next].Bytes = 0;
            (left.Id, left.Bytes, left.Next) = (id, left.Bytes + right.Bytes, right.Next);
            if (right.Next < _count) _symbols[right.Next].Previous = at;
            if (left.Previous >= 0 && Key(left.Previous, at) is >= 0 and long before) _queue.Push(before);
            if (left.Next < _count && Key(at, left.Next) is >= 0 and long behind) _queue.Push(behind);
        }
    }

    /// <summary>The tokens in order, with their lengths in bytes.</summary>
    public IEnumerable<(int Id, int Bytes)> Tokens
    {
        get
        {
            for (int i = 0; i < _count; i = _symbols[i].Next) yield return (_symbols[i].Id, _symbols[i].Bytes);
        }
    }

    /// <summary>The key of the merge of two neighbours; -1 when there is none.</summary>
    long Key(int left, int right)
    {
        if (!merges.TryGet(_symbols[left].Id, _symbols[right].Id, out int rank, out _)) return -1;
        Steps++;
        return (long)rank << 32 | (uint)left;
    }
}
