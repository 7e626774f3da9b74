// Exports: the command runs as it does in a terminal, into a folder of its own, and a page may read the files that it wrote and no others.

using System.Text;
using Translucent.Files;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;
using Translucent.Studio.Work;

namespace Translucent.Studio.Exports;

/// <summary>Runs and lists exports.</summary>
sealed class ExportShelf(StudioSettings settings, Jobs jobs, ModelShelf models, PictureShelf pictures)
{
    readonly string _folder = Path.Combine(settings.Folder, "exports");

    /// <summary>Starts an export.</summary>
    /// <returns>The job, and the name of the folder.</returns>
    /// <exception cref="TranslucentException">The view cannot be exported.</exception>
    public (Job Job, string Name) Start(Query query)
    {
        string name = Next(query.Word("view")), folder = Path.Combine(_folder, name);
        ExportLine line;
        try
        {
            line = ExportLine.Of(query, models, pictures, Path.Combine(settings.Folder, "inputs", name));
        }
        catch
        {
            Directory.Delete(folder); // nothing was asked that could be in it
            throw;
        }
        string[] arguments = line.Arguments is [.., "--", { } last] ? [.. line.Arguments[..^2], "--out", folder, "--", last]
            : [.. line.Arguments, "--out", folder];
        return (jobs.Start($"export {name}", $"export: {line.Verb} into {name}", async job =>
        {
            int code = await settings.Command(arguments, job.Say, job.Stop);
            job.Stop.ThrowIfCancellationRequested();
            if (code != 0) throw new TranslucentException(job.Lines.LastOrDefault(l => l.Length > 0) ?? $"the command ended with code {code}.");
            return Encoding.UTF8.GetBytes(name);
        }), name);
    }

    /// <summary>Files of an export, by their names.</summary>
    /// <exception cref="TranslucentException">There is no such export.</exception>
    public IReadOnlyList<(string Name, long Bytes)> Files(string name) => [.. new DirectoryInfo(Existing(name)).EnumerateFiles()
        .Where(file => file.LinkTarget is null).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (file.Name, file.Length))];

    /// <summary>The path of one file of an export: one of those that are listed.</summary>
    /// <exception cref="TranslucentException">There is none of this name.</exception>
    public string File(string name, string file) => Files(name).Any(f => f.Name == file) ? Path.Combine(Existing(name), file)
        : throw TranslucentException.OfRequest($"file {Describe.Name(file)}: the export has none of this name.");

    string Existing(string name)
    {
        string? folder = Directory.Exists(_folder) ? Directory.GetDirectories(_folder).FirstOrDefault(path => Path.GetFileName(path) == name) : null;
        return folder is not null && new DirectoryInfo(folder).LinkTarget is null ? folder
            : throw TranslucentException.OfRequest($"export {Describe.Name(name)}: there is none of this name.");
    }

    string Next(string view)
    {
        string word = SafeName.Of(view);
        for (int i = 1; ; i++)
        {
            string name = $"{word}-{i}";
            string path = Path.Combine(_folder, name);
            if (Directory.Exists(path)) continue;
            Directory.CreateDirectory(path);
            return name;
        }
    }
}
