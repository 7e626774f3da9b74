using Translucent.Cli.Jobs;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;

namespace Translucent.Cli.Tests.Jobs;

/// <summary>Which part a process does, and what --data takes.</summary>
public class ShardOptionTests
{
    static Shard Read(string? typed, params (string Name, string Value)[] variables) =>
        ShardOption.Read(typed, name => variables.FirstOrDefault(v => v.Name == name).Value);

    [Fact]
    public void Nothing_is_the_whole() => Assert.Equal(Shard.Whole, Read(null));

    [Fact]
    public void What_is_typed_counts_more_than_the_environment() =>
        Assert.Equal(new Shard(2, 4), Read("2/4", ("SLURM_ARRAY_TASK_ID", "0"), ("SLURM_ARRAY_TASK_COUNT", "9")));

    [Theory]
    [InlineData("0", "0", "1", 1)]
    [InlineData("2", "0", "1", 3)]
    [InlineData("3", "1", "1", 3)]
    [InlineData("14", "10", "2", 3)]
    public void A_task_of_a_slurm_array_is_counted_from_the_first(string id, string least, string step, int number) => Assert.Equal(new Shard(number, 3),
        Read(null, ("SLURM_ARRAY_TASK_ID", id), ("SLURM_ARRAY_TASK_COUNT", "3"), ("SLURM_ARRAY_TASK_MIN", least), ("SLURM_ARRAY_TASK_STEP", step)));

    [Fact]
    public void A_pod_of_an_indexed_job_is_counted_from_zero() =>
        Assert.Equal(new Shard(8, 8), Read(null, ("JOB_COMPLETION_INDEX", "7"), ("JOB_COMPLETIONS", "8")));

    [Fact]
    public void Half_of_what_is_needed_is_refused()
    {
        Assert.Contains("SLURM_ARRAY_TASK_COUNT is not", Assert.Throws<UsageException>(() => Read(null, ("SLURM_ARRAY_TASK_ID", "1"))).Message);
        Assert.Contains("JOB_COMPLETIONS is not", Assert.Throws<UsageException>(() => Read(null, ("JOB_COMPLETION_INDEX", "1"))).Message);
        Assert.Contains("part 9 of 8", Assert.Throws<UsageException>(() => Read(null, ("JOB_COMPLETION_INDEX", "8"), ("JOB_COMPLETIONS", "8"))).Message);
        Assert.Contains("expected a number", Assert.Throws<UsageException>(() => Read(null, ("JOB_COMPLETION_INDEX", "x"), ("JOB_COMPLETIONS", "8"))).Message);
        Assert.Contains("expected i/n", Assert.Throws<UsageException>(() => Read("0/3")).Message);
    }

    [Fact]
    public void Scenes_of_shapes_know_their_class_and_mask()
    {
        LabelledImages scenes = DataSources.Open("shapes:9,seed=7,size=48");
        Assert.Equal(9, scenes.Images.Count);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 0], scenes.Images.Select(i => i.Class!.Value));
        Assert.Equal("disc", scenes.Classes[0]);
        Assert.Equal(scenes.Images[3].Read().Pixels, DataSources.Open("shapes:4,seed=7,size=48").Images[3].Read().Pixels);
        Assert.NotEqual(scenes.Images[0].Read().Pixels, scenes.Images[8].Read().Pixels);
        bool[] mask = scenes.Images[1].Mask!();
        Assert.Equal(48 * 48, mask.Length);
        Assert.InRange(mask.Count(m => m), 1, 48 * 48 - 1);
    }

    [Theory]
    [InlineData("shapes:")]
    [InlineData("shapes:0")]
    [InlineData("shapes:3,size=8")]
    [InlineData("shapes:3,colour=red")]
    public void Wrong_words_are_refused(string data) => Assert.Throws<UsageException>(() => DataSources.Open(data));
}
