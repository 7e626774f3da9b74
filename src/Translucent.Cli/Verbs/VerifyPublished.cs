// translucent verify --published: a checkpoint against numbers that others have published about it.

using System.CommandLine;
using System.Diagnostics;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Verify;

namespace Translucent.Cli.Verbs;

/// <summary>The options <c>--published</c> and <c>--image</c>.</summary>
sealed class PublishedOptions
{
    readonly Option<string?> _published = new("--published")
    {
        Description = $"Compare with numbers that others have published about the model instead, here about {string.Join(", ", PublishedFacts.Models)}; "
            + "NAME, where the folder is called otherwise, or a .json file with facts about a language model. [default: the name of the folder]",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrOne,
    };

    readonly Option<string?> _image = new("--image")
    {
        Description = $"For --published: {PublishedFacts.Picture}, which most of these numbers are about. [default: none]",
        HelpName = "FILE",
    };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_published);
        verb.Options.Add(_image);
    }

    /// <summary>What was asked for; null without <c>--published</c>.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="folder">The model.</param>
    /// <exception cref="UsageException">Nothing is published about the model, or the picture is missing.</exception>
    public VerifyPublished? Read(ParseResult parse, string folder)
    {
        string? image = parse.GetValue(_image);
        if (parse.GetResult(_published) is null) return image is null ? null : throw new UsageException("--image: is for --published.");
        string name = parse.GetValue(_published) ?? ModelFolders.NameOf(folder);
        IReadOnlyList<PublishedFact> facts = PublishedCheck.IsFile(name) ? PublishedFile.Read(name) : PublishedFacts.About(name);
        if (facts.Count == 0)
            throw new UsageException($"--published {name}: nothing is known to be published about it; name one of {string.Join(", ", PublishedFacts.Models)}.");
        if (image is null && facts.Any(f => f.NeedsPicture))
            throw new UsageException($"--image: what is published about {facts[0].Model} is about a photograph; give {PublishedFacts.Picture}.");
        return new VerifyPublished(folder, name, facts, image);
    }
}

/// <summary>One comparison with its settings.</summary>
/// <param name="folder">The model.</param>
/// <param name="name">Of the published model, or the file of facts.</param>
/// <param name="facts">What is published.</param>
/// <param name="image">The photograph, or null.</param>
sealed class VerifyPublished(string folder, string name, IReadOnlyList<PublishedFact> facts, string? image)
{
    /// <summary>Computes, compares and prints.</summary>
    /// <returns>The exit code.</returns>
    public int Run(Terminal terminal, string? json, CancellationToken stop)
    {
        Stopwatch clock = Stopwatch.StartNew();
        MachineReport.CheckPath(json);
        Image? photo = image is null ? null : ImageFile.Read(image);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        string? hash = json is null ? null : checkpoint.Hash(stop);
        using Model model = Pretrained.Open(checkpoint);
        using PublishedCheck check = PublishedCheck.Open(folder, model, name, photo, stop);
        string count = facts.Count == 1 ? "1 published fact" : $"{facts.Count} published facts";
        terminal.Line($"{facts[0].Model}, {model.Family}: {count} about {string.Join("; ", facts.Select(f => f.InputName).Distinct())}.");
        List<GoldenResult> results = [];
        terminal.Work("comparing", progress =>
        {
            foreach (GoldenResult result in check.Results())
            {
                results.Add(result);
                progress.Report((double)results.Count / facts.Count);
            }
        });
        VerifyTable.Print(terminal, [], results);
        foreach (string source in facts.Select(f => f.Source).Distinct()) terminal.Line($"source: {source}");
        if (json is not null)
        {
            VerifyReport report = new(folder, hash!, image ?? facts[0].InputName, facts[0].Source, facts.Max(f => f.Absolute), clock.Elapsed.TotalSeconds);
            VerifyReport.Write(json, report, results, []);
            terminal.Line($"written: {json}");
        }
        return results.TrueForAll(r => r.Verdict == GoldenVerdict.Pass) ? CommandLine.Success : CommandLine.Failure;
    }
}
