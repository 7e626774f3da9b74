// translucent completion SHELL: a script by which a shell completes verbs, options, methods and models.

using System.CommandLine;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>completion</c>.</summary>
static class CompletionVerb
{
    static readonly (string Shell, string Script)[] s_scripts =
    [
        ("bash", """
            # completion of translucent for bash: translucent completion bash >> ~/.bashrc
            _translucent() {
                local IFS=$'\n'
                COMPREPLY=($(translucent "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
            }
            complete -o default -F _translucent translucent
            """),
        ("zsh", """
            # completion of translucent for zsh: translucent completion zsh >> ~/.zshrc, behind compinit
            _translucent() {
                local -a words_found
                words_found=("${(@f)$(translucent "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                words_found=(${words_found:#})
                if (( ${#words_found} )); then compadd -a words_found; else _files; fi
            }
            compdef _translucent translucent
            """),
        ("fish", """
            # completion of translucent for fish: translucent completion fish > ~/.config/fish/completions/translucent.fish
            complete -c translucent -a '(set -l line (commandline -cp); translucent "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
            """),
        ("pwsh", """
            # completion of translucent for PowerShell: translucent completion pwsh >> $PROFILE
            Register-ArgumentCompleter -Native -CommandName translucent -ScriptBlock {
                param($word, $line, $position)
                $text = $line.ToString().PadRight($position)
                translucent "[suggest:$position]" $text | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """),
    ];

    public static Command Create()
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh, fish or pwsh." };
        shell.CompletionSources.Add([.. s_scripts.Select(s => s.Shell)]);
        Command command = new("completion", "Print a script by which your shell completes verbs, options, methods and models.") { shell };
        command.SetAction(parse =>
        {
            string name = parse.GetRequiredValue(shell);
            string script = s_scripts.FirstOrDefault(s => s.Shell.Equals(name, StringComparison.OrdinalIgnoreCase)).Script
                ?? throw new UsageException($"SHELL {name}: expected {string.Join(", ", s_scripts.Select(s => s.Shell))}.");
            Terminal.Of(parse).Raw(script);
        });
        return command;
    }
}
