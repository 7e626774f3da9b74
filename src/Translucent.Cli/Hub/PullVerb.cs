// translucent models pull: the files of one model from the Hugging Face hub into the cache.

using System.CommandLine;

namespace Translucent.Cli.Hub;

/// <summary>The verb <c>models pull</c>.</summary>
static class PullVerb
{
    /// <param name="settings">Where the hub and the cache are, read when the verb runs.</param>
    /// <param name="patience">How long to wait for the hub.</param>
    public static Command Create(Func<HubSettings> settings, Patience patience)
    {
        Argument<string> model = new("MODEL") { Description = "org/name, or org/name@revision with a branch, tag or commit." };
        Option<bool> force = new("--force") { Description = "Fetch a model too whose family is not supported yet." };
        Command command = new("pull", "Fetch the files that a model needs from the Hugging Face hub into the cache that all its tools share; an interrupted download goes on where it stopped.") { model, force };
        command.SetAction(async (parse, stop) =>
        {
            RepositoryId id = RepositoryId.Parse(parse.GetRequiredValue(model));
            Terminal terminal = Terminal.Of(parse);
            try
            {
                return await new PullRun(settings(), patience, terminal, parse.GetValue(force)).Run(id, stop);
            }
            catch (OperationCanceledException)
            {
                terminal.Warn($"cancelled; what has arrived is kept, 'translucent models pull {id}' goes on there.");
                return CommandLine.Cancelled;
            }
        });
        return command;
    }
}
