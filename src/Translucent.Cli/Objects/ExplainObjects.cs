// The work of `translucent explain` on a detector: a map, a mask and its overlay for every object and method, one figure, one page.

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Evaluate.DataSets;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Objects;

/// <summary>The options of <c>explain</c> that only detectors have.</summary>
sealed class ObjectOptions
{
    readonly Option<double> _score = DetectVerb.ScoreOption("Detectors: objects whose score is above it are explained.");

    readonly Option<int[]> _query = new("--query")
    {
        Description = "Detectors: these queries, whatever their score. [default: all above --score]",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
    };

    readonly Option<double> _factor = new("--mask-factor")
    {
        Description = "Detectors: a mask holds what is above so many times Otsu's threshold; the papers use 1 and 0.3.",
        HelpName = "FACTOR",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) && factor is >= 0 and <= 100) return factor;
            result.AddError($"--mask-factor {text}: expected a number from 0, such as 1 or 0.3.");
            return 1;
        },
    };

    readonly Option<MaskEdge> _edge = new("--mask-edge")
    {
        Description = "Detectors: any (masks grow by up to a cell, as in the public evaluation) or half. [default: any]",
        HelpName = "NAME",
        CustomParser = Parsers.Word("--mask-edge", ("any", MaskEdge.Any), ("half", MaskEdge.Half)),
    };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_score);
        verb.Options.Add(_query);
        verb.Options.Add(_factor);
        verb.Options.Add(_edge);
    }

    /// <summary>Reads the values.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="methods">What was named with --method; null for the usual ones.</param>
    /// <param name="scalar">Logit or probability.</param>
    /// <param name="look">How maps are drawn.</param>
    /// <exception cref="UsageException">A method is unknown.</exception>
    public ExplainObjects Read(ParseResult parse, IReadOnlyList<string>? methods, ClassScalar scalar, MapLook look) =>
        new(parse.GetValue(_score), parse.GetResult(_query) is null ? null : parse.GetValue(_query), parse.GetValue(_factor), parse.GetValue(_edge),
            StreamChoice.Of(methods ?? ExplainObjects.Usual), scalar == ClassScalar.Probability ? DetectionScalar.Probability : DetectionScalar.Logit, look);

    /// <summary>The first of these options that was given; null when none was.</summary>
    public string? Given(ParseResult parse) =>
        ((Option[])[_score, _query, _factor, _edge]).FirstOrDefault(o => parse.GetResult(o) is { Implicit: false })?.Name;
}

