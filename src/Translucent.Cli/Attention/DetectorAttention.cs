// attention on a detector: what object queries look at, what they read of each other, what cells of the picture read of cells.

using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Streams;
using Translucent.Models;
using Translucent.Runs.Records;

namespace Translucent.Cli.Attention;

/// <summary>The work on each picture.</summary>
/// <param name="words">What was asked for.</param>
/// <param name="score">Objects above it are those that are looked at when none is named.</param>
/// <param name="renderSize">The longer side of pictures.</param>
sealed class DetectorAttention(AttentionWords words, double score, int renderSize)
{
    const string Usual = "decoder.cross";

    public StreamAttentionSettings Settings => new(words.Site, words.Layer, words.Heads, words.Tokens, score, renderSize);

    /// <summary>Looks at one picture.</summary>
    /// <returns>The objects that it was about.</returns>
    public IReadOnlyList<Detection> Work(ObjectRun run, Terminal terminal)
    {
        IReadOnlyList<Detection> found = run.Trace.Objects!.Found(score);
        StreamScene scene = StreamScene.Of(run, score);
        AttentionFound read = AttentionFound.Of(scene, words, Usual, stream => stream.Layout is PatchGrid
            ? throw new UsageException("--token: expected the cells of the picture whose attention is shown, as ROW,COL, counted from 1.")
            : found.Count > 0 ? [.. found.Select(d => d.Query)] : [run.Trace.Objects.All().MaxBy(d => d.Score)!.Query], run.Options.MemoryBytes);
        DetectVerb.Show(found, run, terminal);
        AttentionPictures pictures = new(scene, read);
        pictures.Write(run.Folder, run.Options.Stop);
        TextPaper page = new($"{run.Name}: {pictures.What}",
            $"{run.Size.Width} x {run.Size.Height} pixels, seen by <b>DETR</b> as {run.Trace.Grid.Rows} x {run.Trace.Grid.Columns} cells");
        AttentionReport.Write(page, scene, read, pictures);
        run.Folder.Text("attention.html", page.Finish(AttentionReport.Notes(read, pictures),
            $"{run.Known.Name}: {run.Model.Family}, {run.Model.Config.Queries} queries", run.Known.Hash,
            RecordJson.Element(Settings), run.Folder.Files), "all of it on one page, for a browser");
        return found;
    }
}
