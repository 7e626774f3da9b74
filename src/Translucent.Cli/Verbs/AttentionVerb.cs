// translucent attention: what a token looks at, head by head, as DINO's visualize_attention.py shows it (Caron et al. 2021, arXiv:2104.14294, Figure 1).

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;

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
                + "several. [default: cls]",
            HelpName = "ROW,COL",
            AllowMultipleArgumentsPerToken = true,
        };
        Command command = new("attention", "Show what a token looks at: the attention of every head, for models with classes and without.") { layer, head,
            token };
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            List<string> images = [];
            TokenChoice chosen = TokenChoice.Parse(parse.GetValue(token) ?? [], images);
            AttentionRun run = new(parse.GetValue(layer), Heads(parse.GetValue(head) ?? []), chosen, look.Read(parse));
            return Task.FromResult(new ImageRuns(run, common.Read(parse, images), common.Terminal(parse), stop).Run());
        });
        return command;
    }

    /// <summary>Numbers of heads; none for all.</summary>
    static int[] Heads(string[] words)
    {
        List<int> heads = [];
        foreach (string word in words.SelectMany(w => w.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (word.Equals("all", StringComparison.OrdinalIgnoreCase)) return [];
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int head))
                throw new UsageException($"--head {word}: expected numbers from 0, such as 0,3, or all.");
            heads.Add(head);
        }
        return [.. heads.Distinct()];
    }
}
