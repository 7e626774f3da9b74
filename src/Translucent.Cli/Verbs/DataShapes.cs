// translucent data shapes: scenes of simple shapes with their truth, for training, testing and judging explanations.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Shapes;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>data shapes</c>.</summary>
static class DataShapes
{
    static readonly ShapesOptions s_default = new();

    public static Command Create()
    {
        Option<int> count = new("--count", "-n")
        {
            Description = "How many scenes in all, 1 to 10 million.",
            HelpName = "N",
            Required = true,
            CustomParser = Parsers.Number("--count", 1, 10_000_000),
        };
        Option<ulong> seed = new("--seed")
        {
            Description = "Any whole number from 0; the same seed and options give the same bytes on every machine.",
            HelpName = "S",
            DefaultValueFactory = _ => 1,
            CustomParser = Seed,
        };
        Option<string> output = new("--out", "-o")
        {
            Description = "The folder to write to. What an earlier run with the same settings has left there is continued.",
            HelpName = "FOLDER",
            Required = true,
        };
        Option<(int, int)> split = new("--split")
        {
            Description = "Shares of training and validation scenes, such as 9:1, in folders train and val; no scene is in both. [default: one set]",
            HelpName = "TRAIN:VAL",
            CustomParser = Split,
        };
        Option<(int, int)?> size = new("--size")
        {
            Description = "Width and height of the images in pixels, each 32 to 2048. [default: 128,128]",
            HelpName = "W,H",
            CustomParser = Pair("--size", 32, 2048, ordered: false),
        };
        Option<(int, int)?> objects = new("--objects")
        {
            Description = "The fewest and the most objects in a scene, each 0 to 8. [default: 0,8]",
            HelpName = "MIN,MAX",
            CustomParser = Pair("--objects", 0, 8, ordered: true),
        };
        Option<ShapeKind[]> kinds = Names("--kinds", "Kinds of objects", s_default.Kinds);
        Option<ShapeColour[]> colours = Names("--colours", "Colours of objects", s_default.Colours);
        Option<Surface[]> surfaces = Names("--surfaces", "Patterns on objects", s_default.Surfaces);
        Option<Backdrop[]> backgrounds = Names("--backgrounds", "Textures behind objects", s_default.Backdrops);
        Option<ColourBias[]> bias = new("--bias")
        {
            Description = "Tie a colour to a kind, as a shortcut that a model may learn: disc=red makes all discs red, disc=red:0.9 nine of ten, disc=red:0 "
                + "none; repeat it for other kinds. [default: none]",
            HelpName = "KIND=COLOUR[:SHARE]",
            CustomParser = Biases,
        };
        Option<BiasedPart> biasIn = new("--bias-in")
        {
            Description = "Which part has the bias: train, val or both; one set counts as train. [default: train]",
            HelpName = "PART",
            CustomParser = Parsers.Word("--bias-in", ("train", BiasedPart.Train), ("val", BiasedPart.Val), ("both", BiasedPart.Both)),
        };
        Option<double> minSize = Share("--min-size",
            "The smallest diameter of an object, as a share of the image's shorter side, 0.05 to 1; never below 8 pixels.", s_default.MinSize, 0.05, 1);
        Option<double> maxSize = Share("--max-size", "The largest diameter, as above.", s_default.MaxSize, 0.05, 1);
        Option<double> minVisible = Share("--min-visible", "The share of every object that others and the image's edges leave visible, 0.1 to 1.",
            s_default.MinVisible, 0.1, 1);
        Option<int> rotation = new("--rotation")
        {
            Description = "Objects are turned by up to so many degrees either way, 0 to 180.",
            HelpName = "DEGREES",
            DefaultValueFactory = _ => s_default.Rotation,
            CustomParser = Parsers.Number("--rotation", 0, 180),
        };
        Option<double> noise = Share("--noise", "The strongest noise: standard deviation in steps of 8 bits, 0 to 50.", s_default.Noise, 0, 50);
        Option<double> light = Share("--light", "How much the light varies, 0 to 1.", s_default.Light, 0, 1);
        Option<int> questions = new("--questions")
        {
            Description = "Questions for each scene at most, 0 to 64.",
            HelpName = "N",
            DefaultValueFactory = _ => s_default.Questions,
            CustomParser = Parsers.Number("--questions", 0, 64),
        };
        Option<int> threads = ComputeOptions.Threads("Threads that draw; the files are the same for any number.");

        Command command = new("shapes", "Make scenes of simple shapes with everything that is true of them: images, masks, label maps, questions, stories.")
        {
            count, seed, output, split, size, objects, kinds, colours, surfaces, backgrounds, bias, biasIn, minSize, maxSize, minVisible, rotation, noise,
            light, questions, threads,
        };
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            (int width, int height) = parse.GetValue(size) ?? (s_default.Width, s_default.Height);
            (int fewest, int most) = parse.GetValue(objects) ?? (s_default.MinObjects, s_default.MaxObjects);
            ShapesOptions options = new()
            {
                Width = width,
                Height = height,
                MinObjects = fewest,
                MaxObjects = most,
                Kinds = Given(parse.GetValue(kinds), s_default.Kinds),
                Colours = Given(parse.GetValue(colours), s_default.Colours),
                Surfaces = Given(parse.GetValue(surfaces), s_default.Surfaces),
                Backdrops = Given(parse.GetValue(backgrounds), s_default.Backdrops),
                Bias = parse.GetValue(bias) ?? [],
                MinSize = parse.GetValue(minSize),
                MaxSize = parse.GetValue(maxSize),
                MinVisible = parse.GetValue(minVisible),
                Rotation = parse.GetValue(rotation),
                Noise = parse.GetValue(noise),
                Light = parse.GetValue(light),
                Questions = parse.GetValue(questions),
            };
            ShapesPlan plan = new(parse.GetValue(count), parse.GetValue(seed))
            {
                Options = options,
                Split = parse.GetValue(split),
                BiasIn = parse.GetValue(biasIn),
            };
            string folder = parse.GetRequiredValue(output);
            if (folder.Length == 0) throw new UsageException("--out: empty, expected the name of a folder.");
            plan.Validate();
            Run(Terminal.Of(parse), folder, plan, stop);
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    static void Run(Terminal terminal, string folder, ShapesPlan plan, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        ShapesProgress end = default;
        terminal.Work("scenes", progress => end = ShapesFolder.Write(folder, plan, new Steps(progress), stop));
        int made = end.Total - end.Kept;
        double seconds = clock.Elapsed.TotalSeconds;
        string speed = made == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $", {made} made in {Terminal.Duration(seconds)}, {made / seconds:0} a second");
        string kept = end.Kept == 0 ? "" : $", {end.Kept} were there";
        terminal.Line($"{folder}: {(end.Total == 1 ? "1 scene" : $"{end.Total} scenes")}{kept}{speed}");
    }

