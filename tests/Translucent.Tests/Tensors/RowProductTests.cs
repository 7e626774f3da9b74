using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

/// <summary>Products of a few rows against sums in float64, and their bits for any number of threads.</summary>
public sealed unsafe class RowProductTests
{
    [Theory]
    [InlineData(1, 1, 1), InlineData(1, 3, 7), InlineData(1, 4, 16), InlineData(2, 13, 40), InlineData(4, 66, 131), InlineData(1, 1500, 333),
        InlineData(3, 520, 1030)]
    public void A_product_is_the_sum_of_its_products(int rows, int outs, int ins)
    {
        Random random = new(outs);
        float[] x = Numbers(random, rows * ins);
        foreach (bool transposed in (bool[])[false, true])
        {
            Tensor single = new([outs * ins], Numbers(random, outs * ins));
            ushort[] brain = [.. single.ToArray().Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))];
            Half[] half = [.. single.ToArray().Select(v => (Half)v)];
            fixed (ushort* b = brain)
            fixed (Half* h = half)
            {
                Check(single.Pointer, ElementType.Float32, i => single.Span[i]);
                Check(b, ElementType.BFloat16, i => BitConverter.UInt32BitsToSingle((uint)brain[i] << 16));
                Check(h, ElementType.Float16, i => (float)half[i]);
            }

            void Check(void* data, ElementType type, Func<int, float> at)
            {
                Operand w = transposed ? new(data, type, 1, outs) : new(data, type, ins, 1);
                float[]? one = null;
                foreach (int threads in (int[])[1, 2, 5])
                {
                    Tensor y = new(rows, outs);
                    int told = 0;
                    fixed (float* from = x)
                        RowProduct.Multiply(new Compute(threads), rows, outs, ins, from, w, y.Pointer, (_, _, values)
                            => Interlocked.Add(ref told, values.Length));
                    Assert.Equal(rows * outs, told);
                    Assert.Equal(one ??= y.ToArray(), y.ToArray());
                }
                for (int r = 0; r < rows; r++)
                    for (int o = 0; o < outs; o++)
                    {
                        double sum = 0, size = 0;
                        for (int k = 0; k < ins; k++)
                        {
                            double product = (double)x[r * ins + k] * at(transposed ? k * outs + o : o * ins + k);
                            (sum, size) = (sum + product, size + Math.Abs(product));
                        }
                        Assert.InRange(one![r * outs + o], sum - 1e-6 * size, sum + 1e-6 * size); // some roundings of 6e-8 of the sizes that are added
                    }
            }
        }
    }

    static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
}
