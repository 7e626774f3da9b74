// What an SVG document holds, for tests: its size, its texts, its embedded pictures.

using System.Globalization;
using System.Xml.Linq;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Pictures;

/// <summary>A document that was parsed as XML, with its pictures decoded.</summary>
sealed record SvgFile(double Width, double Height, XElement Root)
{
    const string Start = "data:image/png;base64,";

    public static SvgFile Read(string path) => Parse(File.ReadAllText(path));

    public static SvgFile Parse(string svg)
    {
        XElement root = XElement.Parse(svg);
        return new(Number(root, "width"), Number(root, "height"), root);
    }

    public static SvgFile Of(Figure figure) => Parse(figure.ToSvg("a figure"));

    public string[] Texts => [.. Elements("text").Select(e => e.Value)];

    public Image[] Pictures => [.. Elements("image").Select(Decode)];

    public IEnumerable<XElement> Elements(string name) => Root.Descendants().Where(e => e.Name.LocalName == name);

    public static double Number(XElement element, string attribute) => double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);

    static Image Decode(XElement element)
    {
        string data = (string)element.Attribute("href")!;
        Assert.StartsWith(Start, data);
        return ImageFile.Decode(Convert.FromBase64String(data[Start.Length..]));
    }
}
