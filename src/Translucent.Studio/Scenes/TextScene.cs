// A text before a language model: one that classifies it, one that goes on with it (then text, separator and summary are one sequence), or an encoder alone.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Studio.Http;
using Translucent.Text;

namespace Translucent.Studio.Scenes;

/// <summary>The scene.</summary>
sealed class TextScene : Scene
{
    const int MostTokens = 128; // that are written

    readonly LanguageModel _model;
    readonly string _text;
    readonly EncodedText _tokens;
    readonly int _contextEnd, _summaryBegin; // in UTF-16 units of the text
    readonly Keep _keep;

    TextScene(LanguageModel model, string text, int contextEnd, int summaryBegin, MemoryCheck memory)
    {
        (_model, _text, _contextEnd, _summaryBegin) = (model, text, contextEnd, summaryBegin);
        _tokens = model.Tokenizer!.Encode(text);
        if (_tokens.Count == 0) throw TranslucentException.OfRequest("text: has no tokens, expected some words.");
        long Bytes(Keep keep)
        {
            using Trace plan = model.Plan(1, _tokens.Count, keep);
            return (long)TapeCost.Bytes(plan.Tape);
        }
        if (Bytes(Keep.Boundaries) > memory.Bytes)
            throw TranslucentException.OfRequest($"text: {_tokens.Count} tokens take {ByteSize.Text(Bytes(Keep.Boundaries))}, and {memory.Option} allows "
                + $"{ByteSize.Text(memory.Bytes)}; give more, or a shorter text.");
        _keep = Bytes(Keep.All) > memory.Bytes / 4 ? Keep.Boundaries : Keep.All;
    }

    /// <summary>The text of a question, with the summary that is given or that the model writes.</summary>
    /// <exception cref="TranslucentException">There is no text or tokenizer, or it is too long.</exception>
    public static TextScene Of(LanguageModel model, Query query, MemoryCheck memory)
    {
        if (model.Tokenizer is null) throw TranslucentException.OfRequest($"{model.Family}: its folder has no tokenizer.json.");
        string text = query.Word("text");
        if (!model.PredictsTokens) return new TextScene(model, text, text.Length, text.Length, memory);
        string separator = query.Find("separator") ?? model.Separator;
        string summary = query.Find("summary") ?? Written(model, text + separator, query.IntOrNull("generate", 1, MostTokens) ?? 40);
        bool spaced = separator.Length > 0 && !char.IsWhiteSpace(separator[^1]) && summary.Length > 0 && !char.IsWhiteSpace(summary[0]);
        return new TextScene(model, $"{text}{separator}{(spaced ? " " : "")}{summary}", text.Length, text.Length + separator.Length, memory);
    }

    static string Written(LanguageModel model, string prompt, int tokens)
    {
        EncodedText encoded = model.Tokenizer!.Encode(prompt);
        int tail = encoded.Count; // a token that ends texts is no part of one that goes on
        while (tail > 0 && encoded.Special[tail - 1]) tail--;
        int[] ids = [.. encoded.Ids.Take(tail)];
        StreamedText made = new(model.Tokenizer, ids);
        string text = string.Concat(TextGeneration.Continue(model, ids, new GenerationSettings { Tokens = tokens }).Select(made.Add)) + made.Rest();
        return text.Trim().Length > 0 ? text.TrimEnd() : throw TranslucentException.OfRequest("the model has nothing to add to this text; give a summary.");
    }

    public override Model Model => _model;

    public override string Kind => _model.Classes > 0 ? "text" : _model.PredictsTokens ? "summary" : "encoder";

    /// <summary>Ids of all tokens.</summary>
    public IReadOnlyList<int> Ids => _tokens.Ids;

    /// <summary>The tokens of the summary.</summary>
    public int[] Summary => Where(span => _summaryBegin < _text.Length && span.Start >= _summaryBegin);

    /// <summary>The tokens of the text before it.</summary>
    public int[] Context => Where(span => span.Start < _contextEnd);

    protected override Trace Forward(CancellationToken stop) => _model.Forward([new TextInput([.. _tokens.Ids], null)], _keep, cancellationToken: stop);

    public override object Facts(Trace trace) => new
    {
        Text = _text,
        Tokens = Enumerable.Range(0, _tokens.Count).Select(i => new
        {
            Token = _tokens.Tokens[i],
            _tokens.Utf16Offsets[i].Start,
            _tokens.Utf16Offsets[i].End,
            Special = _tokens.Special[i] || _tokens.Sequences[i] is null,
        }),
        Summary,
        Context,
        Written = _model.PredictsTokens ? _text[Math.Min(_summaryBegin, _text.Length)..].Trim() : null,
        Classes = trace.Readout is { Classes: > 0 } readout ? Enumerable.Range(0, readout.Classes).Select(readout.Label) : [],
        Probabilities = trace.Readout is { Classes: > 0 } ? trace.Probabilities().ToArray() : [],
        Meaning = (trace.Readout?.Meaning ?? ScoreMeaning.OneOf).ToString(),
        IsCausal = _model.IsCausal,
    };

    int[] Where(Func<TextSpan, bool> wanted) => [.. Enumerable.Range(0, _tokens.Count)
        .Where(i => _tokens.Sequences[i] is not null && !_tokens.Special[i] && wanted(_tokens.Utf16Offsets[i]))];
}
