// The work of `translucent ask`.

using System.Diagnostics;
using System.Globalization;
using Translucent.Cli.Pictures;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Objects;

/// <summary>A question with everything that was found about it.</summary>
/// <param name="Photo">The picture as it is shown, or null.</param>
/// <param name="Size">Pixels of the picture as it was read.</param>
/// <param name="Regions">[R, 4] boxes in shares of the picture.</param>
/// <param name="Names">What the detector calls the regions; empty texts without one.</param>
/// <param name="Tokens">The tokens of the question.</param>
/// <param name="Answers">All answers, the most probable first.</param>
/// <param name="Explained">What was explained, in words.</param>
/// <param name="Relevance">For every method the relevance of tokens [T] and regions [R].</param>
sealed record Asked(
    Image? Photo, (int Width, int Height) Size, Tensor Regions, IReadOnlyList<string> Names, EncodedText Tokens, IReadOnlyList<ClassPrediction> Answers,
    string Explained,
    IReadOnlyList<(StreamMethod Method, Tensor Text, Tensor Image)> Relevance);

/// <summary>Answers one question and explains the answer.</summary>
sealed class AskRun(AskOptions options, Terminal terminal)
{
    public int Run(CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using QuestionPass pass = QuestionPass.Of(options, answers: true, terminal, stop);
        (Trace trace, Image? file, EncodedText tokens, string folder) = (pass.Trace, pass.Picture, pass.Tokens, pass.Record.Folder);
        foreach (float v in trace.Logits.Span)
            if (!float.IsFinite(v)) throw new TranslucentException(
                $"{folder}: the model makes {v} of the question, expected finite numbers; its weights, or the features of the regions, are not what it was "
                    + "trained with.");
        IReadOnlyList<ClassPrediction> answers = trace.Top(pass.Model.Config.Answers);
        int explained = options.Explain is null ? answers[0].Index : Answer(options.Explain, "--answer", answers);
        int? against = options.Against is null ? null : Answer(options.Against, "--against", answers);
        if (against == explained) throw TranslucentException.OfRequest($"--against {options.Against}: is the answer that is explained; name another.");
        string Label(int index) => answers.First(a => a.Index == index).Label;
        Asked asked = new(file is null ? null : PictureSize.Of(file, options.RenderSize), file is null ? (0, 0) : (file.Width, file.Height),
            pass.Regions.Boxes, pass.Names, tokens, answers,
            against is null ? Label(explained) : $"{Label(explained)} against {Label(against.Value)}",
            Explain(trace, new ClassTarget(explained, against), stop));

        Show(asked);
        RunFolder output = new(options.Out);
        AskPage.Write(output, asked, options);
        double total = clock.Elapsed.TotalSeconds;
        AskSettings settings = new(options.Question, options.Against, [.. asked.Relevance.Select(r => r.Method.Name)], pass.Detector, options.Features,
            options.RenderSize);
        ImageRecord? image = file is null ? null : ImageRecord.Of(options.Image!, asked.Size, ImageFingerprint.Of(options.Image!));
        RunRecord.Finish(output, new ResultRecord(
            "ask", ThisProgram.Now(), image, pass.Record, RecordJson.Element(settings), ThisProgram.Versions,
            new Dictionary<string, double> { ["total"] = Math.Round(total, 4) })
        {
            Ask = Findings(asked, trace),
        });
        terminal.Line($"{output.Files.Count + 1} files in {output.Path} after {Terminal.Duration(total)}; open {Path.Combine(output.Path, "index.html")}");
        return CommandLine.Success;
    }

