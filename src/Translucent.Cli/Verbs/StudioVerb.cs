// translucent studio: the local web studio.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Hub;
using Translucent.Pictures;
using Translucent.Studio;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>studio</c>.</summary>
static class StudioVerb
{
    const int UsualPort = 7717;

    public static Command Create()
    {
        Argument<string[]> images = new("IMAGE")
        {
            Description = "Picture files or folders that can be chosen beside the bundled samples; others are dropped in.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string[]> models = new("--model", "-m")
        {
            Description = "A model folder or file that can be chosen beside the bundled models and those in the cache; may be given several times.",
            HelpName = "FOLDER|NAME",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int?> port = new("--port")
        {
            Description = $"The port on this machine; 0 takes any that is free. [default: {UsualPort}, or any where that is taken]",
            HelpName = "PORT",
            CustomParser = result => Parsers.Number("--port", 0, 65535)(result),
        };
        Option<string> folder = new("--out", "-o")
        {
            Description = "Where pictures that were dropped in and exports are kept.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => Path.Combine("out", "studio"),
        };
        Option<long?> memory = ComputeOptions.Memory("passes and sweeps of all pages together");
        Option<int> threads = ComputeOptions.Threads();
        Option<int> mostPixels = new("--max-pixels")
        {
            Description = "The most pixels that a picture may have.",
            HelpName = "COUNT",
            DefaultValueFactory = _ => 100_000_000,
            CustomParser = Parsers.Number("--max-pixels", 1, Array.MaxLength / 4),
        };
        Option<bool> open = new("--open") { Description = "Open it in the browser." };
        Command command = new("studio", "A web studio on this machine: drop a picture in, point at any patch, word or object, and see what it means and what "
            + "decided; everything can be exported as the other verbs write it.") { images, models, port, folder, memory, threads, mostPixels, open };
        command.SetAction(async (parse, stop) =>
        {
            Tensors.Compute.Default = Tensors.Compute.Default.WithThreads(parse.GetValue(threads));
            string[] given = parse.GetValue(models) ?? [];
            StudioModel[] local = [.. given.Select(m => new StudioModel(ModelFolders.NameOf(ModelFolders.Find(m)), ModelFolders.Find(m), "local"))];
            int most = parse.GetValue(mostPixels);
            StudioSettings settings = new()
            {
                Port = parse.GetValue(port) ?? UsualPort,
                Folder = Path.GetFullPath(parse.GetRequiredValue(folder)),
                MemoryBytes = parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes(),
                MostPixels = most,
                Models = () => [.. local.Concat(Known()).DistinctBy(m => m.Name)],
                Pictures = [.. Pictures(parse.GetValue(images) ?? []), .. Samples()],
                Detector = Detector,
                Command = Export,
                Version = ThisProgram.Version,
            };
            return await Run(settings, parse.GetValue(port) is null, Terminal.Of(parse), parse.GetValue(open), stop);
        });
        return command;
    }

    /// <summary>Runs a line of the command in this process.</summary>
    public static Task<int> Export(string[] arguments, Action<string> say, CancellationToken stop) =>
        CommandLine.Run(Program.Root(), arguments, new LineWriter(say), new LineWriter(say), stop);

    static async Task<int> Run(StudioSettings settings, bool anyPort, Terminal terminal, bool open, CancellationToken stop)
    {
        await using StudioServer studio = await Start(settings, anyPort, stop);
        terminal.Line($"The studio is at {studio.Address}");
        terminal.Line("The address lets in whoever has it, from this machine only. Ctrl-C ends the studio.");
        if (open) Browser.OpenAddress(studio.Address, terminal.Warn);
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            terminal.Line($"The studio is closed; what was exported is in {Path.Combine(settings.Folder, "exports")}.");
        }
        return CommandLine.Success;
    }

    static async Task<StudioServer> Start(StudioSettings settings, bool anyPort, CancellationToken stop)
    {
        try
        {
            return await StudioServer.Start(settings, stop);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            if (anyPort) return await StudioServer.Start(settings with { Port = 0 }, stop);
            throw new TranslucentException($"--port {settings.Port}: is in use; name another, or 0 for any that is free.");
        }
    }

    static IEnumerable<StudioModel> Known()
    {
        HubCache cache = new(HubSettings.FromEnvironment().Cache);
        return ModelFolders.Bundled().Select(path => new StudioModel(Path.GetFileName(path), path, "bundled"))
            .Concat(cache.Models().Select(id => (id.Name, Path: cache.Find(id))).Where(m => m.Path is not null)
                .Select(m => new StudioModel(m.Name, m.Path!, "cached")));
    }

    static IEnumerable<string> Pictures(string[] given) => given.SelectMany(path => Directory.Exists(path) ? ImageFile.List(path) : File.Exists(path) ? [path]
        : throw new UsageException($"{path}: there is no such file or folder."));

    /// <summary>The photographs that ship with the command.</summary>
    static IEnumerable<string> Samples()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "samples");
        if (!Directory.Exists(folder)) return [];
        string shapes = Path.Combine(folder, "shapes", "images");
        return ImageFile.List(folder).Concat(Directory.Exists(shapes) ? ImageFile.List(shapes) : []);
    }

    /// <summary>The detector that a model's settings name, or the one that is given.</summary>
    public static string Detector(string model, string? given)
    {
        using Checkpoints.Checkpoint checkpoint = Checkpoints.Checkpoint.Open(model);
        string? named = checkpoint.Config.Has("translucent_detector") ? checkpoint.Config.String("translucent_detector") : null;
        return Objects.QuestionPass.DetectorFolder(model, given, named);
    }

    /// <summary>Hands whole lines on.</summary>
    sealed class LineWriter(Action<string> say) : StringWriter
    {
        public override void Write(char value)
        {
            if (value != '\n')
            {
                if (value != '\r') base.Write(value);
                return;
            }
            say(ToString());
            GetStringBuilder().Clear();
        }

        public override void Write(string? value)
        {
            foreach (char c in value ?? "") Write(c);
        }

        public override void WriteLine(string? value) => Write(value + "\n");

        public override void WriteLine() => Write('\n');
    }
}
