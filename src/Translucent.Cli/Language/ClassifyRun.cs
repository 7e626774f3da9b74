// The work of `translucent classify`.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Runs;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;
using Translucent.Tensors;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>What a method says of a text.</summary>
/// <param name="Method">The method.</param>
/// <param name="Row">[N].</param>
/// <param name="Erasure">What becomes of the class without the words; null where that was not asked for.</param>
sealed record ClassifiedBy(ClassMethod Method, float[] Row, ErasureComparison? Erasure);

/// <summary>A text with everything that was found about it.</summary>
/// <param name="Info">The model.</param>
/// <param name="Encoded">Its tokens.</param>
/// <param name="Texts">The text, and the second one where there is one, each with its own tokens.</param>
/// <param name="Positions">Of each text the positions of its tokens.</param>
/// <param name="Words">Of each text the numbers of the words that its tokens are parts of.</param>
/// <param name="Classes">All classes, the most probable first.</param>
/// <param name="Logits">Their scores, by index.</param>
/// <param name="Explained">The class in words.</param>
/// <param name="By">Every method.</param>
sealed record Classified(LanguageInfo Info, EncodedText Encoded, IReadOnlyList<ShownText> Texts, IReadOnlyList<int[]> Positions,
    IReadOnlyList<IReadOnlyList<int?>> Words,
    IReadOnlyList<ClassPrediction> Classes, IReadOnlyList<float> Logits, string Explained, IReadOnlyList<ClassifiedBy> By)
{
    /// <summary>The words of one of the texts with a method's numbers, as shares of the largest of all texts.</summary>
    public IReadOnlyList<ScoredPart> Parts(int text, float[] row)
    {
        IReadOnlyList<ScoredPart>[] all = [.. Texts.Select((t, i) => ScoredPart.Of(t.Parts(Words[i]), [.. Positions[i].Select(p => row[p])]))];
        double most = all.SelectMany(parts => parts).Select(p => Math.Abs(p.Score)).DefaultIfEmpty().Max();
        return [.. all[text].Select(p => p with { Share = most == 0 ? 0 : p.Score / most })];
    }
}

/// <summary>Classifies one text and explains the class.</summary>
sealed class ClassifyRun(ClassifyOptions options, Terminal terminal)
{
    public int Run(CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using LanguageInfo info = LanguageInfo.Open(options.Model, stop);
        info.Announce(terminal);
        if (info.Model.Classes == 0) throw TranslucentException.OfRequest(
            $"--model {options.Model}: has no classifier; take a model that was fine-tuned to classify texts.");
        JsonElement settings = RecordJson.Element(new ClassifySettings(TextFiles.Hash(options.Text), options.Pair is null ? null : TextFiles.Hash(options.Pair),
            options.Methods.Names, options.Target, options.Scalar.ToString().ToLowerInvariant(), options.RandomOrders, TextFiles.TokenizerHash(info.Folder)));
        if (!options.Force && EarlierRun.Holds(options.Out, new RunIdentity(ThisProgram.Version, "classify", info.Hash, settings)))
        {
            terminal.Line($"{options.Out}: done before with these settings, nothing to do (--force does it again)");
            return CommandLine.Success;
        }
        Classified found = Explain(info, stop);
        Show(found);
        RunFolder folder = new(options.Out);
        Write(folder, found);
        folder.Text("index.html", ClassifyPage.Render(found, options, settings, folder.Files), "all of it on one page, for a browser");
        RunRecord.Finish(folder, new ResultRecord("classify", ThisProgram.Now(), Image: null, info.Record, settings, ThisProgram.Versions,
            new Dictionary<string, double> { ["total"] = Math.Round(clock.Elapsed.TotalSeconds, 4) })
        {
            Predictions = [.. found.Classes.Take(10).Select(c => new Prediction(c.Index, info.Label(c.Index), found.Logits[c.Index], (float)c.Probability)
                { Meaning = info.Model.Meaning })],
            Classify = Findings(found),
        });
        terminal.Line($"{Terminal.Duration(clock.Elapsed.TotalSeconds)} -> {Path.Combine(folder.Path, "index.html")}");
        return CommandLine.Success;
    }

    Classified Explain(LanguageInfo info, CancellationToken stop)
    {
        EncodedText encoded = info.Tokenizer.Encode(options.Text, options.Pair);
        TextInput input = info.Model.Encode(options.Text, options.Pair);
        int[][] positions = [.. Enumerable.Range(0, options.Pair is null ? 1 : 2).Select(s => Enumerable.Range(0,
            encoded.Count).Where(i => encoded.Sequences[i] == s).ToArray())];
        int[] candidates = [.. positions.SelectMany(p => p)];
        if (candidates.Length == 0) throw TranslucentException.OfRequest("classify: the text has no tokens, expected some words.");
        (Trace pass, long left) = TextPasses.Forward(info.Model, input, options.MemoryBytes, stop);
        using Trace trace = pass;
        IReadOnlyList<ClassPrediction> classes = trace.Top(info.Model.Classes);
        (ClassTarget target, string name) = ClassNames.Find(options.Target, info, classes);
        ClassTargets targets = new((IReadOnlyList<ClassTarget>)[target], options.Scalar);
        List<ClassifiedBy> by = [];
        foreach (ClassMethod method in Fitting(trace, targets))
        {
            Tensor rows = method.Explain(trace, targets, new SweepOptions { MemoryBytes = left, Stop = stop }).Tokens!;
            float[] row = rows.Row(0).ToArray();
            by.Add(new ClassifiedBy(method, row, options.RandomOrders is not { } orders ? null : ErasureComparison.Of([.. candidates.Select(p => row[p])],
                orders,
                scores => TextErasure.OfClass(info.Model, input, candidates, scores, target.Class, cancellationToken: stop))));
        }
        ShownText[] texts = [.. positions.Select((p, s) => new ShownText(s == 0 ? options.Text : options.Pair!, [.. p.Select(i => encoded.Utf16Offsets[i])]))];
        return new Classified(info, encoded, texts, positions, [.. positions.Select(p => p.Select(i => encoded.Words[i]).ToArray())], classes,
            trace.Logits.ToArray(),
            options.Scalar == ClassScalar.Probability ? $"the probability of {name}" : name, by);
    }

