// translucent attention: what a token looks at, head by head, as DINO's visualize_attention.py shows it (Caron et al. 2021, arXiv:2104.14294, Figure 1).

using System.CommandLine;
using Translucent.Cli.Attention;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Models;
using Translucent.Runs.Records;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>attention</c>.</summary>
static class AttentionVerb
{
    public static Command Create()
    {
        CommonOptions common = new(imagesMayFollowOptions: true);
        Option<int?> layer = new("--layer", "-l")
        {
            Description = "l: the attention by which z^(l) is made, 2 to L+1, where L is the number of blocks. [default: L+1, of the last block]",
            HelpName = "L",
        };
        Option<string[]> head = new("--head")
        {
            Description = "Heads from 0, as a comma list such as 0,3; all shows each and their mean. [default: all]",
            HelpName = "H|all",
        };
        Option<string[]> token = new("--token", "-t")
        {
            Description = "Whose attention: cls, the class token, or a patch by row and column, counted from 1 at the top left, as in 3,5; several make "
                + "several. Words, object queries and regions: their numbers from 0, or words as they read. [default: cls; objects above --score; all words]",
            HelpName = "ROW,COL|N|WORD",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> site = new("--site")
        {
            Description = "Which attention, where a model has several: encoder, decoder.self, decoder.cross of detectors; text, image, "
                + "cross.text_from_image, cross.image_from_text, cross.text, cross.image of LXMERT; text for the text tower of CLIP and SigLIP. "
                + "[default: decoder.cross, cross.text_from_image]",
            HelpName = "NAME",
        };
        Option<double> score = DetectVerb.ScoreOption("Detectors: objects whose score is above it are looked at when no token is named.");
        Option<string?> features = new("--features", "-f") { Description = "LXMERT: regions of a file. [default: found by the detector]", HelpName = "FILE" };
        Option<string?> detector = new("--detector")
        {
            Description = "LXMERT: the detector whose objects are the regions. [default: the one that the model names]",
            HelpName = "FOLDER|NAME",
        };
        Command command = new("attention", "Show what a token looks at: the attention of every head, for models with classes and without, detectors, "
            + "questions about pictures (IMAGE QUESTION) and texts (TEXT).") { layer, head, token, site, score, features, detector };
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            string type = ModelFolders.TypeOf(parse.GetRequiredValue(common.Model));
            AttentionWords words = new(parse.GetValue(site), parse.GetValue(layer), AttentionWords.HeadNumbers(parse.GetValue(head) ?? []),
                parse.GetValue(token) ?? []);
            bool text = LanguageModels.ModelTypes.Contains(type) || type is "clip_text_model" or "siglip_text_model" or "siglip2_text_model"
                || type is "clip" or "siglip" or "siglip2" && words.Site == "text";
            List<string> more = [];
            if (!text && type is not ("detr" or "lxmert"))
            {
                Reject(parse, "is for detectors and questions about pictures", score, features, detector);
                TokenChoice chosen = TokenChoice.Parse(words.Tokens, more);
                AttentionRun run = new(words, chosen, look.Read(parse));
                return Task.FromResult(new ImageRuns(run, common.Read(parse, more), common.Terminal(parse), stop).Run());
            }
            Reject(parse, "is for patches of a picture", [.. look.All]);
            words = Shared(words, more, text || type == "lxmert" ? parse.GetValue(common.Images)?.Length ?? 0 : null, type == "lxmert" ? 2 : 1);
            RunOptions options = common.Read(parse, more);
            if (type == "detr")
            {
                Reject(parse, "is for questions about pictures", features, detector);
                DetectorAttention work = new(words, parse.GetValue(score), options.RenderSize);
                return Task.FromResult(new ObjectRuns("attention", RecordJson.Element(work.Settings), options, work.Work).Run(common.Terminal(parse), stop));
            }
            Reject(parse, "is for detectors", score);
            if (type == "lxmert") return Task.FromResult(Question(options, parse.GetValue(features), parse.GetValue(detector), words)
                .Run(common.Terminal(parse), stop));
            Reject(parse, "is for questions about pictures", features, detector);
            if (options.Images.Count != 1) throw new UsageException($"attention: {options.Images.Count} texts, expected one, in quotes.");
            string read = LanguageOptions.Read("attention", options.Images[0], null);
            return Task.FromResult(new TextAttention(read, words, options).Run(type, common.Terminal(parse), stop));
        });
        return command;
    }

    static QuestionAttention Question(RunOptions options, string? features, string? detector, AttentionWords words)
    {
        if (options.Images.Count > 2 || (options.Images.Count == 1 && features is null))
            throw new UsageException($"attention: {options.Images.Count} words, expected a picture and a question about it, in quotes.");
        QuestionOptions asked = new(options.Images[^1], options.Images.Count == 2 ? options.Images[0] : null, features, options.Model, detector, null,
            options.MemoryBytes, options.MostPixels);
        return new QuestionAttention(asked, words, options.Out ?? Path.Combine("out", "attention"), options.RenderSize);
    }

    /// <summary>A list of tokens takes the words behind it: pictures, a question, a text.</summary>
    /// <param name="words">What was typed.</param>
    /// <param name="inputs">Takes what is no token.</param>
    /// <param name="given">How many inputs stood elsewhere; null where inputs are files, which are known by being there.</param>
    /// <param name="expected">How many there have to be.</param>
    static AttentionWords Shared(AttentionWords words, List<string> inputs, int? given, int expected)
    {
        List<string> tokens = [.. words.Tokens];
        if (given is { } there)
        {
            int missing = Math.Clamp(expected - there, 0, Math.Max(0, tokens.Count - 1));
            inputs.AddRange(tokens[^missing..]);
            return words with { Tokens = tokens[..^missing] };
        }
        inputs.AddRange(tokens.Where(word => File.Exists(word) || Directory.Exists(word) || word == StandardInput.Word));
        return words with { Tokens = [.. tokens.Except(inputs)] };
    }

    static void Reject(ParseResult parse, string why, params Option[] options)
    {
        if (options.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } given)
            throw new UsageException($"{given.Name}: {why}; this model is of another kind.");
    }
}
