// translucent detect: what a detector finds in images, in the terminal and as boxes on the picture.

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs.Records;

namespace Translucent.Cli.Objects;

/// <summary>The verb <c>detect</c>.</summary>
static class DetectVerb
{
    /// <summary>The bundled detector.</summary>
    public const string Bundled = "shapes-detr";

    const int Readable = 640; // pixels of a picture on which words stand

    public static Command Create()
    {
        CommonOptions common = new(model: Bundled);
        Option<double> score = ScoreOption("Objects whose score is above it are reported.");
        Command command = new("detect", "Show the objects that a detector finds in images: a table, and boxes on the picture.") { score };
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            RunOptions options = common.Read(parse);
            double above = parse.GetValue(score);
            ObjectSettings settings = new(above, Queries: null, Methods: null, Scalar: null, MaskFactor: null, MaskEdge: null, options.RenderSize);
            return Task.FromResult(new ObjectRuns("detect", RecordJson.Element(settings), options, (run, terminal) => Work(run, above, terminal))
                .Run(common.Terminal(parse), stop));
        });
        return command;
    }

    /// <summary>--score.</summary>
    /// <param name="what">What happens to objects above it, as a sentence.</param>
    public static Option<double> ScoreOption(string what) => new("--score")
    {
        Description = what,
        HelpName = "0..1",
        DefaultValueFactory = _ => 0.5,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && score is >= 0 and < 1) return score;
            result.AddError($"--score {text}: expected a number from 0 to less than 1.");
            return 0;
        },
    };

    static IReadOnlyList<Detection> Work(ObjectRun run, double above, Terminal terminal)
    {
        IReadOnlyList<Detection> found = run.Trace.Objects!.Found(above);
        Show(found, run, terminal);
        Boxes(run, found);
        return found;
    }

    /// <summary>The objects as a table.</summary>
    public static void Show(IReadOnlyList<Detection> found, ObjectRun run, Terminal terminal)
    {
        string many = found.Count == 0 ? "no object above the score; try a lower --score"
            : $"{found.Count} of {run.Model.Config.Queries} queries above the score";
        terminal.Line($"{run.Name}: {many}");
        if (found.Count == 0) return;
        terminal.Table(["object", ">query", ">score", ">left", ">top", ">right", ">bottom"], found.Select(d =>
        {
            (double left, double top, double right, double bottom) = d.Box.On(run.Size.Width, run.Size.Height);
            string Pixels(double v) => v.ToString("0", CultureInfo.InvariantCulture);
            return (string[])[d.Label, $"{d.Query}", d.Score.ToString("0.000", CultureInfo.InvariantCulture), Pixels(left), Pixels(top), Pixels(right),
                Pixels(bottom)];
        }));
    }

    /// <summary>Writes the photograph with its boxes, without words and with them.</summary>
    public static void Boxes(ObjectRun run, IReadOnlyList<Detection> found)
    {
        Image shown = Math.Max(run.Photo.Width, run.Photo.Height) < Readable ? ObjectPage.Shown(run.Photo, Readable) : run.Photo;
        run.Folder.Add(PictureFile.Png("boxes.png", BoxPicture.Draw(run.Photo, [.. found.Select((d, i) => Box(run.Photo, d, Palette.Distinct(i)))]),
            "the photograph with a box around every object"));
        run.Folder.Add(PictureFile.Svg("boxes.svg", BoxPicture.Named(shown, [.. found.Select((d, i) => Box(shown, d, Palette.Distinct(i)))]),
            "the same with the names and scores of the objects"));
    }

    /// <summary>A box on the picture.</summary>
    public static PhotoBox Box(Image photo, Detection d, Rgb color)
    {
        (double left, double top, double right, double bottom) = d.Box.On(photo.Width, photo.Height);
        return new PhotoBox(left, top, right, bottom, color, FormattableString.Invariant($"{d.Label} {d.Score:0.00}"));
    }
}
