// Going on with a text: a language model says token by token what comes next, and every token is read once.

using Translucent.Files;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Models;

/// <summary>Lets language models write.</summary>
public static class TextGeneration
{
    /// <summary>The tokens that come behind a text, one by one, each computed when it is asked for.</summary>
    /// <param name="model">A model that predicts tokens.</param>
    /// <param name="ids">The beginning, with the tokens that frame it.</param>
    /// <param name="settings">How long and how; the likeliest tokens when null.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends it between two operations.</param>
    /// <returns>New tokens, without the one that ends the text; fewer than asked for where the text ends, or where the model's longest text does.</returns>
    /// <exception cref="TranslucentException">The model predicts no tokens, or the beginning is empty, too long, or holds unknown ids.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IEnumerable<int> Continue(LanguageModel model, IReadOnlyList<int> ids, GenerationSettings? settings = null, Compute? compute = null,
        CancellationToken cancellationToken = default)
    {
        settings ??= new GenerationSettings();
        settings.Check();
        Continuation text = new(model, compute);
        Tensor logits = text.Read(ids, cancellationToken);
        return Tokens(text, logits, settings, settings.End ?? model.EndTokens, cancellationToken);
    }

    static IEnumerable<int> Tokens(Continuation text, Tensor logits, GenerationSettings settings, IReadOnlyList<int> end, CancellationToken stop)
    {
        TokenSampler sampler = new(settings);
        for (int n = 1; ; n++)
        {
            int next = sampler.Next(logits.Span);
            text.Return(logits);
            if (end.Contains(next)) yield break;
            yield return next;
            if (n == settings.Tokens || !text.HasRoom) yield break;
            logits = text.Read([next], stop);
        }
    }

    /// <summary>The text that comes behind another, in pieces of whole characters, each as soon as it is known.</summary>
    /// <param name="model">A model that predicts tokens, with a tokenizer.</param>
    /// <param name="prompt">The beginning.</param>
    /// <param name="settings">How long and how; the likeliest tokens when null.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends it between two operations.</param>
    /// <exception cref="TranslucentException">The model predicts no tokens or has no tokenizer, or the beginning is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IEnumerable<string> Continue(LanguageModel model, string prompt, GenerationSettings? settings = null, Compute? compute = null,
        CancellationToken cancellationToken = default)
    {
        IReadOnlyList<int> ids = model.Encode(prompt).Ids;
        return Pieces(new StreamedText(model.Tokenizer!, ids), Continue(model, ids, settings, compute, cancellationToken));
    }

    static IEnumerable<string> Pieces(StreamedText text, IEnumerable<int> tokens)
    {
        foreach (int token in tokens)
            if (text.Add(token) is { Length: > 0 } piece) yield return piece;
        if (text.Rest() is { Length: > 0 } rest) yield return rest;
    }
}
