using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Fuzz;

namespace Translucent.Tests.Evaluate.DataSets;

public class MatFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_matrix_is_turned_from_columns_to_rows(bool compressed)
    {
        using TempFolder folder = new();
        string path = folder.Add("a.mat", MatBuilder.File(compressed, MatBuilder.Matrix("other", [1, 1], [9]),
            MatBuilder.Matrix("gt", [2, 3], [1, 2, 3, 4, 5, 600], wide: true)));
        LabelMap labels = MatFile.Read(path, "gt").Labels(v => v);
        Assert.Equal((3, 2), (labels.Width, labels.Height));
        Assert.Equal([1, 3, 5, 2, 4, 600], labels.Values);
        Assert.Contains("it holds 'other', 'gt'", Assert.Throws<TranslucentException>(() => MatFile.Read(path, "img")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Structs_in_cells_are_reached()
    {
        byte[] people = MatBuilder.Cells("groundTruth",
            MatBuilder.Struct(("Boundaries", MatBuilder.Matrix("", [1, 2], [0, 1])), ("Segmentation", MatBuilder.Matrix("", [1, 2], [1, 2]))),
            MatBuilder.Struct(("Segmentation", MatBuilder.Matrix("", [1, 2], [7, 7]))));
        MatArray read = Assert.Single(MatFile.Variables(MatBuilder.File(compressed: true, people)));
        Assert.Equal([1, 2], read.Cells[0].Field("Segmentation").Numbers);
        Assert.Equal([7, 7], read.Cells[1].Field("Segmentation").Numbers);
        Assert.Contains("'Boundaries', 'Segmentation'", Assert.Throws<TranslucentException>(() => read.Cells[0].Field("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_ask_for_a_dictionary_are_refused()
    {
        byte[] file = MatBuilder.File(compressed: true, MatBuilder.Matrix("gt", [1, 1], [9]));
        (file[136], file[137]) = (0x78, 0xBB); // zlib reports this by an exception of its own
        Assert.Contains("damaged or cut short", Assert.Throws<TranslucentException>(() => MatFile.Variables(file).ToArray()).Message, StringComparison.Ordinal);
    }

    /// <summary>A length between 0 and 1 is none; names come from a file, too.</summary>
    [Fact]
    public void Lengths_of_field_names_and_names_of_fields_are_checked()
    {
        byte[] whole = MatBuilder.File(compressed: false, MatBuilder.Struct(("Segmentation", MatBuilder.Matrix("", [1, 1], [1]))));
        int at = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[5, 0, 4, 0, 32, 0, 0, 0]); // the length, a small element of type int32
        (whole[at], whole[at + 7]) = (7, 0x3E); // the float 0.125..
        Assert.Contains("no length", Assert.Throws<TranslucentException>(() => MatFile.Variables(whole).ToArray()).Message, StringComparison.Ordinal);
        MatArray read = new("gt", [1, 1], [], [], ["a"]);
        Assert.DoesNotContain('\n', Assert.Throws<TranslucentException>(() => read.Field("x\ny")).Message);
    }

    [Fact]
    public void Any_damage_is_one_line_and_never_another_exception()
    {
        byte[] whole = MatBuilder.File(compressed: false, MatBuilder.Cells("groundTruth", MatBuilder.Struct(("Segmentation", MatBuilder.Matrix("", [2, 2],
            [1, 2, 3, 4])))));
        for (int at = 125; at < whole.Length; at++)
            foreach (byte value in (byte[])[0, 1, 15, 0x7F, 0xFF])
            {
                byte[] damaged = [.. whole];
                damaged[at] = value;
                Try(damaged);
                Try(whole[..at]);
            }
        static void Try(byte[] file)
        {
            try
            {
                foreach (MatArray array in MatFile.Variables(file))
                    foreach (MatArray cell in array.Cells) cell.Field("Segmentation").Labels(v => v);
            }
            catch (TranslucentException)
            {
            }
        }
    }

    /// <summary>Found by the fuzzer.</summary>
    [Fact]
    public void Names_of_control_characters_are_shown_as_numbers()
    {
        byte[] file = MatBuilder.File(compressed: false, MatBuilder.Matrix("a\u0001\n", [2, 3], [1]));
        string message = Assert.Throws<TranslucentException>(() => MatFile.Variables(file).ToArray()).Message;
        Assert.Equal("'a\\u0001\\u000a' has 1 values, expected [2, 3]", message);
        using TempFolder folder = new();
        string path = folder.Add("a.mat", MatBuilder.File(compressed: false, MatBuilder.Matrix("a\u0001", [1, 1], [1])));
        Assert.Contains("it holds 'a\\u0001'", Assert.Throws<TranslucentException>(() => MatFile.Read(path, "gt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_of_hdf5_is_named()
    {
        byte[] file = MatBuilder.File(compressed: false, MatBuilder.Matrix("a", [1, 1], [1]));
        file[125] = 2;
        Assert.Contains("7.3", Assert.Throws<TranslucentException>(() => MatFile.Variables(file).ToArray()).Message, StringComparison.Ordinal);
    }
}
