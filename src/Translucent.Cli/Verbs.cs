// The verbs, in the groups in which `translucent --help` tells of them. Each makes its options only when it is asked for, so that the command answers at once.

using System.CommandLine;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Verbs;

namespace Translucent.Cli;

/// <summary>A verb as the overview has it.</summary>
/// <param name="Name">What is typed.</param>
/// <param name="Summary">What it is for, in one line.</param>
/// <param name="Create">Makes it with its options.</param>
sealed record Verb(string Name, string Summary, Func<Command> Create);

/// <summary>Verbs that belong together.</summary>
/// <param name="Title">What they are about.</param>
/// <param name="Verbs">Them, the first to try first.</param>
sealed record VerbGroup(string Title, IReadOnlyList<Verb> Verbs)
{
    /// <summary>All groups.</summary>
    public static IReadOnlyList<VerbGroup> All { get; } =
    [
        new("Images",
        [
            new("explain", "What a classifier predicts or a detector finds, and where it sees that", ExplainVerb.Create),
            new("compare", "Methods beside each other, and how far they agree", CompareVerb.Create),
            new("tokens", "What tokens inside the model stand for, a map for each", TokensVerb.Create),
            new("layers", "How that grows from layer to layer", LayersVerb.Create),
            new("attention", "What a token looks at, head by head; of texts and questions too", AttentionVerb.Create),
            new("project", "What class every token of every layer stands for", ProjectVerb.Create),
            new("segment", "Segments from what tokens stand for, without training", SegmentVerb.Create),
            new("detect", "The objects that a detector finds", DetectVerb.Create),
            new("ask", "An answer about a picture, and the words and regions that decided it", AskVerb.Create),
        ]),
        new("Texts",
        [
            new("text", "Which words of a text made its summary", TextVerb.Create),
            new("classify", "The class of a text, and the words that decided it", ClassifyVerb.Create),
            new("lens", "What a language model would say if it ended behind an earlier block", LensVerb.Create),
            new("embed", "How alike two texts are, and the words that make them so", EmbedVerb.Create),
            new("generate", "A text, gone on with", GenerateVerb.Create),
            new("tokens-of", "The tokens that a model reads for a text", TokensOfVerb.Create),
        ]),
        new("In the browser", [new("studio", "A web studio on this machine for all of the above", StudioVerb.Create)]),
        new("Measuring",
        [
            new("evaluate", "The experiments of the papers, over whole data sets", EvaluateVerb.Create),
            new("train-w", "The vectors of ULTra_W, learned without labels", TrainWVerb.Create),
            new("verify", "A model and every method against golden tensors or published numbers", VerifyVerb.Create),
            new("benchmark", "Speed, as a share of what the machine can do", BenchmarkVerb.Create),
            new("data", "Data sets whose truth is known, made and looked at", DataVerb.Create),
        ]),
        new("Models and help",
        [
            new("models", "List models, fetch them, look into them", ModelsVerb.Create),
            new("convert", "Weights of other formats as safetensors; nothing in them is run", ConvertVerb.Create),
            new("methods", "Every method: what it shows, its sign, needs, cost, source", MethodsVerb.Create),
            new("help", "How a verb is used", HelpVerb.Create),
            new("completion", "Completion for your shell", CompletionVerb.Create),
        ]),
    ];

    /// <summary>All verbs, in the order of the groups.</summary>
    public static IEnumerable<Verb> Each => All.SelectMany(g => g.Verbs);

    /// <summary>What <c>translucent --help</c> prints.</summary>
    /// <param name="output">Where to.</param>
    public static void Overview(TextWriter output)
    {
        output.WriteLine(Program.Description);
        output.WriteLine();
        output.WriteLine("Usage: translucent VERB [options]     such as: translucent explain samples/chelsea.png");
        output.WriteLine("       translucent help VERB          what a verb takes, with examples");
        output.WriteLine("       translucent --version");
        int width = Each.Max(v => v.Name.Length);
        foreach (VerbGroup group in All)
        {
            output.WriteLine();
            output.WriteLine($"{group.Title}:");
            foreach (Verb verb in group.Verbs) output.WriteLine($"  {verb.Name.PadRight(width)}  {verb.Summary}.");
        }
        output.WriteLine();
    }
}
