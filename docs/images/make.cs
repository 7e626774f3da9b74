#:project ../../src/Translucent.Pictures/Translucent.Pictures.csproj
#:property PublishAot=false

// Draws docs/images/chelsea.svg, the picture of the README: dotnet run -c Release docs/images/make.cs
// Every panel is what the command writes for the same photograph, smaller.

using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Segment;
using Translucent.Tensors;

const int Layer = 7, Width = 300;

Image original = ImageFile.Read("samples/chelsea.png");
using VisionTransformer model = VisionModels.Open("models/cifar10-vit");
Tensor pixels = model.Preprocessor.Apply(original);
using Trace trace = model.Forward(pixels.Reshape([1, .. pixels.Shape]));
Image photo = Resize.Within(original, Width);
InputGeometry geometry = model.Preprocessor.Geometry(original).Scaled(photo.Width, photo.Height);
int n = trace.Grid.Count, rows = trace.Grid.Rows, columns = trace.Grid.Columns;

int best = trace.Logits.Span.IndexOf(trace.Logits.ToArray().Max());
Tensor tokens = Ultra.Explain(trace, Layer, TokenFunction.S, [.. Enumerable.Range(trace.Grid.Prefix, n)]).Maps.Reshape(n, rows, columns);

List<(Figure, string)> panels =
[
    (Figure.Of(photo), $"the model says: {model.Labels[best]}, {trace.Probabilities().Span[best]:P1}"),
    (Figure.Of(Over(ClassMethods.Named("gae").Explain(trace, [best]).Maps.Reshape(rows, columns))), $"what decided for {model.Labels[best]}"),
    (Figure.Of(Segments()), "tokens grouped by their maps"),
    (Figure.Of(Token(4, 4)), "a token on one eye: both eyes"),
    (Figure.Of(Token(1, 7)), "a token on one ear: both ears"),
    (Figure.Of(Token(7, 5)), "a token on the nose: nose and chin"),
];
File.WriteAllText("docs/images/chelsea.svg", Sheet.Of(panels, columns: 3).ToSvg("A cat; what decided for \"cat\"; segments; what three tokens mean"));

Image Over(Tensor map) => Overlay.Blend(photo, geometry.Lay(map), ColorScale.Of(map, ColorMap.Turbo));

Image Token(int row, int column)
{
    Tensor map = new([rows, columns], tokens.Span.Slice(((row - 1) * columns + column - 1) * n, n));
    return Marker.Frame(Over(map), geometry.Cell(row - 1, column - 1, rows, columns));
}

Image Segments()
{
    Tensor scaled = MinMax.Scale(tokens).Reshape(n, n);
    int[] clusters = Agglomerative.Cluster(scaled, Linkage.Average, Metric.Cosine).Labels(6);
    Tensor maps = MinMax.Scale(geometry.Lay(ClusterMaps.Aggregate(scaled, clusters).Reshape(6, rows, columns)));
    int[] labels = ClusterMaps.LabelMap(maps);
    return Outline.Draw(Overlay.Labels(photo, labels), labels);
}
