// Exports: the command runs as it does in a terminal, into a folder of its own, and a page may read the files that it wrote and no others.

using System.Text;
using Translucent.Files;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;
using Translucent.Studio.Work;

namespace Translucent.Studio.Exports;

/// <summary>Runs and lists exports.</summary>
sealed class ExportShelf
{
    static readonly TimeSpan s_stale = TimeSpan.FromDays(1); // of texts that a killed studio left

    readonly StudioSettings _settings;
    readonly Jobs _jobs;
    readonly ModelShelf _models;
    readonly PictureShelf _pictures;
    readonly KeptExports _kept;

    public ExportShelf(StudioSettings settings, Jobs jobs, ModelShelf models, PictureShelf pictures, TimeProvider? time = null)
    {
        (_settings, _jobs, _models, _pictures) = (settings, jobs, models, pictures);
        time ??= TimeProvider.System;
        _kept = new KeptExports(settings, ExportLine.Views, time);
        if (!Directory.Exists(Inputs)) return;
        foreach (DirectoryInfo left in new DirectoryInfo(Inputs).GetDirectories())
            if (time.GetUtcNow() - left.LastWriteTimeUtc > s_stale) Clear(left.FullName);
    }

    string Inputs => Path.Combine(_settings.Folder, "inputs");

    /// <summary>Starts an export.</summary>
    /// <returns>The job, and the name of the folder.</returns>
    /// <exception cref="TranslucentException">The view cannot be exported, or there is no room.</exception>
    public (Job Job, string Name) Start(Query query)
    {
        string view = query.Word("view");
        if (!ExportLine.Views.Contains(view)) throw TranslucentException.OfRequest($"view {Describe.Name(view)}: cannot be exported.");
        (KeptExport export, IReadOnlyList<string> gone) = _kept.Add(view);
        string inputs = Path.Combine(Inputs, export.Name);
        ExportLine line;
        try
        {
            line = ExportLine.Of(query, _models, _pictures, inputs);
        }
        catch
        {
            _kept.Finish(export, whole: false); // nothing was asked that could be in it
            Clear(inputs);
            throw;
        }
        string[] arguments = line.Arguments is [.., "--", { } last] ? [.. line.Arguments[..^2], "--out", export.Folder, "--", last]
            : [.. line.Arguments, "--out", export.Folder];
        Job started = _jobs.Start($"export {export.Name}", $"export: {line.Verb} into {export.Name}", job => Run(job, export, arguments, inputs, gone));
        _ = started.Answer.ContinueWith(_ =>
        {
            if (!export.IsWritten) return;
            _kept.Finish(export, whole: false); // it was cancelled before the command began
            Clear(inputs);
        }, TaskScheduler.Default);
        return (started, export.Name);
    }

    async Task<byte[]> Run(Job job, KeptExport export, string[] arguments, string inputs, IReadOnlyList<string> gone)
    {
        export.Job = job;
        bool whole = false;
        try
        {
            int code = await _settings.Command(arguments, job.Say, job.Stop);
            job.Stop.ThrowIfCancellationRequested();
            if (code != 0) throw new TranslucentException(job.Lines.LastOrDefault(l => l.Length > 0) ?? $"the command ended with code {code}.");
            whole = true;
            return Encoding.UTF8.GetBytes(export.Name);
        }
        finally
        {
            Clear(inputs); // the command has read them
            gone = [.. gone, .. _kept.Finish(export, whole)];
            if (whole) job.Export = export.Name;
            if (gone.Count > 0) job.Note = $"{string.Join(", ", gone)} made room for it";
        }
    }

    /// <summary>Files of an export, by their names.</summary>
    /// <exception cref="TranslucentException">There is no such export.</exception>
    public IReadOnlyList<(string Name, long Bytes)> Files(string name) => [.. new DirectoryInfo(_kept.Find(name)).EnumerateFiles()
        .Where(file => file.LinkTarget is null).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (file.Name, file.Length))];

    /// <summary>The path of one file of an export: one of those that are listed.</summary>
    /// <exception cref="TranslucentException">There is none of this name.</exception>
    public string File(string name, string file) => Files(name).Any(f => f.Name == file) ? Path.Combine(_kept.Find(name), file)
        : throw TranslucentException.OfRequest($"file {Describe.Name(file)}: the export has none of this name.");

    static void Clear(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // tried again when a studio starts a day later
        }
    }
}
