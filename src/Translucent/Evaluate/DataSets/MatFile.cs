// MAT files of version 5 (MathWorks, "MAT-File Format", 2019, chapter 1), read as far as data sets need it: numbers, text, cells and structs, whole or
// compressed by zlib. Arrays are in column-major order.

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>A variable of a MAT file.</summary>
/// <param name="Name">As it is called; empty inside cells and structs.</param>
/// <param name="Shape">Rows, columns, ..</param>
/// <param name="Numbers">Of numbers and text, column by column; else empty.</param>
/// <param name="Cells">Of a cell array its elements; of structs the fields of the first element, then of the second, ..</param>
/// <param name="Fields">Names of the fields of structs; empty for a cell array.</param>
sealed record MatArray(string Name, int[] Shape, double[] Numbers, MatArray[] Cells, string[] Fields)
{
    /// <summary>The first element's field of a name.</summary>
    /// <exception cref="TranslucentException">There is none.</exception>
    public MatArray Field(string name) => Array.IndexOf(Fields, name) is int at and >= 0 && at < Cells.Length ? Cells[at]
        : throw new TranslucentException($"no field {Describe.Name(name)}, only {(Fields.Length == 0 ? "numbers" : Describe.Names(Fields))}");

    /// <summary>A matrix as labels of pixels.</summary>
    /// <exception cref="TranslucentException">It is no matrix of whole numbers.</exception>
    public LabelMap Labels(Func<int, int> of)
    {
        if (Shape is not [var height, var width] || Numbers.Length == 0)
            throw new TranslucentException($"{Describe.Shape(Shape)} values, expected a matrix");
        int[] values = new int[Numbers.Length];
        for (int x = 0, from = 0; x < width; x++)
            for (int y = 0; y < height; y++, from++)
                values[y * width + x] = Numbers[from] == (int)Numbers[from] ? of((int)Numbers[from])
                    : throw new TranslucentException($"a label is {Numbers[from]}, expected whole numbers");
        return new LabelMap(width, height, values);
    }
}

/// <summary>Reads MAT files.</summary>
static class MatFile
{
    const int Header = 128, Matrix = 14, Compressed = 15, Deepest = 16;
    const int MostBytes = 1 << 30; // of one variable

