// tokens on a detector: what formed object queries and cells of the picture, over cells and queries.

using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Streams;
using Translucent.Models;
using Translucent.Runs.Records;

namespace Translucent.Cli.Tokens;

/// <summary>The work on each picture.</summary>
/// <param name="asked">What was asked for.</param>
/// <param name="look">How maps are drawn.</param>
/// <param name="renderSize">The longer side of pictures.</param>
sealed class DetectorTokens(TokensAsked asked, MapLook look, int renderSize)
{
    const string Usual = "queries";

    public StreamTokensSettings Settings => asked.Settings(renderSize) with { Look = look.Settings };

    /// <summary>Explains tokens of one picture.</summary>
    /// <returns>The objects that the detector finds.</returns>
    public IReadOnlyList<Detection> Work(ObjectRun run, Terminal terminal)
    {
        double score = asked.Score!.Value;
        IReadOnlyList<Detection> objects = run.Trace.Objects!.Found(score);
        StreamScene scene = StreamScene.Of(run, score);
        TokensFound found = TokensFound.Of(scene, asked, Usual, stream => stream.Layout is PatchGrid grid ? [.. Enumerable.Range(grid.Prefix, grid.Count)]
            : objects.Count > 0 ? [.. objects.Select(d => d.Query)] : [run.Trace.Objects.All().MaxBy(d => d.Score)!.Query], (_, _, _, _) => run.Options,
            terminal.Line, new TokensForecast(run.Seconds, run.Again));
        DetectVerb.Show(objects, run, terminal);
        TokensPictures pictures = new(scene, found, look);
        pictures.Write(run.Folder, run.Options.Stop);
        TokensReport report = new(scene, found, pictures, look);
        report.Show(terminal);
        TextPaper page = new($"{run.Name}: {found.What}",
            $"{run.Size.Width} x {run.Size.Height} pixels, seen by <b>DETR</b> as {run.Trace.Grid.Rows} x {run.Trace.Grid.Columns} cells");
        report.Write(page);
        run.Folder.Text("tokens.html", page.Finish(report.Notes(), $"{run.Known.Name}: {run.Model.Family}, {run.Model.Config.Queries} queries", run.Known.Hash,
            RecordJson.Element(Settings), run.Folder.Files, report.Scripts), "all of it on one page, for a browser");
        return objects;
    }
}
