using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Tests.Checkpoints;

/// <summary>Every way in which a file can be wrong, and the words of its error.</summary>
public sealed class SafetensorsErrorTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Headers over four bytes of data, and what the message must say.</summary>
    public static TheoryData<string, string> Headers => new()
    {
        { "", "header is not JSON" },
        { "nonsense", "header is not JSON" },
        { "[]", "header is an array, expected an object" },
        { "\"x\"", "header is text, expected an object" },
        { "{", "header is not JSON" },
        { "{} {}", "header is not JSON" },
        { """{"a":1}""", "'a' is a number, expected an object" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""", "'a' occurs twice" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""", "'a' occurs twice" },
        { """{"a":{"shape":[1],"data_offsets":[0,4]}}""", "'a': has no dtype" },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", "'a': has no shape" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", "'a': has no data_offsets" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "two dtypes" },
        { """{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", "two shapes" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""", "two data_offsets" },
        { """{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", "dtype is a number, expected text" },
        { """{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", "dtype 'F31', expected one of F64, F32, F16, BF16" },
        { """{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", "dtype 'f32', expected one of" },
        { """{"a":{"dtype":"1","shape":[1],"data_offsets":[0,4]}}""", "dtype '1', expected one of" },
        { """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", "shape is a number, expected an array" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "shape holds text, expected whole numbers" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "shape holds a number that is negative, fractional or too large" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "shape holds a number that is negative, fractional or too large" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", "shape holds a number that is negative, fractional or too large" },
        { """{"a":{"dtype":"F32","shape":[4294967296],"data_offsets":[0,4]}}""", "axis 0 has length 4294967296" },
        { """{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,0],"data_offsets":[0,0]}}""", "more than 2^63-1 bytes" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "data_offsets holds 1 numbers, expected [begin, end]" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,-4]}}""", "data_offsets holds a number that is negative" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "data_offsets [4, 0] are reversed" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "data_offsets [0, 4] span 4 bytes, but shape [2] of F32 takes 8" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "ends at byte 8 of the data, but only 4 bytes follow the header; the file is cut off" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}""", "only 4 bytes follow the header" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
            "'b': starts at byte 2, inside the tensor that ends at 3" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "inside the tensor that ends at 4" },
        { """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
            "'b': starts at byte 2, leaving a hole after byte 1" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "leaving a hole after byte 0" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "4 bytes follow the header, but its tensors take 3" },
        { "{}", "4 bytes follow the header, but its tensors take 0" },
        { """{"__metadata__":[]}""", "'__metadata__' is an array, expected an object" },
        { """{"__metadata__":{"a":1}}""", "__metadata__ 'a' is a number, expected text" },
        { """{"__metadata__":{"a":"1","a":"1"}}""", "__metadata__ 'a' occurs twice" },
        { """ {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "header begins with 0x20, expected '{'" },
        { "\uFEFF{}", "header is not JSON" },
        { "{}\0", "header is not JSON" },
        { "{}//", "header is not JSON" },
        { """{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' occurs twice" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],}}""", "header is not JSON" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,99999999999999999999]}}""",
            "data_offsets holds a number that is negative, fractional or too large" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,8]}}""", "data_offsets holds 3 numbers" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4e0]}}""", "data_offsets holds a number that is negative, fractional or too large" },
        { """{"a":{"dtype":"U8","shape":[NaN],"data_offsets":[0,4]}}""", "header is not JSON" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""",
            "'b': starts at byte 2, inside the tensor that ends at 4" },
        { """{"a":{"dtype":"F64","shape":[2147483647,2147483647],"data_offsets":[0,4]}}""", "more than 2^63-1 bytes" },
        { """{"a":{"dtype":"F64","shape":[0,2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""",
            "span 4 bytes, but shape [0, 2147483647, 2147483647, 2147483647] of F64 takes 0" },
        { """{"a":{"dtype":"F4","shape":[8],"data_offsets":[0,4]}}""", "dtype 'F4', expected one of" },
        { """{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "an escape that is not a character" },
        { """{"a":{"dtype":"U8","x":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]],"shape":[4],"data_offsets":[0,4]}}""", "header is not JSON" },
    };

    [Theory, MemberData(nameof(Headers))]
    public void A_wrong_header_is_named_in_one_line(string header, string expected) => Check(SafetensorsTests.Raw(header, new byte[4]), expected);

    [Fact]
    public void An_empty_file() => Check([], "holds 0 bytes, expected at least 8");

    [Fact]
    public void A_file_shorter_than_the_header_length() => Check([1, 0, 0], "holds 3 bytes, expected at least 8");

    [Fact]
    public void A_header_beyond_the_file() => Check([100, 0, 0, 0, 0, 0, 0, 0, (byte)'{'], "header of 100 bytes, but only 1 bytes follow; the file is cut off");

    [Fact]
    public void A_header_of_absurd_length() => Check([.. Enumerable.Repeat((byte)255, 16)], "header length 18446744073709551615, expected at most 100000000");

    [Fact]
    public void A_header_of_a_hundred_megabytes_and_one_is_refused_before_it_is_read()
    {
        string path = _folder.Add("huge", BitConverter.GetBytes(100_000_001L));
        using (FileStream file = File.OpenWrite(path)) file.SetLength(200_000_000); // a hole
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("header length 100000001, expected at most 100000000", Assert.Throws<TranslucentException>(() => Safetensors.Open(path)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_shape_of_a_million_axes_takes_a_small_multiple_of_the_header()
    {
        string header = $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat("1", 1_000_000))}}},4],"data_offsets":[0,4]}}""";
        string path = _folder.Add("axes", SafetensorsTests.Raw(header, new byte[4]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        using (Safetensors file = Safetensors.Open(path)) Assert.Equal(4, file["a"].Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32L * header.Length);
    }

    [Fact]
    public void A_header_that_is_not_text() => Check([4, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xFF, 0xFE, (byte)'}'], "header is not UTF-8");

    [Fact]
    public void A_truncated_file_at_every_length()
    {
        byte[] whole = File.ReadAllBytes(Golden.File("vision/vit/input.safetensors"));
        for (int length = 0; length < whole.Length; length += 97)
        {
            string path = _folder.Add("cut", whole[..length]);
            Assert.Throws<TranslucentException>(() => Safetensors.Open(path));
        }
    }

    [Fact]
    public void A_name_with_line_breaks_and_endless_length_still_makes_one_short_line() =>
        Check(SafetensorsTests.Raw($$$"""{"a\nb{{{new string('x', 5000)}}}":{}}""", []), "'a\\u000ab");

    [Fact]
    public void A_folder_and_a_missing_file_are_told_apart()
    {
        Assert.Contains("is a folder", Assert.Throws<TranslucentException>(() => Safetensors.Open(_folder.Path)).Message);
        Assert.Contains("none.safetensors", Assert.Throws<TranslucentException>(() => Safetensors.Open(_folder["none.safetensors"])).Message);
    }

    [Fact]
    public void A_link_is_as_long_as_its_target_and_a_dangling_one_is_missing()
    {
        Safetensors.Write(_folder["t"], [StoredTensor.From<byte>("a", [1], [1])]);
        File.CreateSymbolicLink(_folder["link"], "t"); // the text of the link is shorter than any file may be
        using (Safetensors file = Safetensors.Open(_folder["link"])) Assert.Single(file.Names);
        File.Delete(_folder["t"]);
        Assert.Throws<TranslucentException>(() => Safetensors.Open(_folder["link"]));
    }

    void Check(byte[] file, string expected)
    {
        string path = _folder.Add("x.safetensors", file);
        string message = Assert.Throws<TranslucentException>(() => Safetensors.Open(path)).Message;
        Assert.StartsWith($"{path}: ", message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 1, 500);
    }
}