    int Answer(string word, string option, IReadOnlyList<ClassPrediction> answers)
    {
        if (answers.FirstOrDefault(a => a.Label.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } one) return one.Index;
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < answers.Count) return index;
        throw TranslucentException.OfRequest(
            $"{option} {word}: is none of the {answers.Count} answers; the likeliest are {string.Join(", ", answers.Take(5).Select(a => a.Label))}. An index "
                + $"from 0 to {answers.Count - 1} is understood too.");
    }

    List<(StreamMethod, Tensor, Tensor)> Explain(Trace trace, ClassTarget target, CancellationToken stop)
    {
        ClassTargets targets = new((IReadOnlyList<ClassTarget>)[target]);
        SweepOptions sweep = new() { MemoryBytes = options.MemoryBytes, Stop = stop };
        List<(StreamMethod, Tensor, Tensor)> found = [];
        foreach (StreamMethod method in options.Methods.Fitting(trace, targets, terminal))
        {
            StreamRelevance relevance = method.Explain(trace, targets, sweep);
            Tensor Of(string stream) => relevance.Streams.Contains(stream) ? relevance[stream][0, 0] : Nothing(trace.StreamOf(stream).Length);
            found.Add((method, Of("text"), Of("image")));
        }
        return found;
    }

    /// <summary>A stream that a method says nothing about.</summary>
    static Tensor Nothing(int length)
    {
        Tensor nothing = new(length);
        nothing.Span.Fill(float.NaN);
        return nothing;
    }

    void Show(Asked asked)
    {
        terminal.Line($"{options.Question}");
        terminal.Table(["answer", ">index", ">probability", ""], asked.Answers.Take(5).Select(a =>
            (string[])[a.Label, $"{a.Index}", (100 * a.Probability).ToString("0.0", CultureInfo.InvariantCulture) + " %",
                new string('█', (int)Math.Round(30 * a.Probability))]));
        terminal.Line($"relevance for {asked.Explained}:");
        foreach ((StreamMethod method, Tensor text, _) in asked.Relevance) terminal.Colored($"  {method.Name}: ", Words(asked.Tokens, text, method.IsSigned));
        string Number(float v) => float.IsNaN(v) ? "-" : v.ToString("G3", CultureInfo.InvariantCulture);
        terminal.Table(["word", .. asked.Relevance.Select(r => $">{r.Method.Name}")],
            Enumerable.Range(0, asked.Tokens.Count).Select(i => (string[])[asked.Tokens.Tokens[i], .. asked.Relevance.Select(r => Number(r.Text.Span[i]))]));
        terminal.Table(["region", "object", .. asked.Relevance.Select(r => $">{r.Method.Name}")],
            Enumerable.Range(0, asked.Regions.Shape[0]).OrderByDescending(i => Math.Abs(asked.Relevance[0].Image.Span[i])).Take(12)
                .Select(i => (string[])[$"{i}", asked.Names[i], .. asked.Relevance.Select(r => Number(r.Image.Span[i]))]));
    }

    /// <summary>The tokens with a share from -1 to 1 each, special ones 0: what a colour shows.</summary>
    public static IReadOnlyList<(string Text, double Share)> Words(EncodedText tokens, Tensor relevance, bool signed)
    {
        float[] shown = [.. Enumerable.Range(0, tokens.Count).Where(i => !tokens.Special[i] && float.IsFinite(relevance.Span[i]))
            .Select(i => relevance.Span[i])];
        float low = signed || shown.Length == 0 ? 0 : shown.Min(), most = shown.Length == 0 ? 0 : shown.Max(v => Math.Abs(v - low));
        return [.. Enumerable.Range(0, tokens.Count)
            .Select(i => (tokens.Tokens[i], tokens.Special[i] || most == 0 || !float.IsFinite(relevance.Span[i]) ? 0.0 : (relevance.Span[i] - low) / most))];
    }

    static AskFindings Findings(Asked asked, Trace trace)
    {
        Dictionary<string, double> At(Func<(StreamMethod Method, Tensor Text, Tensor Image), float> of) =>
            asked.Relevance.Where(r => float.IsFinite(of(r))).ToDictionary(r => r.Method.Name, r => (double)of(r));
        BoxRecord? Box(int r) => asked.Photo is null ? null
            : BoxRecord.Of((asked.Regions.Row(r)[0] * asked.Size.Width, asked.Regions.Row(r)[1] * asked.Size.Height, asked.Regions.Row(r)[2] * asked.Size.Width,
                asked.Regions.Row(r)[3] * asked.Size.Height));
        return new AskFindings(
            [.. asked.Answers.Take(10).Select(a => new AnswerRecord(a.Index, a.Label, trace.Logits.Span[a.Index], a.Probability))], asked.Explained,
            [.. Enumerable.Range(0, asked.Tokens.Count)
                .Select(i => new WordRecord(asked.Tokens.Tokens[i], asked.Tokens.Special[i] ? "" : asked.Tokens.Tokens[i], At(r => r.Text.Span[i])))],
            [.. Enumerable.Range(0, asked.Regions.Shape[0]).Select(i => new RegionRecord(Box(i), asked.Names[i], At(r => r.Image.Span[i])))]);
    }
}
