// translucent attention: what a token looks at, head by head, as DINO's visualize_attention.py shows it (Caron et al. 2021, arXiv:2104.14294, Figure 1).

using System.CommandLine;
using Translucent.Cli.Attention;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Streams;
using Translucent.Runs.Records;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>attention</c>.</summary>
static class AttentionVerb
{
    public static Command Create()
    {
        CommonOptions common = new(imagesMayFollowOptions: true, inputs: StreamInputs.Instead);
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
        StreamInputs inputs = new("attention", common, "Detectors: objects whose score is above it are looked at when no token is named.", "-f");
        Command command = new("attention", "Show what a token looks at: the attention of every head, for models with classes and without, detectors, "
            + "questions about pictures (IMAGE QUESTION) and texts (TEXT).") { layer, head, token, site };
        inputs.AddTo(command);
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            string type = ModelFolders.TypeOf(parse.GetRequiredValue(common.Model));
            AttentionWords words = new(parse.GetValue(site), parse.GetValue(layer), AttentionWords.HeadNumbers(parse.GetValue(head) ?? []),
                parse.GetValue(token) ?? []);
            StreamKind kind = inputs.Kind(parse, type, tower: words.Site == "text");
            List<string> more = [];
            if (kind == StreamKind.Patches)
            {
                TokenChoice chosen = TokenChoice.Parse(words.Tokens, more);
                AttentionRun run = new(words, chosen, look.Read(parse));
                return Task.FromResult(new ImageRuns(run, common.Read(parse, more), common.Terminal(parse), stop).Run());
            }
            StreamInputs.Reject(parse, "is for patches of a picture", look.All);
            words = words with { Tokens = inputs.Shared(parse, kind, words.Tokens, more) };
            RunOptions options = common.Read(parse, more);
            Terminal terminal = common.Terminal(parse);
            if (kind == StreamKind.Question) return Task.FromResult(new QuestionAttention(inputs.Question(parse, options), words, options).Run(terminal, stop));
            if (kind == StreamKind.Text) return Task.FromResult(new TextAttention(inputs.Text(options), words, options).Run(type, terminal, stop));
            DetectorAttention work = new(words, parse.GetValue(inputs.Score), options.RenderSize);
            return Task.FromResult(new ObjectRuns("attention", RecordJson.Element(work.Settings), options, work.Work).Run(terminal, stop));
        });
        return command;
    }
}
