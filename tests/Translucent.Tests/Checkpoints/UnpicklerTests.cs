using Translucent.Checkpoints.Torch;
using Translucent.Files;

namespace Translucent.Tests.Checkpoints;

/// <summary>Pickles made to harm: nothing in them runs, and they take no more time or memory than their length allows.</summary>
public class UnpicklerTests
{
    [Fact]
    public void A_pickle_that_would_run_a_command_is_a_name_and_nothing_more()
    {
        string trace = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        byte[] pickle = new PickleBuilder().Global("posix", "system").Op("(").Text($"touch {trace}").Op("tR").Bytes;
        PickleObject made = Assert.IsType<PickleObject>(Unpickler.Read(pickle, "x", out IReadOnlyCollection<string> others));
        Assert.Equal("posix.system", made.Type.FullName);
        Assert.Equal(["posix.system"], others);
        Assert.False(File.Exists(trace));
    }

    [Fact]
    public void An_unknown_object_in_the_place_of_memory_is_refused()
    {
        PickleBuilder p = new PickleBuilder().Global("torch._utils", "_rebuild_tensor_v2").Op("(").Global("evil", "Storage").Op(")R").Number(0).Tuple(1)
            .Tuple(1).Op("tR");
        Refuse(p.Bytes, "a tensor is not made of storage, offset, shape and strides");
        Refuse(new PickleBuilder().Op("(").Text("storage").Global("evil", "Memory").Text("0").Text("cpu").Number(1).Op("tQ").Bytes, "a persistent id is not");
        Refuse(new PickleBuilder().Text("x").Op("Q").Bytes, "a persistent id is not");
        Refuse(new PickleBuilder().Text("os.system").Op(")R").Bytes, "something is made of no class");
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "", "a value is missing" },
        { "0", "a value is missing" },
        { "t", "an end has no beginning" },
        { "(N0t1", "an end has no beginning" },
        { "N(0", "a value is missing" },
        { "}(Nu", "a dict has a key without a value" },
        { "h\x05", "value 5 is used before it is made" },
        { "X\xff\xff\xff\xff", "4294967295 bytes are announced" },
        { "\x8d\xff\xff\xff\xff\xff\xff\xff\xff", "a text of 18446744073709551615 bytes is announced" },
        { "\x8b\xff\xff\xff\xff", "-1 bytes are announced" },
        { "\x8a\xff", "255 bytes are announced" },
        { "cposix", "it ends inside a name" },
        { "i", "opcode 0x69 is not one that torch.save writes" },
        { "o", "opcode 0x6f" },
        { "P", "opcode 0x50" },
        { "\x97", "opcode 0x97" },
        { "\x82\x01", "opcode 0x82" },
        { "\xff", "opcode 0xff" },
        { "NN\x93", "a class has no name" },
    };

    [Theory, MemberData(nameof(Broken))]
    public void A_broken_pickle_is_one_clear_line(string codes, string expected) => Refuse(new PickleBuilder().Op(codes).Bytes, expected);

    [Fact]
    public void A_pickle_without_an_end_is_cut_off() => Refuse([0x80, 2, (byte)'N'], "1 bytes are announced, but only 0 are left");

    [Fact]
    public void Depth_costs_nothing()
    {
        PickleBuilder p = new();
        for (int i = 0; i < 1_000_000; i++) p.Op("(");
        for (int i = 0; i < 1_000_000; i++) p.Op("t");
        Assert.IsType<PickleTuple>(Bounded(p.Bytes));
        p = new PickleBuilder().Op("}").Text("k");
        for (int i = 0; i < 100_000; i++) p.Op("}").Text("k");
        p.Op("N");
        for (int i = 0; i <= 100_000; i++) p.Op("s");
        object? deep = Bounded(p.Bytes);
        Assert.Contains("tables more than 64 deep", Assert.Throws<TranslucentException>(() => new TorchTables("x", 1 << 20).Collect(deep, "x")).Message);
    }

    [Fact]
    public void Tables_that_hold_each_other_are_not_walked_forever()
    {
        // each level holds the one below twice: two to the fiftieth paths in a few hundred bytes
        PickleBuilder p = new PickleBuilder().Op("}q\x00");
        for (int i = 1; i < 50; i++) p.Op("}").Op($"q{(char)i}").Op("(").Text("a").Op($"h{(char)(i - 1)}").Text("b").Op($"h{(char)(i - 1)}").Op("u");
        byte[] pickle = p.Bytes;
        object? top = Bounded(pickle);
        Assert.Contains("hold each other over and over", Assert.Throws<TranslucentException>(() => new TorchTables("x", pickle.Length).Collect(top, "x"))
            .Message);

        object? itself = Bounded(new PickleBuilder().Op("}q\x00").Text("a").Op("h\x00s").Bytes);
        Assert.Throws<TranslucentException>(() => new TorchTables("x", 1000).Collect(itself, "x"));
    }

    [Fact]
    public void Long_names_cannot_be_multiplied()
    {
        // a beginning of a thousand characters, written once, for many tensors of five bytes each
        PickleBuilder p = new PickleBuilder().Op("}").Text(new string('a', 1000)).Op("}(").Text("t").Tensor("FloatStorage", "0", 1, 0, [1]).Op("q\x01");
        for (int i = 0; i < 20_000; i++) p.Op($"M{(char)(i & 255)}{(char)(i >> 8)}h\x01");
        byte[] pickle = p.Op("us").Bytes;
        object? top = Bounded(pickle);
        Assert.Contains("hold each other over and over", Assert.Throws<TranslucentException>(() => new TorchTables("x", pickle.Length).Collect(top, "x"))
            .Message);
    }

    [Fact]
    public void Memory_is_a_small_multiple_of_the_length()
    {
        foreach (string codes in (string[])["}", "(", "]", "N", ")", "q\x01", "}\x94", "(t", "\x85", "K\x01"])
        {
            PickleBuilder p = new PickleBuilder().Op("N");
            for (int i = 0; i < 1 << 18; i++) p.Op(codes);
            byte[] pickle = p.Op("N").Bytes;
            long before = GC.GetAllocatedBytesForCurrentThread();
            Unpickler.Read(pickle, "x", out _);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 160L * pickle.Length); // doubling arrays included
        }
    }

    [Fact]
    public void Very_long_names_are_refused()
    {
        object? top = Bounded(new PickleBuilder().Op("}").Text(new string('a', 1025)).Tensor("FloatStorage", "0", 1, 0, [1]).Op("s").Bytes);
        Assert.Contains("a name of more than 1024 characters", Assert.Throws<TranslucentException>(() => new TorchTables("x", 1000).Collect(top, "x")).Message);
    }

    [Fact]
    public void Integers_of_every_length_are_read()
    {
        foreach (long value in (long[])[0, 1, -1, 127, 128, -128, -129, 65535, int.MinValue, long.MaxValue, long.MinValue])
            Assert.Equal(value, Unpickler.Read(new PickleBuilder().Number(value).Bytes, "x", out _));
        Assert.Equal(0L, Unpickler.Read(new PickleBuilder().Op("\x8a\x00").Bytes, "x", out _));
        Assert.Equal(-2L, Unpickler.Read(new PickleBuilder().Op("\x8a\x01\xfe").Bytes, "x", out _));
        Assert.Equal(254L, Unpickler.Read(new PickleBuilder().Op("\x8a\x02\xfe\x00").Bytes, "x", out _));
        Assert.IsType<PickleOpaque>(Unpickler.Read(new PickleBuilder().Op("\x8a\x09" + new string('\x01', 9)).Bytes, "x", out _));
    }

    static object? Bounded(byte[] pickle)
    {
        object? value = null;
        Assert.InRange(Effort.Seconds(() => value = Unpickler.Read(pickle, "x", out _)), 0, 5);
        return value;
    }

    static void Refuse(byte[] pickle, string expected)
    {
        string message = Assert.Throws<TranslucentException>(() => Unpickler.Read(pickle, "x", out _)).Message;
        Assert.StartsWith("x: the pickle in it is damaged or not of a checkpoint, near byte ", message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }
}
