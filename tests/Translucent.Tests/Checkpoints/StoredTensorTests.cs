using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Tests.Checkpoints;

public class StoredTensorTests
{
    [Fact]
    public void Every_float16_and_bfloat16_widens_exactly()
    {
        ushort[] all = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        Tensor half = StoredTensor.From("h", [65536], StoredType.F16, MemoryMarshal.AsBytes<ushort>(all)).ToTensor();
        Tensor brain = StoredTensor.From("b", [65536], StoredType.BF16, MemoryMarshal.AsBytes<ushort>(all)).ToTensor();
        for (int i = 0; i < all.Length; i++)
        {
            Assert.True(half.Span[i].Equals(PlainHalf(i)), $"float16 {i:x4}");
            Assert.Equal(i << 16, BitConverter.SingleToInt32Bits(brain.Span[i]));
        }
    }

    /// <summary>binary16 by its definition: sign, 5 bits of exponent, 10 of fraction.</summary>
    static float PlainHalf(int bits)
    {
        int exponent = bits >> 10 & 31, fraction = bits & 1023;
        double size = exponent == 31 ? (fraction == 0 ? double.PositiveInfinity : double.NaN)
            : exponent == 0 ? Math.ScaleB(fraction, -24) : Math.ScaleB(1024 + fraction, exponent - 25);
        return (float)(bits >> 15 == 1 ? -size : size);
    }

    [Fact]
    public void Doubles_narrow_to_the_nearest_float_with_ties_to_even_and_overflow_to_infinity()
    {
        double ulp = Math.ScaleB(1, -23);
        double[] values = [1 + ulp / 2, 1 + 1.5 * ulp, 1 + 0.50001 * ulp, 1e39, -1e39, 1e-46];
        float[] expected = [1, (float)(1 + 2 * ulp), (float)(1 + ulp), float.PositiveInfinity, float.NegativeInfinity, 0];
        Assert.Equal(expected, StoredTensor.From<double>("d", [6], values).ToTensor().ToArray());
    }

    [Fact]
    public void Integers_of_every_type_come_back() =>
        Prop.ForAll<long[]>(values =>
        {
            int[] shape = [values.Length];
            Assert.Equal(values, StoredTensor.From<long>("x", shape, values).ToInt64s());
            Assert.Equal(values.Select(v => (long)(int)v), StoredTensor.From<int>("x", shape, [.. values.Select(v => (int)v)]).ToInt64s());
            Assert.Equal(values.Select(v => (long)(short)v), StoredTensor.From<short>("x", shape, [.. values.Select(v => (short)v)]).ToInt64s());
            Assert.Equal(values.Select(v => (long)(sbyte)v), StoredTensor.From<sbyte>("x", shape, [.. values.Select(v => (sbyte)v)]).ToInt64s());
            Assert.Equal(values.Select(v => (long)(uint)v), StoredTensor.From<uint>("x", shape, [.. values.Select(v => (uint)v)]).ToInt64s());
            Assert.Equal(values.Select(v => (long)(ushort)v), StoredTensor.From<ushort>("x", shape, [.. values.Select(v => (ushort)v)]).ToInt64s());
            Assert.Equal(values.Select(v => (long)(byte)v), StoredTensor.From<byte>("x", shape, [.. values.Select(v => (byte)v)]).ToInt64s());
            Assert.Equal(values.Select(v => (double)v), StoredTensor.From<long>("x", shape, values).ToDoubles());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Booleans_are_bytes() => Assert.Equal([1, 0], StoredTensor.From<bool>("x", [2], [true, false]).ToBytes());

    [Fact]
    public void Brain_floats_read_as_doubles() =>
        Assert.Equal([1.5, -2], StoredTensor.From("x", [2], StoredType.BF16, [0xC0, 0x3F, 0x00, 0xC0]).ToDoubles());

    [Fact]
    public void Asking_for_the_wrong_type_names_what_is_there()
    {
        StoredTensor integers = StoredTensor.From<long>("ids", [1], [1]), floats = StoredTensor.From<float>("w", [1], [1]),
            huge = StoredTensor.From<ulong>("u", [1], [ulong.MaxValue]);
        Assert.Contains("'ids' [1]: holds I64, expected F64, F32, F16 or BF16", Assert.Throws<TranslucentException>(() => integers.ToTensor()).Message);
        Assert.Contains("'w' [1]: holds F32, expected integers", Assert.Throws<TranslucentException>(() => floats.ToInt64s()).Message);
        Assert.Contains("expected U8 or BOOL", Assert.Throws<TranslucentException>(() => floats.ToBytes()).Message);
        Assert.Contains("does not fit Int64", Assert.Throws<TranslucentException>(() => huge.ToInt64s()).Message);
    }

    [Fact]
    public void Values_must_fill_the_shape()
    {
        Assert.Contains("8 bytes given, but shape [3] of F32 takes 12", Assert.Throws<ArgumentException>(() => StoredTensor.From<float>("x", [3], [1, 2]))
            .Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => StoredTensor.From<float>("x", [-1], [1]));
        Assert.Throws<ArgumentException>(() => StoredTensor.From<decimal>("x", [1], [1m]));
    }
}
