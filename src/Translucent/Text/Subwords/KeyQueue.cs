// A priority queue of numbers: a sorted run of those known at the beginning, and a heap with four children (Johnson 1975) of those that come later.
// Eight bytes each, and no heap for most, so that long words stay in the cache.

namespace Translucent.Text.Subwords;

/// <summary>Numbers; the least comes out first.</summary>
sealed class KeyQueue
{
    const int Children = 4;

    long[] _run = new long[64], _heap = new long[64];
    int _next, _end, _count; // of the run: the next and the end; of the heap: how many

    /// <summary>Appends a number to the run, before <see cref="Sort"/>.</summary>
    public void Add(long key)
    {
        if (_end == _run.Length) Array.Resize(ref _run, 2 * _end);
        _run[_end++] = key;
    }

    /// <summary>Ends the run.</summary>
    public void Sort() => _run.AsSpan(_next, _end - _next).Sort();

    /// <summary>Adds a number at any time.</summary>
    public void Push(long key)
    {
        if (_count == _heap.Length) Array.Resize(ref _heap, 2 * _count);
        int at = _count++;
        while (at > 0 && _heap[(at - 1) / Children] is long above && above > key)
        {
            _heap[at] = above;
            at = (at - 1) / Children;
        }
        _heap[at] = key;
    }

    /// <summary>Takes the least; false when there is none.</summary>
    public bool TryPop(out long least)
    {
        if (_next < _end && (_count == 0 || _run[_next] <= _heap[0]))
        {
            least = _run[_next++];
            return true;
        }
        if (_next == _end) (_next, _end) = (0, 0);
        least = _heap[0];
        if (_count == 0) return false;
        Sink(_heap[--_count]);
        return true;
    }

    /// <summary>Puts a number in the place of the least.</summary>
    void Sink(long key)
    {
        int at = 0;
        for (int child; (child = Children * at + 1) < _count;)
        {
            int end = Math.Min(child + Children, _count);
            for (int other = child + 1; other < end; other++)
                if (_heap[other] < _heap[child]) child = other;
            if (_heap[child] >= key) break;
            _heap[at] = _heap[child];
            at = child;
        }
        _heap[at] = key;
    }
}