    /// <summary>A variable of a file.</summary>
    /// <exception cref="TranslucentException">There is none of that name, or the file is damaged or of another version; the message begins with its
    /// path.</exception>
    public static MatArray Read(string path, string variable)
    {
        if (!File.Exists(path)) throw new TranslucentException($"{path}: there is no such file.");
        try
        {
            List<string> names = [];
            foreach (MatArray array in Variables(File.ReadAllBytes(path)))
            {
                if (array.Name == variable) return array;
                names.Add(array.Name);
            }
            throw new TranslucentException($"no variable '{variable}', it holds {(names.Count == 0 ? "none" : Describe.Names(names))}");
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>The variables of a file in memory, in their order.</summary>
    public static IEnumerable<MatArray> Variables(byte[] file)
    {
        if (file.Length < Header || file[126] != (byte)'I' || file[127] != (byte)'M')
            throw new TranslucentException(file.Length >= Header && file[126] == (byte)'M' && file[127] == (byte)'I'
                ? "a MAT file of a big-endian machine; save it anew on another one" : "not a MAT file of version 5");
        if (file[125] != 1) throw new TranslucentException(
            $"a MAT file of version {(file[125] == 2 ? "7.3 (HDF5)" : file[125])}, expected 5; save it with -v7 in MATLAB or with scipy.io.savemat");
        for (int at = Header; at < file.Length;)
        {
            Element element = Element.Read(file, ref at);
            if (element.Type == Compressed)
            {
                int inner = 0;
                byte[] whole = Inflate(element.Data);
                element = Element.Read(whole, ref inner);
            }
            if (element.Type == Matrix) yield return Array(element.Data, 0);
        }
    }

    static byte[] Inflate(ArraySegment<byte> data)
    {
        try
        {
            using ZLibStream stream = new(new MemoryStream(data.Array!, data.Offset, data.Count), CompressionMode.Decompress);
            byte[] tag = new byte[8];
            stream.ReadExactly(tag);
            long size = BinaryPrimitives.ReadUInt32LittleEndian(tag.AsSpan(4));
            if (size > MostBytes || size > 1032L * data.Count)
                throw new TranslucentException($"a variable claims {size} bytes in {data.Count} compressed ones");
            byte[] whole = new byte[8 + size];
            tag.CopyTo(whole, 0);
            stream.ReadExactly(whole.AsSpan(8));
            return whole;
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // which of the two, zlib decides
        {
            throw new TranslucentException("compressed data are damaged or cut short");
        }
    }

    static MatArray Array(ArraySegment<byte> data, int depth)
    {
        if (depth > Deepest) throw new TranslucentException($"cells lie more than {Deepest} deep in cells");
        if (data.Count == 0) return new MatArray("", [0, 0], [], [], []); // an empty cell
        int at = 0, kind = Element.Read(data, ref at).Data is { Count: >= 8 } flags ? flags[0] : throw new TranslucentException("a variable without flags");
        int[] shape = [.. Element.Read(data, ref at).Numbers().Select(n => n is >= 0 and <= int.MaxValue ? (int)n :
            throw new TranslucentException("a size is wrong"))];
        string name = Element.Read(data, ref at).Text();
        long count = shape.Aggregate(1L, (product, side) => product * Math.Min(side, MostBytes) is var p && p <= MostBytes ? p
            : throw new TranslucentException($"{Describe.Name(name)} claims {Describe.Shape(shape)} values"));
        return kind switch
        {
            1 => new MatArray(name, shape, [], Cells(data, ref at, count, depth), []),
            2 => Struct(data, ref at, name, shape, count, depth),
            4 or (>= 6 and <= 15) => Element.Read(data, ref at).Numbers() is var numbers && numbers.Length == count
                ? new MatArray(name, shape, numbers, [], [])
                : throw new TranslucentException($"{Describe.Name(name)} has {numbers.Length} values, expected {Describe.Shape(shape)}"),
            _ => new MatArray(name, shape, [], [], []), // sparse arrays, objects, functions: passed over
        };
    }

    static MatArray Struct(ArraySegment<byte> data, ref int at, string name, int[] shape, long count, int depth)
    {
        int length = Element.Read(data, ref at).Numbers() is [var l] && l is >= 1 and <= 1024 ? (int)l :
            throw new TranslucentException("field names have no length");
        ArraySegment<byte> names = Element.Read(data, ref at).Data;
        string[] fields = [.. Enumerable.Range(0, names.Count / length).Select(i => Encoding.ASCII.GetString(names.Slice(i * length, length)).Split('\0')[0])];
        return new MatArray(name, shape, [], Cells(data, ref at, count * fields.Length, depth), fields);
    }

    static MatArray[] Cells(ArraySegment<byte> data, ref int at, long count, int depth)
    {
        if (count > (data.Count - at) / 8) throw new TranslucentException($"{count} cells are announced, and there is no room for them");
        MatArray[] cells = new MatArray[count];
        for (int i = 0; i < count; i++) cells[i] = Element.Read(data, ref at) is { Type: Matrix } cell ? Array(cell.Data, depth + 1)
            : throw new TranslucentException("a cell is no array");
        return cells;
    }

    /// <summary>A tagged piece of the file.</summary>
    readonly record struct Element(int Type, ArraySegment<byte> Data)
    {
        public static Element Read(ArraySegment<byte> data, ref int at)
        {
            if (data.Count - at < 8) throw new TranslucentException("it ends inside an array");
            uint tag = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at));
            bool small = tag >> 16 != 0; // up to 4 bytes lie in the tag itself
            uint size = small ? tag >> 16 : BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at + 4));
            int type = (int)(small ? tag & 0xFFFF : tag), from = at + (small ? 4 : 8);
            if (size > data.Count - from || (small && size > 4))
                throw new TranslucentException($"an array claims {size} bytes, and {data.Count - from} remain");
            int padded = small ? 8 : type == Compressed ? 8 + (int)size : 8 + (int)((size + 7L) / 8 * 8);
            at = (int)Math.Min((long)at + padded, data.Count);
            return new Element(type, data.Slice(from, (int)size));
        }

        public string Text() => Encoding.UTF8.GetString(Data);

        /// <summary>The values, whatever they are stored as.</summary>
        public double[] Numbers()
        {
            (int size, Func<ReadOnlySpan<byte>, double> read) = Reading(Type);
            double[] numbers = new double[Data.Count / size];
            for (int i = 0; i < numbers.Length; i++) numbers[i] = read(Data.AsSpan(i * size, size));
            return numbers;
        }

        static (int Size, Func<ReadOnlySpan<byte>, double> Read) Reading(int type) => type switch
        {
            1 => (1, b => (sbyte)b[0]),
            2 or 16 => (1, b => b[0]),
            3 => (2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
            4 or 17 => (2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
            5 => (4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
            6 => (4, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
            7 => (4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
            9 => (8, BinaryPrimitives.ReadDoubleLittleEndian),
            12 => (8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
            13 => (8, b => BinaryPrimitives.ReadUInt64LittleEndian(b)),
            _ => throw new TranslucentException($"values are stored as type {type}, expected numbers"),
        };
    }
}
