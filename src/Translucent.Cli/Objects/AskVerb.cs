// translucent ask: the answer to a question about a picture, and which words and regions decided it.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Cli.Objects;

/// <summary>What was asked for.</summary>
/// <param name="Asked">The question, its picture and the models.</param>
/// <param name="Explain">The answer to explain; null for the one that the model gives.</param>
/// <param name="Against">The answer that it is held against, or null.</param>
/// <param name="Methods">How relevance is found.</param>
/// <param name="Out">The folder to write to.</param>
/// <param name="RenderSize">The longer side of pictures, at most.</param>
sealed record AskOptions(QuestionOptions Asked, string? Explain, string? Against, StreamChoice Methods, string Out, int RenderSize) : QuestionOptions(Asked);

/// <summary>The verb <c>ask</c>.</summary>
static class AskVerb
{
    /// <summary>The bundled model.</summary>
    const string Bundled = "shapes-lxmert";

    public static Command Create()
    {
        WordArgument words = new("[IMAGE] QUESTION")
        {
            Description = "A picture and a question about it, in quotes; the picture may also come with --image, or be left out with --features.",
            Arity = new ArgumentArity(1, 2),
        };
        Option<string?> image = new("--image") { Description = "The picture. [default: none]", HelpName = "FILE" };
        Option<string?> features = new("--features", "-f")
        {
            Description = "Regions and what a detector saw in them: .npz, safetensors, or a bottom-up-attention .tsv. [default: found by the detector]",
            HelpName = "FILE",
        };
        Option<string> model = new("--model", "-m")
        {
            Description = "An LXMERT folder, a bundled model, or org/name of one in the cache.",
            HelpName = "FOLDER|NAME",
            DefaultValueFactory = _ => Bundled,
        };
        Option<string?> detector = new("--detector")
        {
            Description = "The detector whose objects are the regions. [default: the one that the model names]",
            HelpName = "FOLDER|NAME",
        };
        Option<string?> answers = new("--answers")
        {
            Description = "Names of the answers, a JSON list in the order of the head, where config.json does not have them. [default: none]",
            HelpName = "FILE",
        };
        Option<string?> answer = new("--answer") { Description = "Explain this answer. [default: the one that the model gives]", HelpName = "NAME|INDEX" };
        Option<string?> against = new("--against")
        {
            Description = "Hold it against this answer: what speaks for one (red) and for the other (blue). [default: none]",
            HelpName = "NAME|INDEX",
        };
        Option<bool> semantic = new("--semantic") { Description = "Also show what words and regions mean on their own, before they read each other." };
        Option<string[]> methods = StreamChoice.Option("absolute, gae; full with --against");
        Option<string?> output = new("--out", "-o") { Description = "The folder to write to. [default: out/ask]", HelpName = "FOLDER" };
        Option<long?> memory = ComputeOptions.Memory("passes through the models");
        Option<int> threads = ComputeOptions.Threads();
        Option<int> renderSize = ComputeOptions.RenderSize(), mostPixels = ComputeOptions.MostPixels();

        Command command = new("ask", "Answer a question about a picture, and show which words and which regions decided the answer.")
        {
            words, image, features, model, detector, answers, answer, against, semantic, methods, output, memory, threads, renderSize, mostPixels,
        };
        HandoverOptions handover = new();
        handover.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            string[] given = parse.GetRequiredValue(words);
            string? picture = parse.GetValue(image) ?? (given.Length == 2 ? given[0] : null);
            if (given.Length == 2 && parse.GetValue(image) is not null) throw new UsageException("ask: a picture is named twice, as IMAGE and with --image.");
            if (parse.GetResult(output) is not null && string.IsNullOrWhiteSpace(parse.GetValue(output)))
                throw new UsageException("--out: is empty, expected a folder to write to.");
            if (string.IsNullOrWhiteSpace(given[^1])) throw new UsageException("QUESTION: is empty, expected a question in quotes.");
            if (picture is null && parse.GetValue(features) is null)
                throw new UsageException("ask: there is nothing to ask about; name a picture before the question, or --features.");
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            StreamChoice chosen = StreamChoice.Of(parse, methods, parse.GetValue(against) is null ? ["absolute", "gae"] : ["full"]);
            if (parse.GetValue(semantic)) chosen = chosen with { Methods = [.. chosen.Methods.Append(StreamMethods.Named("semantic")).Distinct()] };
            QuestionOptions asked = new(given[^1], picture, parse.GetValue(features), parse.GetRequiredValue(model), parse.GetValue(detector),
                parse.GetValue(answers), parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes(), parse.GetValue(mostPixels));
            AskOptions options = new(asked, parse.GetValue(answer), parse.GetValue(against), chosen, parse.GetValue(output) ?? Path.Combine("out", "ask"),
                parse.GetValue(renderSize));
            return Task.FromResult(handover.Run(parse, options.Out, terminal => new AskRun(options, terminal).Run(stop)));
        });
        return command;
    }
}
