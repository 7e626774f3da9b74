// What becomes of a result beside its files: --quiet, --json, --open, of every verb that writes a record and a page.

using System.CommandLine;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Options;

/// <summary>What was chosen.</summary>
/// <param name="Json">Whether result.json goes to standard output.</param>
/// <param name="Open">Whether the page, of several images that of the first, is opened.</param>
readonly record struct HandoverChoice(bool Json, bool Open);

/// <summary>The options.</summary>
/// <param name="images">Whether the verb takes several images, each with a record.</param>
sealed class HandoverOptions(bool images = false)
{
    readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors and warnings, on standard error." };

    readonly Option<bool> _json = new("--json")
    {
        Description = $"Print result.json{(images ? " of each image" : "")}, on one line, and nothing else on standard output.",
    };

    readonly Option<bool> _open = new("--open") { Description = $"Open the page in the browser{(images ? "; of several images, that of the first" : "")}." };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[_quiet, _json, _open]) verb.Options.Add(option);
    }

    /// <summary>Reads the values.</summary>
    public HandoverChoice Read(ParseResult parse) => new(parse.GetValue(_json), parse.GetValue(_open));

    /// <summary>The terminal behind a command line, as silent as it asks for.</summary>
    public Terminal Terminal(ParseResult parse) => Cli.Terminal.Of(parse, silent: parse.GetValue(_quiet) || parse.GetValue(_json));

    /// <summary>Does work that leaves one record in a folder, and hands it on where the work succeeds, its pages linked to those of other verbs.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="folder">Where result.json will be.</param>
    /// <param name="work">The work; its result is the exit code.</param>
    public int Run(ParseResult parse, string folder, Func<Terminal, int> work)
    {
        Terminal terminal = Terminal(parse);
        int code = work(terminal);
        if (code == CommandLine.Success) Handover.Of(Read(parse), terminal, folder);
        return code;
    }
}
