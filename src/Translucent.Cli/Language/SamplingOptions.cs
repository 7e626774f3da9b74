// How a language model goes on: --temperature, --top-p, --top-k, --seed.

using System.CommandLine;
using System.Globalization;
using Translucent.Models;

namespace Translucent.Cli.Language;

/// <summary>The options.</summary>
sealed class SamplingOptions
{
    readonly Option<double?> _temperature = LanguageOptions.Real("--temperature",
        "0 takes the likeliest token each time; 1 draws as the model says, more is wilder. [default: 0]", "T", 0, 1000);

    readonly Option<double?> _topP = LanguageOptions.Real("--top-p", "Draw from the likeliest tokens that have this probability together. [default: from all]",
        "P", 0, 1,
        open: true);

    readonly Option<int?> _topK = LanguageOptions.Whole("--top-k", "Draw from the K likeliest tokens. [default: from all]", "K", 1);

    readonly Option<long> _seed = new("--seed")
    {
        Description = "Of the draws: the same seed and settings give the same text.",
        HelpName = "S",
        DefaultValueFactory = _ => 0,
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed)) return seed;
            result.AddError($"--seed {result.Tokens[0].Value}: expected a whole number.");
            return 0;
        },
    };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_temperature);
        verb.Options.Add(_topP);
        verb.Options.Add(_topK);
        verb.Options.Add(_seed);
    }

    /// <summary>What was chosen.</summary>
    /// <exception cref="UsageException">Draws are limited, but there are none.</exception>
    public GenerationSettings Read(ParseResult parse, int tokens)
    {
        double temperature = parse.GetValue(_temperature) ?? 0;
        foreach (Option option in (Option[])[_topP, _topK, _seed])
            if (temperature == 0 && parse.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name}: is about draws, and with --temperature 0 the likeliest token is taken; give a temperature above 0.");
        return new GenerationSettings
        {
            Tokens = tokens,
            Temperature = temperature,
            TopP = parse.GetValue(_topP),
            TopK = parse.GetValue(_topK),
            Seed = parse.GetValue(_seed)
        };
    }
}
