// What a page shows, as the line of the command that writes it: words are put together from checked numbers and names, never from text as options.

using System.Globalization;
using Translucent.Files;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;

namespace Translucent.Studio.Exports;

/// <summary>Makes lines of the command.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Arguments">Verb, input and options, without the folder.</param>
sealed record ExportLine(string Verb, string[] Arguments)
{
    const int Most = 1_000_000; // of any index: the command itself knows how many there are

    /// <summary>What can be exported.</summary>
    public static IReadOnlyCollection<string> Views { get; } =
        ["classes", "paint", "tokens", "attention", "segments", "project", "objects", "question", "text", "summary", "lens"];

    /// <summary>The line for a view.</summary>
    /// <param name="query">The view as the page asked for it.</param>
    /// <param name="models">Where models are.</param>
    /// <param name="pictures">Where pictures are.</param>
    /// <param name="inputs">A folder for texts, which the command reads from files.</param>
    /// <exception cref="TranslucentException">There is no such view.</exception>
    public static ExportLine Of(Query query, ModelShelf models, PictureShelf pictures, string inputs)
    {
        List<string> more = ["--model", models.Find(query.Word("model")).Path];
        string Picture() => pictures.Find(query.Word("image")).Path;
        void Number(string name, string option, int least = 0)
        {
            if (query.IntOrNull(name, least, Most) is { } value) more.AddRange([option, value.ToString(CultureInfo.InvariantCulture)]);
        }
        void Real(string name, string option, double most)
        {
            if (query.DoubleOrNull(name, 0, most) is { } value) more.AddRange([option, value.ToString("R", CultureInfo.InvariantCulture)]);
        }
        void Methods()
        {
            if (query.Find("methods") is { } methods) more.AddRange(["--method", Names(methods)]);
        }
        void Target()
        {
            if (query.IntOrNull("class", 0, Most) is { } cls)
                more.AddRange(["--target", query.IntOrNull("against", 0, Most) is { } other ? $"{cls}-{other}" : $"{cls}"]);
            if (query.Find("classes") is { } texts) more.AddRange(["--classes", Written(inputs, "classes.txt", texts.Replace(',', '\n'), "@")]);
        }
        void Token()
        {
            if (query.IntOrNull("row", 1, Most) is { } row) more.AddRange(["--token", $"{row},{query.Int("column", 1, Most)}"]);
            else Number("token", "--token");
        }
        // a picture, a picture and a question about it, or a text: what a model of any token streams takes
        IEnumerable<string> Whatever()
        {
            string? question = query.Find("question"), text = query.Find("text");
            if (question is null && text == "-") throw TranslucentException.OfRequest("text: is a dash alone, which the command takes for its standard input.");
            string[] picture = question is null && text is not null ? [] : [Picture()];
            return (question ?? text) is { } words ? [.. picture, "--", words] : picture;
        }
        string view = query.Word("view");
        string[] input;
        switch (view)
        {
            case "classes" or "paint":
                Methods();
                Target();
                if (query.Find("trust") is not null) more.Add("--trust");
                more.Add("--no-segmentation");
                input = ["explain", Picture()];
                break;
            case "tokens":
                Number("layer", "--layer", 2);
                if (query.Find("stream") is { } stream) more.AddRange(["--stream", Site("stream", stream)]);
                if (query.Find("function") is { } function) more.AddRange(["--function", Site("function", function)]);
                Token();
                input = ["tokens", .. Whatever()];
                break;
            case "attention":
                Number("layer", "--layer", 2);
                Number("head", "--head");
                if (query.Find("site") is { } site) more.AddRange(["--site", Site("site", site)]);
                Token();
                input = ["attention", .. Whatever()];
                break;
            case "segments":
                Number("layer", "--layer", 2);
                if (query.Find("zeta") is null) Number("k", "--clusters", 1);
                Real("zeta", "--threshold", 2);
                Real("tau", "--tau", 1);
                input = ["segment", Picture()];
                break;
            case "project":
                Target();
                input = ["project", Picture()];
                break;
            case "objects":
                Number("query", "--query");
                Methods();
                input = ["explain", Picture()];
                break;
            case "question":
                Number("class", "--answer");
                Number("against", "--against");
                Methods();
                more.AddRange(["--image", Picture()]);
                input = ["ask", "--", query.Word("question")];
                break;
            case "text":
                Methods();
                Target();
                input = ["classify", "--file", Written(inputs, "text.txt", query.Word("text"))];
                break;
            case "summary":
                Methods();
                Number("layer", "--layer", 2);
                more.AddRange(["--context", Written(inputs, "context.txt", query.Word("text"))]);
                more.AddRange(["--summary", Written(inputs, "summary.txt", query.Word("written"))]);
                input = ["text"];
                break;
            case "lens":
                input = ["lens", "--file", Written(inputs, "text.txt", query.Word("text"))];
                break;
            default:
                throw TranslucentException.OfRequest($"view {Describe.Name(view)}: cannot be exported.");
        }
        int end = Array.IndexOf(input, "--"); // options before words that may begin with a dash
        return new ExportLine(input[0], end < 0 ? [.. input, .. more] : [.. input[..end], .. more, .. input[end..]]);
    }

    /// <summary>Names of methods with commas between them.</summary>
    static string Names(string words) => words.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ',') && words[0] != ',' ? words
        : throw TranslucentException.OfRequest($"methods {Describe.Name(words)}: expected names with commas between them.");

    /// <summary>The name of a site, of a stream or of a function.</summary>
    static string Site(string what, string words) => words.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') && words[0] != '.' ? words
        : throw TranslucentException.OfRequest($"{what} {Describe.Name(words)}: expected a name of letters, digits, dots and underscores.");

    static string Written(string folder, string name, string text, string prefix = "")
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        return prefix + path;
    }
}
