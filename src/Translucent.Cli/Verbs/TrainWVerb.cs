// translucent train-w: the vectors of ULTra_W, learned from pictures without labels (ULTra, arXiv:2411.12589, eqs. 11 to 13).

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>train-w</c>.</summary>
static class TrainWVerb
{
    public static Command Create()
    {
        Option<string[]> data = new("--data", "-d")
        {
            Description = "Pictures, folders of them, or shapes:COUNT[,seed=N][,size=PIXELS][,objects=LEAST-MOST]. Labels are not looked at.",
            HelpName = "PATH..",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> model = new("--model", "-m")
        {
            Description = "A model folder, a bundled model, or org/name of one in the cache.",
            HelpName = "FOLDER|NAME",
            DefaultValueFactory = _ => ModelFolders.Default,
        };
        Option<string> output = new("--out", "-o") { Description = "The .safetensors file to write.", HelpName = "FILE", Required = true };
        Option<int> limit = Whole("--limit", "At most so many pictures, from the first; the paper takes 256.", 256, least: 1, "-n");
        Option<Perturbation> perturb = new("--perturb")
        {
            Description = "What happens outside a segment: mask (towards the mean colour) or noise.",
            HelpName = "mask|noise",
            DefaultValueFactory = _ => Perturbation.Mask,
            CustomParser = Parsers.Word("--perturb", ("mask", Perturbation.Mask), ("noise", Perturbation.Noise)),
        };
        Option<double?> strength = new("--strength")
        {
            Description = "How strongly: of mask the share that is covered, of noise the deviation as a share of black to white. "
                + "[default: 1 for mask, 0.3 for noise]",
            HelpName = "X",
        };
        Option<int> batch = Whole("--batch", "Pictures of a step.", 16, least: 1);
        Option<int> epochs = Whole("--epochs", "How often every picture is seen.", 1, least: 1);
        Option<double> rate = new("--rate")
        {
            Description = "Adam's step; rows of theta begin with length 1.",
            HelpName = "X",
            DefaultValueFactory = _ => 0.001,
        };
        Option<int> seed = Whole("--seed", "Of the order of pictures and of noise.", 1, least: 0);
        Option<bool> force = new("--force") { Description = "Replace the file if it is there." };
        Option<long?> memory = ComputeOptions.Memory("passes and sweeps");
        Option<int> threads = ComputeOptions.Threads();
        CuttingOptions cutting = new();
        Command command = new("train-w", "Learn the vectors of ULTra_W: what changes outside a segment should not move its tokens. Labels are not needed.")
        {
            data, model, output, limit, perturb, strength, batch, epochs, rate, seed, force, memory, threads,
        };
        cutting.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            Perturbation kind = parse.GetValue(perturb);
            double much = parse.GetValue(strength) ?? (kind == Perturbation.Mask ? 1 : 0.3), step = parse.GetValue(rate);
            if (!(much > 0 && much <= (kind == Perturbation.Mask ? 1 : 1000)))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                    $"--strength {much}: expected above 0{(kind == Perturbation.Mask ? ", at most 1" : "")}."));
            if (!(step > 0 && double.IsFinite(step))) throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"--rate {step}: expected above 0."));
            string to = parse.GetRequiredValue(output);
            if (Path.GetExtension(to) != ".safetensors") throw new UsageException($"--out {to}: expected a name that ends in .safetensors.");
            if (File.Exists(to) && !parse.GetValue(force)) throw new UsageException($"--out {to}: is there already; replace it with --force.");
            WTrainingSettings training = new(parse.GetValue(batch), parse.GetValue(epochs), step, (ulong)parse.GetValue(seed));
            return Task.FromResult(new TrainWRun(parse.GetRequiredValue(data), parse.GetRequiredValue(model), to, parse.GetValue(limit), kind, much, training,
                parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes()).Run(info => cutting.Read(parse, info), Terminal.Of(parse), stop));
        });
        return command;
    }

    static Option<int> Whole(string name, string description, int value, int least, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
        CustomParser = Parsers.Number(name, least, int.MaxValue),
    };
}
