// The TSV files of bottom-up attention for whole data sets: many gigabytes, so one pass notes where the line of each picture begins.

using System.Globalization;
using System.Text;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>The regions of many pictures in one file, read picture by picture. It is used by one thread at a time.</summary>
sealed class RegionTable : IDisposable
{
    const int Block = 1 << 20, LongestId = 256;

    readonly string _path;
    readonly FileStream _file;
    readonly Dictionary<string, (long Start, int Line)> _places = new(StringComparer.Ordinal);
    readonly Dictionary<long, (long Start, int Line)> _numbers = [];
    int _lines;

    RegionTable(string path) => (_path, _file) = (path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, Block));

    /// <summary>How many pictures the file has.</summary>
    public int Count => _places.Count;

    /// <summary>Opens a file and finds its lines.</summary>
    /// <param name="path">The file, in one of the forms of <see cref="RegionFeatures"/>.</param>
    /// <param name="stop">Stops between two blocks of the file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static RegionTable Open(string path, CancellationToken stop = default)
    {
        RegionTable table = new(path);
        try
        {
            table.Scan(stop);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>The regions of a picture.</summary>
    /// <param name="image">Its id.</param>
    /// <exception cref="TranslucentException">The file does not have the picture, or its line is damaged.</exception>
    public RegionFeatures Read(long image)
    {
        if (!_places.TryGetValue(image.ToString(CultureInfo.InvariantCulture), out (long Start, int Line) place) && !_numbers.TryGetValue(image, out place))
            throw new TranslucentException($"{_path}: none of its {_lines} lines is of the picture '{image}'.");
        _file.Position = place.Start;
        using StreamReader reader = new(_file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, Block, leaveOpen: true);
        return RegionFeatures.OfLine(_path, place.Line, reader.ReadLine() ?? "");
    }

    void Scan(CancellationToken stop)
    {
        byte[] block = new byte[Block];
        List<byte> id = [];
        bool naming = true; // inside the first cell of a line
        long start = 0, before = 0;
        for (int read; (read = _file.Read(block)) > 0; before += read)
        {
            stop.ThrowIfCancellationRequested();
            for (int at = 0; at < read;)
            {
                ReadOnlySpan<byte> rest = block.AsSpan(at, read - at);
                int end = naming ? rest.IndexOfAny((byte)'\t', (byte)'\n') : rest.IndexOf((byte)'\n');
                if (naming && id.Count < LongestId) id.AddRange(end < 0 ? rest : rest[..end]);
                if (end < 0) break;
                at += end + 1;
                if (rest[end] == (byte)'\t')
                {
                    naming = false;
                    Note(Encoding.UTF8.GetString([.. id]).Trim('\uFEFF'), (start, _lines + 1));
                    continue;
                }
                _lines++;
                (start, naming) = (before + at, true);
                id.Clear();
            }
        }
        if (start < before) _lines++; // the last line has no end
    }

    void Note(string id, (long, int) place)
    {
        _places.TryAdd(id, place);
        if (long.TryParse(id, CultureInfo.InvariantCulture, out long number)) _numbers.TryAdd(number, place);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
