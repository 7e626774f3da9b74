// The work of `translucent compare`.

using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>compare</c> with its settings.</summary>
sealed class CompareRun(ClassMapChoice choice, CompareScale scale, RowsChoice rows, MapLook look) : ImageVerb
{
    const int MostColumns = 9; // of the table in the terminal
    const int MostMaps = 1200; // on one sheet

    ModelInfo? _model;
    Agreement? _first;

    public override string Name => "compare";

    public override PromptClasses? Prompts => choice.Prompts;

    public override RowsChoice? Rows => rows;

    public override MapLook Look => look;

    public override IEnumerable<(string, Targets)> Samples(ImageRun run, Random random, int count) => choice.Sample(run, random, count);

    public override void Check(ModelInfo model)
    {
        choice = choice.Of(model);
        int maps = choice.Methods.Maps(choice.Classes(model));
        if (maps > MostMaps) throw new UsageException(
            $"--target: {maps} maps beside each other, expected at most {MostMaps}; 'translucent explain' writes each to a file of its own.");
        _model = model;
    }

    public override RunSettings Settings =>
        new CompareSettings(choice.Methods.Names, choice.Target.Words, choice.ScalarName, scale.ToString().ToLowerInvariant(), choice.StartBlockSetting);

    public override Workload Plan(Trace trace) => choice.Plan(trace, _model!);

    public override string Run(ImageRun run)
    {
        ClassMapSet set = choice.Maps(run, scale);
        List<Agreement> agreements = Agreement.Of(run, set);
        run.Time("pictures", () =>
        {
            run.Folder.Add(PictureFile.Svg("compare.svg", ComparePictures.Maps(run, set), "methods from top to bottom, classes from left to right"));
            foreach (Agreement agreement in agreements)
                run.Folder.Add(PictureFile.Svg($"agreement-{agreement.FileName}.svg", ComparePictures.Matrix(agreement),
                    $"rank correlation of the maps of {agreement.Class}"));
            foreach (ClassMap map in set.Maps)
                run.Folder.Numbers($"compare-{map.FileName}.map.npy", map.Map, $"float32 [h, w]: {map.Title}");
            foreach (Agreement agreement in agreements)
                run.Folder.Text($"agreement-{agreement.FileName}.csv", agreement.Csv(), $"rank correlation of the maps of {agreement.Class}");
        });
        run.Time("page", () => run.Folder.Text("compare.html", ComparePage.Render(run, set, agreements, scale), "all of it on one page, for a browser"));
        _first = agreements[0];
        return run.Predictions.Count == 0 ? $"{set.Maps.Count} maps" : $"{run.Model.Short(run.Predictions[0].Index)}: {set.Maps.Count} maps";
    }

    public override void Conclude(ImageRun run, Terminal terminal)
    {
        string[] methods = _first!.Methods;
        if (methods.Length < 2 || methods.Length > MostColumns) return;
        terminal.Table([$"agreement about {_first.Class}", .. methods.Select((_, i) => $">{i + 1}")],
            methods.Select((m, i) => (string[])[$"{i + 1} {m}", .. _first.Values.Row(i).ToArray()
                .Select(v => float.IsNaN(v) ? "-" : v.ToString("0.00;-0.00;0.00", CultureInfo.InvariantCulture))]));
    }
}
