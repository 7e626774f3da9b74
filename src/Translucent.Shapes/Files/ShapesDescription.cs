// What a folder of scenes says about itself: dataset.json for the program, README.md for people.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Files;

namespace Translucent.Shapes.Files;

/// <summary>Describes folders of scenes.</summary>
static class ShapesDescription
{
    const string FileName = "dataset.json";

    /// <summary>Makes the folder this plan's, unless it is already.</summary>
    /// <exception cref="TranslucentException">It holds something else.</exception>
    public static void Claim(string folder, ShapesPlan plan)
    {
        string path = Path.Combine(folder, FileName);
        byte[] settings = Settings(plan);
        Directory.CreateDirectory(folder);
        if (File.Exists(path))
        {
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(settings))
                throw new TranslucentException($"{folder}: holds a data set with other settings (see {FileName} there); give the same settings to continue "
                    + "it, another folder, or delete it.");
            return;
        }
        if (Directory.EnumerateFileSystemEntries(folder).Any(e => !Path.GetFileName(e).EndsWith(".tmp", StringComparison.Ordinal)))
            throw new TranslucentException($"{folder}: is not empty and holds no data set of shapes; give another folder.");
        AtomicFile.Write(path, stream => stream.Write(settings));
    }

    static byte[] Settings(ShapesPlan plan)
    {
        ShapesOptions o = plan.Options;
        SettingsRecord settings = new(
            "translucent-shapes-2", plan.Count, plan.Seed.ToString(CultureInfo.InvariantCulture), plan.Split.Train == 0 ? "none"
                : $"{plan.Split.Train}:{plan.Split.Val}",
            $"{o.Width},{o.Height}", $"{o.MinObjects},{o.MaxObjects}",
            Names(o.Kinds.Select(k => k.Name())), Names(o.Colours.Select(c => c.Name())), Names(o.Surfaces.Select(s => s.Name())),
            Names(o.Backdrops.Select(b => b.Name())),
            Names(o.Bias.Select(b => FormattableString.Invariant($"{b.Kind.Name()}={b.Colour.Name()}:{b.Share}"))), plan.BiasIn.ToString().ToLowerInvariant(),
            o.MinSize, o.MaxSize, o.MinVisible, o.Rotation, o.Noise, o.Light, o.Questions);
        return [.. JsonSerializer.SerializeToUtf8Bytes(settings, SettingsJson.Default.SettingsRecord), (byte)'\n'];

        static string Names(IEnumerable<string> values) => string.Join(",", values);
    }

    /// <summary>The README of the folder.</summary>
    public static string Readme(ShapesPlan plan)
    {
        StringBuilder text = new();
        string at = plan.Split.Train == 0 ? "" : "train/ and val/: ";
        string sets = string.Join("\n", plan.Sets.Select(s => $"- {(s.Name.Length > 0 ? $"`{s.Name}/`" : "this folder")}: {s.Count} scenes of "
            + $"{s.Options.Width} x {s.Options.Height} pixels{(s.Options.Bias.Count > 0 ? ", with the colour bias" : "")}"));
        const string Instances = "COCO instances: `image_id` is the number of the scene, boxes and `segmentation` (run lengths) of what is visible, "
            + "`full_segmentation` also of what others hide";
        const string Questions = "questions with answers, plausible wrong answers, and the `objects` and `words` (indices into `tokens`) on which the answer "
            + "depends";
        text.Append(CultureInfo.InvariantCulture, $"""
            # Shapes: {plan.Count} scenes whose truth is known

            Made by `translucent data shapes`. The settings are in `{FileName}`; the same settings give the same pixels, labels and records on every machine.

            {sets}

            | {at}file | content |
            |---|---|
            | `images/000000.png` | the images, numbered from 0 |
            | `labels/000000.png` | label maps, 8-bit grey whose value is the class: {string.Join(", ", Scenes.Classes.Select((c, i) => $"{i} {c}"))} |
            | `instances.json` | {Instances} |
            | `questions.jsonl` | {Questions} |
            | `stories.jsonl` | facts about scenes, a summary, and the `sources`: the sentences on which the summary depends |
            | `scenes.jsonl` | all parameters of each scene, class labels, captions, and references (descriptions that fit one object) |

            Objects are numbered from the farthest (0) to the nearest. Lengths are in pixels from the upper left corner, angles in degrees, clockwise.
            A scene with one object has a `class`; every scene has `classes`, the kinds that are there.
            `vocabulary.txt` lists every word of the texts, in lower case; punctuation marks are words of their own.

            """);
        return text.ToString();
    }
}
