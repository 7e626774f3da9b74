// The rows that a convolution multiplies: patches of pixels on the way up, outputs that read a pixel on the way down.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

sealed unsafe partial class Convolution
{
    const int RowsAtOnce = 96, FewRowsAtOnce = 48; // gathered by one thread at once: multiples of what the kernels take

    /// <summary>Writes one row of the left matrix.</summary>
    delegate void Gather(int row, float* into);

    /// <summary>C = rows·weightᵀ, rows gathered a few at a time, each by one thread.</summary>
    static void ByRows(Compute compute, int count, Matrix weight, Gather gather, Tensor into, bool accumulate, Action<int, Span<float>>? finish)
    {
        int depth = weight.Columns, outs = weight.Rows, size = count >= 16 * compute.Threads * RowsAtOnce ? RowsAtOnce : FewRowsAtOnce;
        PackedOperand packed = t_weights ??= new();
        packed.Pack(depth, outs, weight.Operand.Transposed, compute.Gemm);
        compute.For((count + size - 1) / size, block =>
        {
            int first = block * size, rows = Math.Min(size, count - first);
            float* left = Scratch.Floats(0, size * depth), c = into.Pointer + (long)first * outs;
            for (int r = 0; r < rows; r++) gather(first + r, left + (long)r * depth);
            Gemm.MultiplySerial(rows, outs, depth, new Operand(left, depth), packed, c, outs, accumulate);
            for (int r = 0; finish is not null && r < rows; r++) finish(first + r, new Span<float>(c + (long)r * outs, outs));
        });
    }

    /// <summary>Row i: the pixels under the kernel at output i, zeros outside the image.</summary>
    Gather Window(Tensor x, int[] y)
    {
        (int height, int width, int down, int across, int channels, int k) = (x.Shape[1], x.Shape[2], y[1], y[2], Channels, Kernel);
        return (row, into) =>
        {
            int image = row / (down * across), top = row / across % down * Stride - Padding, left = row % across * Stride - Padding;
            int from = Math.Clamp(-left, 0, k), end = Math.Clamp(width - left, 0, k); // columns of the kernel inside the image
            for (int i = 0; i < k; i++, into += k * channels)
            {
                Span<float> line = new(into, k * channels);
                int at = top + i;
                if (at < 0 || at >= height || from >= end)
                {
                    line.Clear();
                    continue;
                }
                line[..(from * channels)].Clear();
                new ReadOnlySpan<float>(x.Pointer + (((long)image * height + at) * width + left + from) * channels, (end - from) * channels)
                    .CopyTo(line[(from * channels)..]);
                line[(end * channels)..].Clear();
            }
        };
    }

    /// <summary>Row i: for every tap of the kernel the cotangents of the output that reads pixel i by it, zeros where none does.</summary>
    Gather Readers(Tensor g, int height, int width, int down, int across)
    {
        (int outs, int k) = (Weight.Rows, Kernel);
        return (row, into) =>
        {
            int image = row / (height * width), y = row / width % height + Padding, x = row % width + Padding;
            for (int i = 0; i < k; i++)
                for (int j = 0; j < k; j++, into += outs)
                {
                    Span<float> tap = new(into, outs);
                    (int line, int column) = ((y - i) / Stride, (x - j) / Stride);
                    bool reads = y >= i && x >= j && (y - i) % Stride == 0 && (x - j) % Stride == 0 && line < down && column < across;
                    if (reads) g.Row((image * down + line) * across + column).CopyTo(tap);
                    else tap.Clear();
                }
        };
    }

    /// <summary>The weights with inputs for outputs: [I, k·k·O].</summary>
    Matrix Turn()
    {
        Tensor weight = Weight.ToTensor();
        int taps = Kernel * Kernel, outs = Weight.Rows, ins = Channels;
        Tensor turned = new(ins, taps * outs);
        for (int o = 0; o < outs; o++)
            for (int tap = 0; tap < taps; tap++)
                for (int i = 0; i < ins; i++) turned.Row(i)[tap * outs + o] = weight.Row(o)[tap * ins + i];
        return new Matrix(turned, ins, taps * outs);
    }
}
