using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tests.Pictures;

namespace Translucent.Tests.Evaluate.DataSets;

/// <summary>A folder in the layout of a data set, with tiny pictures.</summary>
sealed class DataSetFolder : IDisposable
{
    readonly TempFolder _folder = new();

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    /// <summary>A grey photograph; whatever its name says it is a PNG file, which readers look at.</summary>
    public DataSetFolder Photo(string name, int width, int height) =>
        File(name, ImageFile.Encode(new Image(width, height, 3, [.. Enumerable.Repeat((byte)128, width * height * 3)])));

    /// <summary>A label image: grey (0), colours (2) or palette (3).</summary>
    public DataSetFolder Label(string name, int width, int[] values, int kind = 0) => File(name, LabelPng.Encode(width, values.Length / width, values,
        kind: kind));

    public DataSetFolder Text(string name, string content) => File(name, System.Text.Encoding.UTF8.GetBytes(content));

    public DataSetFolder File(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_folder[name])!);
        _folder.Add(name, content);
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
