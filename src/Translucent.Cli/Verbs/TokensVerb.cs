// translucent tokens: what latent tokens stand for (ULTra, arXiv:2411.12589).

using System.CommandLine;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Streams;
using Translucent.Cli.Tokens;
using Translucent.Runs.Records;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>tokens</c>.</summary>
static class TokensVerb
{
    public static Command Create()
    {
        CommonOptions common = new(imagesMayFollowOptions: true, inputs: StreamInputs.Instead);
        Option<int?> layer = new("--layer", "-l")
        {
            Description = "l: explain the tokens z^(l), 2 to L+1, where L is the number of blocks. [default: L+1, behind the last block]",
            HelpName = "L",
        };
        TokenOptions tokens = new("Patches by row and column, counted from 1 at the top left, as in 3,5; cls for the class token; all for a contact sheet of "
            + "all patches. Words, object queries and regions: their numbers from 0, or words as they read. [default: all; objects above --score]",
            "ROW,COL|N|WORD");
        Option<bool> noLayers = new("--no-layers") { Description = "Do not also show chosen tokens in every other layer." };
        Option<string?> stream = new("--stream")
        {
            Description = "Whose tokens, where a model has several streams: queries or image of detectors, text or image of LXMERT; text for the text tower "
                + "of CLIP and SigLIP. [default: queries; text]",
            HelpName = "NAME",
        };

        Command command = new("tokens", "Show what the tokens inside the model stand for, an explanation map for each: patches, object queries of detectors, "
            + "words and regions of questions (IMAGE QUESTION), words of texts (TEXT).") { layer, stream };
        tokens.AddTo(command);
        command.Options.Add(noLayers);
        StreamInputs inputs = new("tokens", common, "Detectors: objects whose score is above it are explained when no token is named.");
        inputs.AddTo(command);
        RowsOptions rows = new();
        rows.AddTo(command);
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            string type = ModelFolders.TypeOf(parse.GetRequiredValue(common.Model));
            StreamKind kind = inputs.Kind(parse, type, tower: parse.GetValue(stream) == "text");
            List<string> more = [];
            Terminal terminal = common.Terminal(parse);
            TokenExplainer explainer = tokens.Explainer(parse);
            if (kind == StreamKind.Patches)
            {
                StreamInputs.Reject(parse, "is for detectors, questions about pictures and texts", stream);
                TokensRun run = new(parse.GetValue(layer), explainer, tokens.Tokens(parse, more), !parse.GetValue(noLayers), rows.Read(parse),
                    look.Read(parse));
                return Task.FromResult(new ImageRuns(run, common.Read(parse, more), terminal, stop).Run());
            }
            if (kind != StreamKind.Detector) StreamInputs.Reject(parse, "is for patches of a picture", look.All);
            if (kind != StreamKind.Text) StreamInputs.Reject(parse, "is for models of one token stream", rows.All);
            TokensAsked asked = new(parse.GetValue(stream), parse.GetValue(layer), inputs.Shared(parse, kind, tokens.Words(parse), more), explainer,
                !parse.GetValue(noLayers), rows.Read(parse), kind == StreamKind.Detector ? parse.GetValue(inputs.Score) : null);
            RunOptions options = common.Read(parse, more);
            if (kind == StreamKind.Question) return Task.FromResult(new QuestionTokens(inputs.Question(parse, options), asked, options).Run(terminal, stop));
            if (kind == StreamKind.Text) return Task.FromResult(new TextTokensRun(inputs.Text(options), asked, options).Run(type, terminal, stop));
            DetectorTokens work = new(asked, look.Read(parse), options.RenderSize);
            return Task.FromResult(new ObjectRuns("tokens", RecordJson.Element(work.Settings), options, work.Work).Run(terminal, stop));
        });
        return command;
    }
}