    IEnumerable<ClassMethod> Fitting(Trace trace, ClassTargets targets)
    {
        foreach (ClassMethod method in options.Methods.Methods)
        {
            if (method.Fits(trace, targets) is not { } reason) yield return method;
            else if (options.Methods.All) terminal.Line($"{method.Name} left out: {reason}");
            else throw TranslucentException.OfRequest($"--method {method.Name}: {reason}.");
        }
    }

    void Show(Classified found)
    {
        terminal.Table(["class", ">index", $">{Chance.Heading(found.Info.Model.Meaning)}", ""], found.Classes.Take(5).Select(c =>
            (string[])[found.Info.Label(c.Index), $"{c.Index}",
            Chance.Text(found.Info.Model.Meaning, c.Probability),
            new string('█', (int)Math.Round(30 * Chance.Bar(found.Info.Model.Meaning, c.Probability)))]));
        terminal.Line($"relevance for {found.Explained}:");
        foreach (ClassifiedBy by in found.By)
        {
            terminal.Line($"{by.Method.Name}:");
            for (int t = 0; t < found.Texts.Count; t++) terminal.Shaded([.. found.Parts(t, by.Row).Select(p => (Visible.Text(p.Part.Text), p.Share))]);
        }
        ScoredPart[][] parts = [.. found.By.Select(by => Enumerable.Range(0, found.Texts.Count).SelectMany(t => found.Parts(t,
            by.Row)).Where(p => p.Part.Tokens.Count > 0).ToArray())];
        terminal.Table(["word", .. found.By.Select(by => $">{by.Method.Name}")], Enumerable.Range(0,
            parts[0].Length).OrderByDescending(i => Math.Abs(parts[0][i].Score)).Take(15)
            .Select(i => (string[])[Visible.Line(parts[0][i].Part.Text), .. parts.Select(p => p[i].Score.ToString("G4", CultureInfo.InvariantCulture))]));
        foreach (ClassifiedBy by in found.By)
        {
            if (by.Erasure is not { } erasure) continue;
            terminal.Line($"{by.Method.Name}: probability {erasure.Scored.Full.ToString("0.0000", CultureInfo.InvariantCulture)}, "
                + "and what it loses when words go (comprehensiveness) or stay alone (sufficiency):");
            terminal.Table(ErasureComparison.Headings, erasure.Rows());
            terminal.Line($"against {erasure.Random.Count} random orders: {erasure.Verdict}.");
        }
    }

    static void Write(RunFolder folder, Classified found)
    {
        StringBuilder csv = new($"text,start,word,{string.Join(",", found.By.Select(by => by.Method.Name))}\n");
        for (int t = 0; t < found.Texts.Count; t++)
        {
            IReadOnlyList<ScoredPart>[] columns = [.. found.By.Select(by => found.Parts(t, by.Row))];
            for (int i = 0; i < columns[0].Count; i++)
                if (columns[0][i].Part is { Tokens.Count: > 0 } part)
                    csv.Append(CultureInfo.InvariantCulture, $"{t},{part.Start},{TextFiles.Quoted(part.Text)},")
                        .AppendJoin(",", columns.Select(c => c[i].Score.ToString("G9", CultureInfo.InvariantCulture))).Append('\n');
        }
        folder.Text("words.csv", csv.ToString(), "every word with its relevance by every method; start in UTF-16 units");
        foreach (ClassifiedBy by in found.By)
            folder.Numbers($"{by.Method.Name}.npy", new Tensor([by.Row.Length], by.Row),
                $"float32 [N]: {by.Method.Name}, relevance of every token for {found.Explained}");
    }

    static ClassifyFindings Findings(Classified found) => new(found.Explained,
        [.. Enumerable.Range(0, found.Texts.Count).SelectMany(t =>
        {
            IReadOnlyList<ScoredPart>[] columns = [.. found.By.Select(by => found.Parts(t, by.Row))];
            return Enumerable.Range(0, columns[0].Count).Where(i => columns[0][i].Part.Tokens.Count > 0).Select(i => new TextWordRecord(columns[0][i].Part.Text,
                columns[0][i].Part.Start, found.By.Select((by, m) => (by.Method.Name, columns[m][i].Score)).ToDictionary(p => p.Name, p => (Measure)p.Score)));
        })],
        found.By.All(by => by.Erasure is null) ? null : found.By.Where(by => by.Erasure is not null).ToDictionary(by => by.Method.Name,
            by => TextFiles.Record(by.Erasure!)));
}
