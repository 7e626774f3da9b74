// Row-major bytes of an array whose elements lie at regular steps (PyTorch's strides): element [i, j, ..] at i·s0 + j·s1 + ..

using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>Brings arrays of any strides into row-major order.</summary>
static unsafe class StridedCopy
{
    /// <summary>Whether elements follow each other in row-major order without gaps; axes of length 1 may have any stride.</summary>
    public static bool IsRowMajor(ReadOnlySpan<int> shape, ReadOnlySpan<long> strides)
    {
        Int128 step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] == 0) return true;
            if (shape[axis] > 1 && strides[axis] != step) return false;
            step *= shape[axis];
        }
        return true;
    }

    /// <summary>The elements in row-major order, in a pinned array.</summary>
    /// <param name="from">Element [0, 0, ..].</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="shape">The length of each axis.</param>
    /// <param name="strides">Elements from one index of an axis to the next.</param>
    public static byte[] Gather(byte* from, int size, int[] shape, long[] strides)
    {
        long count = 1;
        foreach (int axis in shape) count *= axis;
        byte[] to = LateBytes.Allocate(count * size);
        if (count == 0) return to;
        int[] index = new int[shape.Length];
        long at = 0;
        for (long element = 0; element < count; element++)
        {
            new ReadOnlySpan<byte>(from + at * size, size).CopyTo(to.AsSpan((int)(element * size)));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++index[axis] < shape[axis]) break;
                at -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return to;
    }
}