/// <summary>What is explained, and how.</summary>
sealed record ExplainObjects(double Score, IReadOnlyList<int>? Queries, double MaskFactor, MaskEdge Edge, StreamChoice Methods, DetectionScalar Scalar,
    MapLook Look)
{
    /// <summary>Methods when none is named.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["absolute", "positive", "gae", "odam", "raw"];

    public ObjectSettings Settings(int renderSize) =>
        new(Score, Queries, [.. Methods.Methods.Select(m => m.Name)], Scalar.ToString().ToLowerInvariant(), MaskFactor, Edge.ToString().ToLowerInvariant(),
            renderSize, Look.Settings);

    /// <summary>Explains the objects of one image.</summary>
    public IReadOnlyList<Detection> Work(ObjectRun run, Terminal terminal)
    {
        IReadOnlyList<Detection> all = run.Trace.Objects!.All(), found = Queries is null ? run.Trace.Objects.Found(Score)
            : [.. Queries.Distinct().Select(q => q >= 0 && q < all.Count ? all[q]
            : throw TranslucentException.OfRequest($"--query {q}: the model has queries 0 to {all.Count - 1}."))];
        DetectionTargets? targets = found.Count == 0 ? null : DetectionTargets.Of(found, Scalar);
        IReadOnlyList<StreamMethod> methods = Methods.Fitting(run.Trace, targets, terminal);
        DetectVerb.Show(found, run, terminal);
        DetectVerb.Boxes(run, found);
        if (targets is null) return found;
        List<(StreamMethod Method, Tensor Maps)> maps = [];
        foreach (StreamMethod method in methods) maps.Add((method, run.Trace.Map(method.Explain(run.Trace, targets, run.Options)["image"])));
        Files(run, found, maps);
        run.Folder.Text("index.html", ObjectPage.Render(run, found, maps, this), "all of it on one page, for a browser");
        return found;
    }

    /// <summary>The name of the files of a map.</summary>
    public static string FileName(Detection d, StreamMethod method) => SafeName.Of($"q{d.Query}_{d.Label}.{method.Name}");

    /// <summary>The colours of a map.</summary>
    public ColorScale Scale(StreamMethod method, Tensor map) => ColorScale.Of(map, method.IsSigned ? MapPictures.SignedColors : Look.Colors);

    /// <summary>The mask of a map at the size of the photograph.</summary>
    public bool[] Mask(ObjectRun run, Tensor map, (int Height, int Width) size)
    {
        (int height, int width) = (run.Trace.Pixels.Shape[2], run.Trace.Pixels.Width);
        return MapMask.Of(map.Span, map.Shape[0], map.Shape[1], (height, width), size, MaskFactor, Edge);
    }

    void Files(ObjectRun run, IReadOnlyList<Detection> found, List<(StreamMethod Method, Tensor Maps)> maps)
    {
        List<(Figure, string)> cells = [];
        int side = Math.Clamp(1400 / Math.Max(1, found.Count), 120, 320);
        Image small = ObjectPage.Shown(run.Photo, side);
        InputGeometry geometry = run.Geometry.Scaled(run.Photo.Width, run.Photo.Height), reduced = run.Geometry.Scaled(small.Width, small.Height);
        cells.AddRange(found.Select((d, i) =>
            (Figure.Of(BoxPicture.Draw(small, [Small(d, small, i)])), FormattableString.Invariant($"{d.Label} {d.Score:0.00}"))));
        List<Func<FileToWrite[]>> pictures = [];
        foreach ((StreamMethod method, Tensor all) in maps)
        {
            List<CocoDetection> masks = [];
            for (int t = 0; t < found.Count; t++)
            {
                Tensor map = all[t, 0];
                Detection d = found[t];
                string name = FileName(d, method), what = $"{method.Name} of query {d.Query}, {d.Label}";
                run.Folder.Numbers($"{name}.npy", map, $"float32 [h, w]: {what}, on the cells of the image");
                bool[] shown = Mask(run, map, (run.Photo.Height, run.Photo.Width));
                // a mask is data, and is not resized
                Rle whole = Rle.Encode(Mask(run, map, (run.Size.Height, run.Size.Width)), run.Size.Width, run.Size.Height);
                masks.Add(new CocoDetection(0, d.Class, d.Score, whole));
                pictures.Add(() =>
                [
                    PictureFile.Png($"{name}.heat.png", MapPictures.Over(run.Photo, geometry, map, Scale(method, map), Look),
                        $"{what}: the map over the photograph"),
                    PictureFile.Png($"{name}.mask.png", new Image(whole.Width, whole.Height, 1, Array.ConvertAll(whole.Decode(), m => m ? (byte)255 : (byte)0)),
                        $"{what}: the mask, white inside, at the size of the photograph"),
                    PictureFile.Png($"{name}.overlay.png", Overlay.Labels(run.Photo, Array.ConvertAll(shown, m => m ? 0 : -1), 0.35),
                        $"{what}: the mask over the photograph"),
                ]);
                cells.Add((Figure.Of(MapPictures.Over(small, reduced, map, Scale(method, map), Look)), method.Name));
            }
            string file = Path.Combine(run.Folder.Path, $"{method.Name}.coco.json");
            CocoResults.Write(file, masks);
            run.Folder.Note($"{method.Name}.coco.json", $"{method.Name}: boxes and masks of all objects as COCO results, image 0");
        }
        run.Folder.Add(pictures, run.Options.Stop);
        run.Folder.Add(PictureFile.Svg("figure.svg", Sheet.Of(cells, found.Count, title: run.Name),
            "every method on every object, as in Figure 2 of the paper"));
    }

    static PhotoBox Small(Detection d, Image small, int index)
    {
        (double left, double top, double right, double bottom) = d.Box.On(small.Width, small.Height);
        return new PhotoBox(left, top, right, bottom, Palette.Distinct(index));
    }
}
