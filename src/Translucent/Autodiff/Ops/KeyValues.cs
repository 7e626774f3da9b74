// Keys and values of the tokens that one attention has read, so that a text which grows is not computed again from its beginning.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>What one attention remembers of a text, [1, n, Hkv·D] each. Apart from any tape.</summary>
sealed class KeyValues
{
    const int FirstRoom = 64; // tokens

    Tensor? _keys, _values;

    /// <summary>n, how many tokens were read.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of both.</summary>
    public long Bytes => 2L * sizeof(float) * (_keys?.Length ?? 0);

    /// <summary>Adds the keys and values of new tokens, [1, N, Hkv·D].</summary>
    /// <returns>All of them, n tokens, until the next are added.</returns>
    public (Tensor Keys, Tensor Values) Append(Tensor keys, Tensor values)
    {
        _keys = With(_keys, keys);
        _values = With(_values, values);
        Count += keys.Rows;
        return (_keys.First(1, Count, keys.Width), _values.First(1, Count, values.Width));
    }

    Tensor With(Tensor? memory, Tensor rows)
    {
        int needed = Count + rows.Rows;
        if (memory is null || memory.Rows < needed)
        {
            Tensor larger = Tensor.Uninitialized(Math.Max(Math.Max(FirstRoom, needed), 2 * Count), rows.Width);
            memory?.Span[..(Count * rows.Width)].CopyTo(larger.Span);
            memory = larger;
        }
        rows.Span.CopyTo(memory.Span[(Count * rows.Width)..]);
        return memory;
    }
}
