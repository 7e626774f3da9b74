// What the goldens of texts are computed from: ids, positions, and the language model itself.

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Verify;

sealed partial class GoldenRun
{
    /// <summary><c>input_ids</c> of one text.</summary>
    public int[] Ids() => _input.TryGet("input_ids", out StoredTensor? ids) ? Whole(ids, int.MaxValue)
        : throw new TranslucentException($"{_input.Path}: has no input_ids, expected the token ids of one text.");

    /// <summary>The same with <c>token_type_ids</c> and <c>attention_mask</c>, where there are any.</summary>
    public TextInput Text()
    {
        int[] ids = Ids();
        return new TextInput(ids, Has("token_type_ids") ? Whole("token_type_ids") : null) { Real = Real("attention_mask", ids.Length) };
    }

    /// <summary>The model, where it is a language model.</summary>
    public LanguageModel Language => Trace.Model as LanguageModel
        ?? throw new TranslucentException($"needs a language model, and this is {Trace.Model.Family}");

    /// <summary>What the model says comes next.</summary>
    public VocabularyReadout Vocabulary => Trace.Vocabulary
        ?? throw new TranslucentException($"needs a model that predicts tokens, and this is {Trace.Model.Family}");

    /// <summary><c>summary_positions</c>, at least one.</summary>
    public int[] Summary() => Tokens("summary_positions") is { Length: > 0 } some ? some : throw new TranslucentException("summary_positions is empty");

    /// <summary>The latent tokens that are explained: <c>ultra_targets</c>, else those of the summary.</summary>
    public int[] Explained() => Has("ultra_targets") ? Tokens("ultra_targets") : Tokens("summary_positions");

    /// <summary>All positions of the text.</summary>
    public int[] Everywhere() => [.. Enumerable.Range(0, Trace.Tokens)];

    /// <summary><c>fill_token</c>, the id in the place of words that are taken away.</summary>
    public int Fill() => Whole("fill_token") is [var id] ? id : throw new TranslucentException("fill_token: expected one id");

    /// <summary>A class that a golden is named by.</summary>
    public int Of(int number) => number < Scored.Scored.Classes ? number
        : throw new TranslucentException($"class {number}: the model has classes 0 to {Scored.Scored.Classes - 1}");
}
