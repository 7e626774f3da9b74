// translucent models pull: the files of one model from the Hugging Face hub into the cache.

using System.CommandLine;
using Translucent.Hub;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>models pull</c>.</summary>
static class PullVerb
{
    /// <param name="settings">Where the hub and the cache are, read when the verb runs.</param>
    public static Command Create(Func<HubSettings> settings)
    {
        Option<TimeSpan?> timeout = Limited<TimeSpan?>("--timeout", "SECONDS", "How long a download may stand still. [default: HF_HUB_DOWNLOAD_TIMEOUT, or 30]",
            "a number of seconds, as 30", text => HubSettings.Time(text));
        Option<double?> rate = Limited<double?>(
            "--min-rate", "BYTES", "Bytes a second that must arrive, with K, M, G; 0 for any rate. [default: TRANSLUCENT_HUB_MIN_RATE, or 1K]",
            "bytes a second, as 500 or 64K", HubSettings.Rate);
        Option<TimeSpan?> limit = Limited<TimeSpan?>("--time-limit", "SECONDS",
            "How long the model may take in all. [default: TRANSLUCENT_HUB_TIME_LIMIT, or no limit]", "a number of seconds, as 3600", text =>
                HubSettings.Time(text));
        Argument<string> model = new("MODEL") { Description = "org/name, or org/name@revision with a branch, tag or commit." };
        Option<bool> force = new("--force") { Description = "Fetch a model too whose family is not supported yet." };
        Command command = new("pull", "Fetch the files that a model needs from the Hugging Face hub into the cache that all its tools share; an interrupted "
            + "download goes on where it stopped.") { model, force, timeout, rate, limit };
        command.SetAction(async (parse, stop) =>
        {
            RepositoryId id = RepositoryId.Parse(parse.GetRequiredValue(model));
            Terminal terminal = Terminal.Of(parse);
            try
            {
                HubSettings given = settings();
                Patience patience = given.Patience with
                {
                    Silence = parse.GetValue(timeout) ?? given.Patience.Silence,
                    LeastRate = parse.GetValue(rate) ?? given.Patience.LeastRate,
                    Limit = parse.GetValue(limit) ?? given.Patience.Limit,
                };
                return await new PullRun(given, patience, terminal, parse.GetValue(force)).Run(id, stop);
            }
            catch (OperationCanceledException)
            {
                terminal.Warn($"cancelled; what has arrived is kept, 'translucent models pull {id}' goes on there.");
                return CommandLine.Cancelled;
            }
        });
        return command;
    }

    static Option<T> Limited<T>(string name, string word, string description, string expected, Func<string, T> read) => new(name)
    {
        Description = description,
        HelpName = word,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (read(text) is { } value) return value;
            result.AddError($"{name} {text}: expected {expected}.");
            return default;
        },
    };
}