    // What an earlier run has made is passed over at once: it does not count for the time left.
    sealed class Steps(IProgress<double> to) : IProgress<ShapesProgress>
    {
        public void Report(ShapesProgress value)
        {
            if (value.Total > value.Kept && value.Done > value.Kept) to.Report((double)(value.Done - value.Kept) / (value.Total - value.Kept));
        }
    }

    static Option<T[]> Names<T>(string option, string what, IReadOnlyList<T> all) where T : struct, Enum
    {
        (string Word, T Value)[] words = [.. all.Select(v => (v.ToString().ToLowerInvariant(), v))];
        Func<ArgumentResult, string[]> parse = Parsers.Words(option, [.. words.Select(w => w.Word)]);
        return new Option<T[]>(option)
        {
            Description = $"{what}, equally frequent; comma list. [default: {string.Join(",", words.Select(w => w.Word))}]",
            HelpName = "NAMES",
            CustomParser = result => [.. parse(result).Select(name => words.First(w => w.Word == name).Value)],
        };
    }

    static Option<double> Share(string option, string description, double standard, double least, double most) => new(option)
    {
        Description = description,
        HelpName = "NUMBER",
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most) return number;
            result.AddError(FormattableString.Invariant($"{option} {text}: expected a number from {least} to {most}."));
            return standard;
        },
    };

    static IReadOnlyList<T> Given<T>(T[]? given, IReadOnlyList<T> standard) => given is { Length: > 0 } ? given : standard;

    static ulong Seed(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) return seed;
        result.AddError($"--seed {text}: expected a whole number from 0 to {ulong.MaxValue}.");
        return 0;
    }

    static (int, int) Split(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.Split(':') is [var t, var v] && Whole(t, out int train) && Whole(v, out int val) && train > 0) return (train, val);
        result.AddError($"--split {text}: expected two whole numbers such as 9:1, the first at least 1.");
        return default;
    }

    static Func<ArgumentResult, (int, int)?> Pair(string option, int least, int most, bool ordered) => result =>
    {
        string text = result.Tokens[0].Value;
        if (text.Split(',') is [var f, var s] && Whole(f, out int first) && Whole(s, out int second)
            && first >= least && first <= most && second >= least && second <= most && (!ordered || first <= second)) return (first, second);
        result.AddError(
            $"{option} {text}: expected two whole numbers from {least} to {most}, {(ordered ? "the smaller one first, such as 1,4" : "such as 128,96")}.");
        return null;
    };

    static ColourBias[] Biases(ArgumentResult result)
    {
        List<ColourBias> found = [];
        foreach (string text in result.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            string[] parts = text.Split('=', ':');
            double share = 1;
            if (parts.Length is 2 or 3 && Name(parts[0], s_default.Kinds, out ShapeKind kind) && Name(parts[1], s_default.Colours, out ShapeColour colour)
                && (parts.Length == 2 || (double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out share) && share is >= 0 and <= 1)))
            {
                found.Add(new ColourBias(kind, colour, share));
                continue;
            }
            result.AddError($"--bias {text}: expected KIND=COLOUR or KIND=COLOUR:SHARE with a share from 0 to 1, such as disc=red:0.9.");
            return [];
        }
        return [.. found];
    }

    static bool Name<T>(string text, IReadOnlyList<T> all, out T value) where T : struct, Enum
    {
        value = all.FirstOrDefault(v => v.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
        return value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase);
    }

    static bool Whole(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
