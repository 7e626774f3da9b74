using System.Runtime.InteropServices;
using Translucent.Files;
using Translucent.Tensors;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Tensors;

/// <summary>Every product against the plain one, bit for bit.</summary>
public unsafe class GemmTests
{
    public static TheoryData<string> Kernels => [.. GemmKernel.All.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name)];

    [Theory, MemberData(nameof(Kernels))]
    public void Every_height_and_width_of_tile_gives_the_promised_bits(string name)
    {
        for (int m = 1; m <= 26; m++)
            for (int n = 1; n <= 70; n += m % 3 + 1) Check(new Case(m, n, 37), GemmKernel.Choose(name));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Every_depth_gives_the_promised_bits(string name)
    {
        foreach (int k in (int[])[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 64, 197, 767, 768, 769, 1535, 1536, 1537])
            foreach (bool accumulate in (bool[])[false, true])
                Check(new Case(29, 41, k) { Accumulate = accumulate }, GemmKernel.Choose(name));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Every_stored_type_and_transpose_gives_the_promised_bits(string name)
    {
        foreach (ElementType left in Enum.GetValues<ElementType>())
            foreach (ElementType right in Enum.GetValues<ElementType>())
                for (int transposes = 0; transposes < 4; transposes++)
                    Check(new Case(43, 75, 801) { Left = left, Right = right, TransposeLeft = transposes % 2 == 1, TransposeRight = transposes / 2 == 1 },
                        GemmKernel.Choose(name));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void A_factor_is_multiplied_in_and_repeats_over_the_rows(string name)
    {
        foreach (int rows in (int[])[1, 3, 11, 40])
            Check(new Case(55, 35, 803) { FactorRows = rows }, GemmKernel.Choose(name));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Tall_and_wide_products_give_the_promised_bits(string name)
    {
        Check(new Case(259, 801, 30), GemmKernel.Choose(name));
        Check(new Case(401, 65, 790) { Accumulate = true }, GemmKernel.Choose(name));
        Check(new Case(1027, 130, 20) { TransposeRight = true }, GemmKernel.Choose(name));
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Rows_read_where_they_lie_and_rows_packed_give_the_promised_bits(string name)
    {
        foreach (int k in (int[])[511, 512, 513, 1024, 1536]) // rows of a multiple of 2 KiB are packed, all others are not
            foreach (bool transposed in (bool[])[false, true])
                foreach (int m in (int[])[37, 1100]) Check(new Case(m, 100, k) { TransposeLeft = transposed }, GemmKernel.Choose(name));
    }

    [Fact]
    public void A_right_operand_larger_than_the_shared_memory_is_packed_in_parts()
    {
        Case few = new(1, 37, 66_000), many = new(258, 37, 66_000); // 4 Mi numbers hold 63 columns, one panel of 32
        Assert.Equal(few.Plain(), few.RunSerial(packed: null));
        Assert.Equal(many.RunSerial(packed: null), many.Run(Compute.Default.Gemm));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        int before = Compute.Default.Threads;
        try
        {
            foreach ((int m, int n, int k) in (ReadOnlySpan<(int, int, int)>)[(197, 300, 800), (600, 197, 800), (1100, 70, 90)])
            {
                Compute.Default = Compute.Default.WithThreads(1);
                float[] one = new Case(m, n, k).Run(Compute.Default.Gemm);
                foreach (int threads in (int[])[2, 3, 8])
                {
                    Compute.Default = Compute.Default.WithThreads(threads);
                    Assert.True(MemoryMarshal.AsBytes(one.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(new Case(m, n, k).Run(Compute.Default.Gemm).AsSpan())));
                }
            }
        }
        finally { Compute.Default = Compute.Default.WithThreads(before); }
    }

    [Fact]
    public void The_epilogue_sees_every_final_element_once()
    {
        foreach ((int m, int n, int k) in (ReadOnlySpan<(int, int, int)>)[(5, 7, 0), (197, 333, 800), (600, 1000, 400), (1100, 900, 90)])
        {
            float[] plain = new Case(m, n, k).Run(Compute.Default.Gemm);
            int[] seen = new int[m * n];
            float[] found = new Case(m, n, k)
            {
                Epilogue = (row, column, values) =>
                {
                    for (int j = 0; j < values.Length; j++)
                    {
                        Interlocked.Increment(ref seen[row * n + column + j]);
                        values[j] *= row + column + j;
                    }
                },
            }.Run(Compute.Default.Gemm);
            Assert.Equal(-1, seen.AsSpan().IndexOfAnyExcept(1));
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++) plain[i * n + j] *= i + j;
            Assert.True(plain.AsSpan().SequenceEqual(found), $"{m} x {n} x {k}: other numbers than those of the product, each multiplied once");
        }
    }

    [Fact]
    public void A_product_without_rows_or_columns_writes_nothing()
    {
        Check(new Case(0, 5, 7), Compute.Default.Gemm);
        Check(new Case(5, 0, 7), Compute.Default.Gemm);
        Assert.Empty(new Case(0, 5, 7).RunSerial(packed: null));
        Assert.Empty(new Case(5, 0, 7).RunSerial(new PackedOperand()));
    }

    [Fact]
    public void A_factor_on_the_right_is_refused()
    {
        float x = 1;
        nint at = (nint)(&x);
        Assert.Throws<ArgumentException>(() =>
            Gemm.Multiply(Compute.Default, 1, 1, 1, new Operand((float*)at, 1), new Operand((void*)at, ElementType.Float32, 1, 1, (float*)at), (float*)at, 1));
    }

    [Fact]
    public void Serial_products_equal_the_plain_one()
    {
        foreach ((int m, int n, int k) in (ReadOnlySpan<(int, int, int)>)[(197, 64, 197), (591, 197, 64), (5, 3, 900)])
            foreach (bool accumulate in (bool[])[false, true])
                foreach (bool transpose in (bool[])[false, true])
                {
                    Case c = new(m, n, k) { Accumulate = accumulate, TransposeRight = transpose };
                    float[] expected = c.Plain();
                    Assert.Equal(expected, c.RunSerial(packed: null));
                    PackedOperand packed = new();
                    Assert.Equal(expected, c.RunSerial(packed));
                }
    }

    [Fact]
    public void Serial_products_allocate_nothing()
    {
        const int Times = 2000;
        Case c = new(13, 35, 50);
        PackedOperand packed = new();
        c.RunSerial(packed);
        c.RunSerial(packed: null);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Times; i++)
        {
            c.Product(packed);
            c.Product(packed: null);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Times * 16); // no object is so small; a collection may count some bytes
    }

    [Fact]
    public void A_packed_operand_of_another_shape_is_refused()
    {
        PackedOperand packed = new();
        float x = 1;
        packed.Pack(1, 1, new Operand(&x, 1), Compute.Default.Gemm);
        nint at = (nint)(&x);
        var e = Assert.Throws<ArgumentException>(() => Gemm.MultiplySerial(1, 1, 2, new Operand((float*)at, 2), packed, (float*)at, 1, false));
        Assert.Contains("[1, 1]", e.Message);
    }

    [Fact]
    public void An_operand_without_a_stride_of_one_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Operand(null, ElementType.Float32, 4, 2));

    [Fact]
    public void An_unknown_kernel_is_refused_by_naming_those_there_are()
    {
        var e = Assert.Throws<TranslucentException>(() => GemmKernel.Choose("fast"));
        Assert.Contains("'fast'", e.Message);
        Assert.Contains("scalar", e.Message);
    }

    static void Check(Case c, GemmKernel kernel)
    {
        float[] expected = c.Plain(), found = c.Run(kernel);
        for (int i = 0; i < expected.Length; i++)
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(found[i]))
                Assert.Fail($"{kernel.Name}, {c}, number {i}: expected {expected[i]:R}, found {found[i]:R}.");
    }

    /// <summary>A product of random matrices inside larger memory, whose surroundings must stay as they are.</summary>
    sealed record Case(int M, int N, int K)
    {
        public ElementType Left { get; init; }
        public ElementType Right { get; init; }
        public bool TransposeLeft { get; init; }
        public bool TransposeRight { get; init; }
        public int FactorRows { get; init; }
        public bool Accumulate { get; init; }
        public Epilogue? Epilogue { get; init; }

        int Ldc => N + 3;

        public float[] Plain() => With((a, b, c) => PlainProduct.Multiply(M, N, K, a, b, (float*)c, Ldc, Accumulate));

        public float[] Run(GemmKernel kernel) =>
            With((a, b, c) => Gemm.Multiply(new Compute(Compute.Default.Threads, kernel.Name), M, N, K, a, b, (float*)c, Ldc, Accumulate, Epilogue));

        public float[] RunSerial(PackedOperand? packed) => With((a, b, c) => Serial(packed, a, b, (float*)c));

        Tensor? _a, _b, _c;

        /// <summary>The serial product alone, on the memory of the last run.</summary>
        public void Product(PackedOperand? packed) =>
            Serial(packed, Operand(_a!, Left, M, K, TransposeLeft), Operand(_b!, Right, K, N, TransposeRight), _c!.Pointer);

        void Serial(PackedOperand? packed, Operand a, Operand b, float* c)
        {
            packed?.Pack(K, N, b, Compute.Default.Gemm);
            if (packed != null) Gemm.MultiplySerial(M, N, K, a, packed, c, Ldc, Accumulate);
            else Gemm.MultiplySerial(Compute.Default.Gemm, M, N, K, a, b, c, Ldc, Accumulate);
        }

        float[] With(Action<Operand, Operand, nint> product)
        {
            Random random = new(M * 31 + N * 7 + K);
            (_a, _b, _c) = (Fill(random, M * K, Left), Fill(random, K * N, Right), Fill(random, (M + 1) * Ldc, ElementType.Float32));
            Tensor factor = Fill(random, FactorRows * K, ElementType.Float32);
            float[] before = _c.ToArray();
            Operand a = Operand(_a, Left, M, K, TransposeLeft);
            if (FactorRows > 0) a = new Operand(a.Data, a.Type, a.RowStride, a.ColumnStride, factor.Pointer, FactorRows, K);
            product(a, Operand(_b, Right, K, N, TransposeRight), (nint)_c.Pointer);
            GC.KeepAlive(factor);

            float[] result = new float[M * N];
            for (int at = 0; at < before.Length; at++)
                if (at / Ldc < M && at % Ldc < N) result[at / Ldc * N + at % Ldc] = _c.Span[at];
                else Assert.Equal(before[at], _c.Span[at]);
            return result;
        }

        static Operand Operand(Tensor t, ElementType type, int rows, int columns, bool transposed) =>
            transposed ? new(t.Pointer, type, 1, rows) : new(t.Pointer, type, columns, 1);

        static Tensor Fill(Random random, int count, ElementType type)
        {
            Tensor t = new(count);
            for (int i = 0; i < count; i++)
            {
                float value = random.NextSingle() * 2 - 1;
                if (type == ElementType.Float32) t.Pointer[i] = value;
                else if (type == ElementType.Float16) ((Half*)t.Pointer)[i] = (Half)value;
                else ((ushort*)t.Pointer)[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
            }
            return t;
        }
    }
}
