// translucent data: data sets whose truth is known, and a look at them.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Shapes;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>data</c> with <c>shapes</c> and <c>preview</c>.</summary>
static class DataVerb
{
    public static Command Create() => new("data", "Make data sets whose truth is known pixel by pixel and word by word, and look at them.")
    {
        DataShapes.Create(),
        Preview(),
    };

    static Command Preview()
    {
        Argument<string> folder = new("FOLDER") { Description = "A folder that 'data shapes' has written." };
        Option<string> split = new("--split")
        {
            Description = "Which part of a split data set: train or val. [default: train, if it is split]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--split", ("train", "train"), ("val", "val")),
        };
        Option<int> from = new("--from")
        {
            Description = "The number of the first scene.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
            CustomParser = Parsers.Number("--from", 0, int.MaxValue - 1000),
        };
        Option<int> count = new("--count", "-n")
        {
            Description = "How many scenes.",
            HelpName = "N",
            DefaultValueFactory = _ => 12,
            CustomParser = Parsers.Number("--count", 1, 1000),
        };
        Option<int> columns = new("--columns")
        {
            Description = "Scenes in a row.",
            HelpName = "N",
            DefaultValueFactory = _ => 3,
            CustomParser = Parsers.Number("--columns", 1, 100),
        };
        Option<int> questions = new("--questions")
        {
            Description = "Questions for each scene.",
            HelpName = "N",
            DefaultValueFactory = _ => 4,
            CustomParser = Parsers.Number("--questions", 0, 64),
        };
        Option<string?> output = new("--out", "-o") { Description = "The SVG to write. [default: preview.svg in the folder]", HelpName = "FILE" };

        Command command = new("preview",
            "Show scenes of a data set on one sheet: image, masks, and questions with the words and objects that decide.") { folder, split, from, count,
            columns, questions, output };
        command.SetAction(parse =>
        {
            string root = parse.GetRequiredValue(folder), part = parse.GetValue(split) ?? (Directory.Exists(Path.Combine(root, "train")) ? "train" : "");
            if (!Directory.Exists(root)) throw new TranslucentException($"{root}: there is no such folder.");
            IReadOnlyList<SheetCell> cells = ShapesPreview.Read(Path.Combine(root, part), parse.GetValue(from), parse.GetValue(count),
                parse.GetValue(questions));
            string path = parse.GetValue(output) ?? Path.Combine(root, "preview.svg");
            AtomicFile.Write(path, stream => stream.Write(ShapesSheet.Draw(cells, parse.GetValue(columns)).ToFile($"Scenes of {root}")));
            Terminal.Of(parse)
                .Line($"{path}: {(cells.Count == 1 ? "1 scene" : $"{cells.Count} scenes")}; words that decide are red, objects that decide in brackets");
            return CommandLine.Success;
        });
        return command;
    }
}
