using Translucent.Files;
using Translucent.Fuzz;
using Translucent.Fuzz.Mutators;

namespace Translucent.Tests.Fuzz;

/// <summary>The harness itself: it notices each kind of fault, and makes the same inputs everywhere.</summary>
public class FuzzerTests
{
    static readonly byte[] s_seed = "seed"u8.ToArray();

    static Target Of(Action<byte[], Sandbox> read) => new("planted", [s_seed], ByteMutator.Edit, read, new MemoryBound(1 << 16, 16));

    static string? Problem(Action<byte[], Sandbox> read, double mostSeconds = Fuzzer.MostSeconds)
    {
        using Sandbox sandbox = new();
        return Fuzzer.Check(Of(read), s_seed, sandbox, mostSeconds);
    }

    [Fact]
    public void A_reader_that_keeps_the_laws_has_no_problem()
    {
        Assert.Null(Problem((_, _) => { }));
        Assert.Null(Problem((_, _) => throw new TranslucentException("x: is damaged; fetch it again.")));
    }

    [Fact]
    public void Another_exception_is_noticed() => Assert.StartsWith("throws System.IndexOutOfRangeException", Problem((file, _) => file[99]++));

    [Fact]
    public void Another_exception_about_files_is_noticed() =>
        Assert.StartsWith("throws System.IO.FileNotFoundException", Problem((_, _) => throw new FileNotFoundException("x")));

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void A_message_that_is_no_line_is_noticed(string message) =>
        Assert.StartsWith("a message of", Problem((_, _) => throw new TranslucentException(message)));

    [Fact]
    public void Much_memory_is_noticed() => Assert.StartsWith("allocates", Problem((_, _) => GC.KeepAlive(new byte[1 << 20])));

    [Fact]
    public void A_slow_reader_is_noticed() => Assert.StartsWith("slow", Problem((_, _) => Thread.Sleep(60), mostSeconds: 0.05));

    [Fact]
    public void A_fault_is_found_with_its_number_and_its_bytes()
    {
        Target target = Of((file, _) => { if (file.Contains((byte)'S')) throw new InvalidCastException("planted"); });
        FuzzResult result = new Fuzzer(target, 5).Run(0, done => done < 2000);
        Assert.NotEmpty(result.Findings);
        Assert.Equal(result.Inputs, result.Read + result.Refused + result.Findings.Count);
        Assert.All(result.Findings, f => Assert.Equal(target.Input(5, f.Index), f.Input));
        Assert.All(result.Findings, f => Assert.Contains((byte)'S', f.Input));
    }

    [Fact]
    public void Inputs_follow_from_name_seed_and_number_alone()
    {
        Target png = Targets.All.Single(t => t.Name == "png");
        Assert.Equal(png.Input(1, 7), png.Input(1, 7));
        Assert.InRange(Enumerable.Range(0, 500).Select(i => Convert.ToHexString(png.Input(1, i))).Distinct().Count(), 490, 500);
        Assert.NotEqual(Enumerable.Range(0, 9).SelectMany(i => png.Input(1, i)), Enumerable.Range(0, 9).SelectMany(i => png.Input(2, i)));
    }

    [Fact]
    public void Mutants_get_behind_check_values_and_lengths()
    {
        // of what is left whole by its frame, most must still be refused for a reason inside, not for the frame
        Assert.InRange(Refused("png", "check value"), 0, 0.3);
        Assert.InRange(Refused("torch", "check value"), 0, 0.3);
        Assert.InRange(Refused("safetensors", "is cut off"), 0, 0.5);
        Assert.InRange(Refused("onnx", "cannot be read as ONNX"), 0, 0.5);
        Assert.InRange(Refused("config", "is not JSON"), 0, 0.5);
        Assert.InRange(Refused("tokenizer", "is not JSON"), 0, 0.5);
    }

    /// <summary>The part of the refusals that say so.</summary>
    static double Refused(string name, string saying)
    {
        Target target = Targets.All.Single(t => t.Name == name);
        using Sandbox sandbox = new();
        string[] messages = [.. Enumerable.Range(0, 300).Select(i => Record.Exception(() => target.Read(target.Input(3, i), sandbox))?.Message)
            .OfType<string>()];
        Assert.True(messages.Length > 50);
        return messages.Count(m => m.Contains(saying)) / (double)messages.Length;
    }
}
