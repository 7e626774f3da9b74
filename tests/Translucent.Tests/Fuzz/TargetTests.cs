using Translucent.Fuzz;

namespace Translucent.Tests.Fuzz;

/// <summary>Damaged files through every reader: fixed seed, fixed number of inputs, the laws of docs/reliability.md.</summary>
public class TargetTests
{
    const int Seed = 20261121;

    public static TheoryData<string, int> Counts => new()
    {
        { "safetensors", 10_000 }, { "shards", 1500 }, { "torch", 5000 }, { "pickle", 20_000 }, { "npz", 4000 }, { "npy", 3000 }, { "onnx", 800 },
        { "config", 600 }, { "preprocessor", 3000 }, { "tokenizer", 1200 }, { "tokenizer-config", 600 }, { "vocab", 400 }, { "merges", 400 },
        { "png", 6000 }, { "jpeg", 8000 }, { "picture", 4000 }, { "coco", 4000 }, { "picture-guard", 4000 },
        { "labels", 3000 }, { "mat", 6000 }, { "cifar", 1000 }, { "cifar-names", 1000 }, { "idx", 1000 }, { "folders", 300 },
        { "layouts", 500 }, { "spiece", 2000 }, { "hub", 4000 }, { "coco-results", 4000 },
    };

    [Theory, MemberData(nameof(Counts))]
    public void Damaged_files_are_read_or_refused_within_time_and_memory(string name, int count)
    {
        FuzzResult result = new Fuzzer(Targets.All.Single(t => t.Name == name), Seed).Run(0, done => done < count);
        Assert.Equal([], result.Findings.Select(f => $"{f.Target}-{Seed}-{f.Index}: {f.Problem}"));
        Assert.Equal(count, result.Inputs);
        Assert.InRange(result.Refused, count / 20, count); // changes of both kinds are met
        Assert.InRange(result.Read, count / 100, count);
    }

    [Fact]
    public void Every_target_is_fuzzed_here() => Assert.Equal(Targets.All.Select(t => t.Name), Counts.Select(row => row.Data.Item1));

    public static TheoryData<string> Names => [.. Targets.All.Select(t => t.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Most_seeds_are_read(string name)
    {
        Target target = Targets.All.Single(t => t.Name == name);
        using Sandbox sandbox = new();
        Assert.All(target.Seeds, seed => Assert.Null(Fuzzer.Check(target, seed, sandbox)));
        int read = target.Seeds.Count(seed => Record.Exception(() => target.Read(seed, sandbox)) is null);
        Assert.InRange(read, Math.Max(1, target.Seeds.Count / 2), target.Seeds.Count);
    }
}
