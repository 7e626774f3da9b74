using System.Text;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Tests.Checkpoints;

public sealed class NpyTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new int[0], "()")]
    [InlineData(new[] { 6 }, "(6,)")]
    [InlineData(new[] { 2, 3 }, "(2, 3)")]
    [InlineData(new[] { 1, 2, 0 }, "(1, 2, 0)")]
    public void The_header_is_as_in_numpys_description_and_reads_back(int[] shape, string tuple)
    {
        float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (n, axis) => n * axis)).Select(i => i + 0.5f)];
        Npy.Write(_folder["x.npy"], new Tensor(shape, values));

        byte[] bytes = File.ReadAllBytes(_folder["x.npy"]);
        int length = BitConverter.ToUInt16(bytes, 8);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        Assert.Equal(0, (10 + length) % 64);
        Assert.Equal($"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}", Encoding.ASCII.GetString(bytes, 10, length).TrimEnd(' ', '\n'));
        Assert.Equal((byte)'\n', bytes[9 + length]);

        StoredTensor back = Npy.Read(_folder["x.npy"]);
        Assert.Equal("x", back.Name);
        Assert.Equal(shape, back.Shape.ToArray());
        Assert.Equal(values, back.ToTensor().ToArray());
    }

    [Fact]
    public void Every_type_reads_back()
    {
        Check<double>(StoredType.F64, 1e300);
        Check<float>(StoredType.F32, -0.5f);
        Check<Half>(StoredType.F16, (Half)1.5);
        Check<long>(StoredType.I64, long.MinValue);
        Check<int>(StoredType.I32, -7);
        Check<short>(StoredType.I16, -7);
        Check<sbyte>(StoredType.I8, -7);
        Check<ulong>(StoredType.U64, 7);
        Check<uint>(StoredType.U32, 7);
        Check<ushort>(StoredType.U16, 7);
        Check<byte>(StoredType.U8, 255);
        Check<bool>(StoredType.BOOL, true);

        void Check<T>(StoredType type, T value) where T : unmanaged
        {
            Npy.Write<T>(_folder["x.npy"], [1, 1], [value]);
            StoredTensor back = Npy.Read(_folder["x.npy"]);
            Assert.Equal(type, back.Type);
            Assert.Equal([1, 1], back.Shape.ToArray());
            Assert.True(back.Bytes.SequenceEqual(StoredTensor.From<T>("x", [1, 1], [value]).Bytes));
        }
    }

    public static TheoryData<string, string> Headers => new()
    {
        { "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "element type '>f4', expected one of <f8, <f4" },
        { "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "element type '|O'" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "element type" },
        { "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "fortran_order is 'True', expected False" },
        { "{'descr': '<f4', 'fortran_order': False, }", "has no 'shape'" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1", "'shape' of the header does not end" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "shape '(-1,)', expected whole numbers" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': 1, }", "shape '1', expected whole numbers" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,1), }", "expected whole numbers" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "expected whole numbers" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999), }", "takes more than 2147483647 bytes" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "4 bytes of data, but shape [2] of F32 takes 8" },
        { "", "has no 'descr'" },
    };

    [Theory, MemberData(nameof(Headers))]
    public void A_wrong_header_is_named(string header, string expected) =>
        Refuse([0x93, .. "NUMPY\x01\0"u8, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), 0, 0, 0, 0], expected);

    [Fact]
    public void Other_files_and_versions_are_named()
    {
        Refuse([.. "PK......................."u8], "does not start as a .npy file does");
        Refuse([.. "PK"u8], "holds 2 bytes, expected at least 12");
        Refuse([0x93, .. "NUMPY\x09\0    "u8], ".npy version 9.0");
        Refuse([0x93, .. "NUMPY\x01\0"u8, 200, 0, .. "{'descr'"u8], "it is cut off");
        Refuse([0x93, .. "NUMPY\x02\0"u8, 255, 255, 255, 255, .. "{'descr'"u8], "header of 4294967295 bytes");
    }

    [Fact]
    public void Version_2_reads_too()
    {
        byte[] text = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }\n"u8.ToArray();
        string path = _folder.Add("x.npy", [0x93, .. "NUMPY\x02\0"u8, .. BitConverter.GetBytes(text.Length), .. text, .. BitConverter.GetBytes(-3L)]);
        Assert.Equal([-3L], Npy.Read(path).ToInt64s());
    }

    [Fact]
    public void Writing_checks_its_arguments()
    {
        Assert.Contains("2 values, but shape [3] holds 3", Assert.Throws<ArgumentException>(() => Npy.Write<int>(_folder["x.npy"], [3], [1, 2])).Message);
        Assert.Throws<ArgumentException>(() => Npy.Write<char>(_folder["x.npy"], [1], ['a']));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    void Refuse(byte[] file, string expected)
    {
        string path = _folder.Add("x.npy", file);
        string message = Assert.Throws<TranslucentException>(() => Npy.Read(path)).Message;
        Assert.StartsWith($"{path}: ", message);
        Assert.Contains(expected, message);
    }
}
