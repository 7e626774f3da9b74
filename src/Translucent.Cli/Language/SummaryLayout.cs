// A text and its summary as one sequence of tokens, the way a language model reads them: [bos] context [separator] summary.

using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Models;
using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>The sequence, and which of its tokens are the text and which the summary; begin and separator are neither.</summary>
/// <param name="Ids">All tokens.</param>
/// <param name="Context">Positions of the text's tokens.</param>
/// <param name="Summary">Positions of the summary's.</param>
/// <param name="ContextText">The text with the places of its tokens.</param>
/// <param name="SummaryText">The summary with the places of its tokens.</param>
sealed record SummaryLayout(IReadOnlyList<int> Ids, IReadOnlyList<int> Context, IReadOnlyList<int> Summary, ShownText ContextText, ShownText SummaryText)
{
    /// <summary>What stands between text and summary when nothing else is asked for: what the model was trained with, where it says so.</summary>
    /// <param name="model">As --model has it.</param>
    /// <exception cref="UsageException">There is none of this name.</exception>
    public static string SeparatorOf(string model)
    {
        using Checkpoint checkpoint = Checkpoint.Open(ModelFolders.Find(model));
        return LanguageModels.SeparatorOf(checkpoint);
    }

    /// <summary>A text with a summary that is given. Both go through the tokenizer as one text, so that words at the seams are cut as in any text.</summary>
    /// <exception cref="TranslucentException">One of them has no token of its own.</exception>
    public static SummaryLayout Of(LanguageModel model, string context, string separator, string summary)
    {
        bool spaced = separator.Length > 0 && !char.IsWhiteSpace(separator[^1]) && summary.Length > 0 && !char.IsWhiteSpace(summary[0]);
        string joint = context + separator + (spaced ? " " : "") + summary;
        int end = context.Length, begin = end + separator.Length;
        EncodedText encoded = Encoded(model, joint);
        List<int> inContext = [], inSummary = [];
        for (int i = 0; i < encoded.Count; i++)
        {
            if (encoded.Sequences[i] is null || encoded.Special[i]) continue;
            TextSpan span = encoded.Utf16Offsets[i];
            if (span.Start < end) inContext.Add(i);
            else if (span.Start >= begin || span.End > begin + (spaced ? 1 : 0)) inSummary.Add(i);
        }
        ShownText Part(List<int> tokens, int from, int to) => new(joint[from..to], [.. tokens.Select(i => encoded.Utf16Offsets[i])
            .Select(s => new TextSpan(Math.Clamp(s.Start, from, to) - from, Math.Clamp(s.End, from, to) - from))]);
        int tail = encoded.Count; // a token that ends texts is no part of one that goes on
        while (tail > 0 && encoded.Special[tail - 1]) tail--;
        return Checked(new SummaryLayout([.. encoded.Ids.Take(tail)], inContext, inSummary, Part(inContext, 0, end), Part(inSummary, begin, joint.Length)));
    }

    /// <summary>A text with the summary that the model writes of it.</summary>
    /// <exception cref="TranslucentException">The text is empty or too long, or the model has nothing to say.</exception>
    public static SummaryLayout Written(LanguageModel model, string context, string separator, GenerationSettings settings, Action<string> told,
        CancellationToken stop)
    {
        SummaryLayout prompt = Prompt(model, context, separator);
        List<int> made = [];
        StreamedText stream = new(model.Tokenizer!, prompt.Ids);
        foreach (int token in TextGeneration.Continue(model, prompt.Ids, settings, cancellationToken: stop))
        {
            made.Add(token);
            told(stream.Add(token));
        }
        told(stream.Rest());
        return Checked(prompt with
        {
            Ids = [.. prompt.Ids, .. made],
            Summary = [.. Enumerable.Range(prompt.Ids.Count, made.Count)],
            SummaryText = ShownText.OfTokens(model.Tokenizer!, prompt.Ids, made),
        });
    }

    static SummaryLayout Prompt(LanguageModel model, string context, string separator)
    {
        EncodedText encoded = Encoded(model, context + separator);
        int tail = encoded.Count;
        while (tail > 0 && encoded.Special[tail - 1]) tail--;
        int[] inContext = [.. Enumerable.Range(0, tail).Where(i => encoded.Sequences[i] is not null && encoded.Utf16Offsets[i].Start < context.Length)];
        ShownText shown = new(context, [.. inContext.Select(i => encoded.Utf16Offsets[i])
            .Select(s => new TextSpan(s.Start, Math.Min(s.End, context.Length)))]);
        return new SummaryLayout([.. encoded.Ids.Take(tail)], inContext, [], shown, new ShownText("", []));
    }

    static EncodedText Encoded(LanguageModel model, string text) => model.Tokenizer!.Encode(text);

    static SummaryLayout Checked(SummaryLayout layout)
    {
        if (layout.Context.Count == 0) throw TranslucentException.OfRequest("--context: the text has no tokens, expected some words.");
        if (layout.Summary.Count == 0) throw TranslucentException.OfRequest("the summary has no tokens, expected some words.");
        return layout.Summary[0] > 0 ? layout : throw TranslucentException.OfRequest("the summary is not behind the text.");
    }
}
