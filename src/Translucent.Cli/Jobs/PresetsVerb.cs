// translucent evaluate presets: every protocol with every choice it makes.

using System.CommandLine;
using Translucent.Evaluate.Jobs;

namespace Translucent.Cli.Jobs;

/// <summary>The verb.</summary>
static class PresetsVerb
{
    public static Command Create()
    {
        Argument<string?> name = new("PRESET") { Description = "Show this one only.", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("presets", "List the protocols and every choice that they make.") { name };
        command.SetAction(parse =>
        {
            Terminal terminal = Terminal.Of(parse);
            string? wanted = parse.GetValue(name);
            EvaluationPreset[] shown = [.. EvaluationPresets.All.Where(p => wanted is null || p.Name == wanted)];
            string names = string.Join(", ", EvaluationPresets.All.Select(p => p.Name));
            if (shown.Length == 0) throw new UsageException(
                $"PRESET {wanted}{DidYouMean.Of(wanted!, EvaluationPresets.All.Select(p => p.Name))}: there is none of this name, expected {names}.");
            foreach (EvaluationPreset preset in shown)
            {
                terminal.Line($"{preset.Name}: {preset.Meaning} ({preset.Source})");
                terminal.Table(["choice", "value", "what it decides"], preset.Choices.Select(c => (string[])[c.Name, c.Value, c.Meaning]));
                terminal.Line();
            }
            return CommandLine.Success;
        });
        return command;
    }
}
