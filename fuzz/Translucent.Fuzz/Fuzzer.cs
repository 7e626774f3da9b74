// Runs inputs through a reader and holds it to the laws of docs/reliability.md.

using System.Diagnostics;
using Translucent.Files;

namespace Translucent.Fuzz;

/// <summary>An input that broke a law.</summary>
/// <param name="Target">The reader.</param>
/// <param name="Index">The number of the input; its bytes follow from that and the seed.</param>
/// <param name="Input">The bytes.</param>
/// <param name="Problem">Which law, and how.</param>
sealed record Finding(string Target, long Index, byte[] Input, string Problem);

/// <summary>What a run over many inputs saw.</summary>
/// <param name="Inputs">How many there were.</param>
/// <param name="Read">Those that were read in spite of the damage.</param>
/// <param name="Refused">Those that ended in a documented error.</param>
/// <param name="Slowest">Seconds of the slowest.</param>
/// <param name="MostBytes">Allocated for one input, at most.</param>
/// <param name="Findings">What broke a law.</param>
sealed record FuzzResult(long Inputs, long Read, long Refused, double Slowest, long MostBytes, IReadOnlyList<Finding> Findings);

/// <summary>Fuzzes one reader.</summary>
/// <param name="target">The reader.</param>
/// <param name="seed">Chooses the inputs.</param>
sealed class Fuzzer(Target target, int seed)
{
    /// <summary>Seconds that one input may take.</summary>
    public const double MostSeconds = 2;

    const double Hang = 30;
    const int Tries = 3, MostFindings = 20, LongestMessage = 2000;
    const int StackBytes = 1 << 20; // the smallest that .NET gives a thread on any system

    long _index = -1, _started;

    /// <summary>Called before each input with its number.</summary>
    public Action<long>? Starting { get; init; }

    /// <summary>Reads the inputs of some numbers.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="goesOn">Asked before each input whether it shall be read.</param>
    public FuzzResult Run(long first, Func<long, bool> goesOn)
    {
        FuzzResult? result = null;
        Exception? fault = null;
        Thread reader = new(() =>
        {
            try
            {
                result = ReadAll(first, goesOn);
            }
            catch (Exception e)
            {
                fault = e;
            }
        }, StackBytes)
        { IsBackground = true };
        reader.Start();
        while (!reader.Join(TimeSpan.FromSeconds(1)))
        {
            long index = Volatile.Read(ref _index), started = Volatile.Read(ref _started);
            if (started == 0 || Stopwatch.GetElapsedTime(started).TotalSeconds < Hang || index != Volatile.Read(ref _index)) continue;
            return new FuzzResult(index - first + 1, 0, 0, Hang, 0, [new Finding(target.Name, index, target.Input(seed, index), $"hangs: more than {Hang} s")]);
        }
        return result ?? throw new InvalidOperationException($"{target.Name}: the harness failed at input {_index}: {fault}", fault);
    }

    /// <summary>The law that an input breaks, or null.</summary>
    public static string? Check(Target target, byte[] input, Sandbox sandbox, double mostSeconds = MostSeconds) =>
        Try(target, input, sandbox, mostSeconds).Problem;

    FuzzResult ReadAll(long first, Func<long, bool> goesOn)
    {
        using Sandbox sandbox = new();
        foreach (byte[] seedFile in target.Seeds) Try(target, seedFile, sandbox); // tables that are made once are not the input's
        long inputs = 0, refused = 0, read = 0, bytes = 0;
        double slowest = 0;
        List<Finding> findings = [];
        for (long index = first; findings.Count < MostFindings && goesOn(inputs); index++, inputs++)
        {
            byte[] input = target.Input(seed, index);
            Starting?.Invoke(index);
            Volatile.Write(ref _index, index);
            Volatile.Write(ref _started, Stopwatch.GetTimestamp());
            Outcome outcome = Try(target, input, sandbox);
            Volatile.Write(ref _started, 0);
            if (outcome.Problem is not null) findings.Add(new Finding(target.Name, index, input, outcome.Problem));
            else if (outcome.Refused) refused++;
            else read++;
            slowest = Math.Max(slowest, outcome.Seconds);
            bytes = Math.Max(bytes, outcome.Bytes);
        }
        return new FuzzResult(inputs, read, refused, slowest, bytes, findings);
    }

    readonly record struct Outcome(string? Problem, bool Refused, double Seconds, long Bytes);

    static Outcome Try(Target target, byte[] input, Sandbox sandbox, double mostSeconds = MostSeconds)
    {
        Outcome outcome = default;
        for (int i = 0; i < Tries; i++) // a busy machine is not the reader's fault
        {
            outcome = Once(target, input, sandbox);
            if (outcome.Problem is not null || outcome.Seconds <= mostSeconds) return outcome;
        }
        return outcome with { Problem = $"slow: took {outcome.Seconds:0.0} s, {Tries} times over, expected at most {mostSeconds} s" };
    }

    static Outcome Once(Target target, byte[] input, Sandbox sandbox)
    {
        string? problem = null;
        bool refused = false;
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        try
        {
            target.Read(input, sandbox);
        }
        catch (TranslucentException e)
        {
            refused = true;
            problem = Complaint(e.Message);
        }
        catch (Exception e)
        {
            problem = $"throws {e}";
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before, most = target.Memory.For(input.Length);
        if (problem is null && bytes > most) problem = $"allocates {bytes} bytes for a file of {input.Length}, expected at most {most}";
        return new Outcome(problem, refused, seconds, bytes);
    }

    /// <summary>What is wrong with a message, or null: it must be one line that can be shown as it is.</summary>
    static string? Complaint(string message) =>
        message.Any(char.IsControl) ? $"a message of several lines: {message}"
        : message.Length is 0 or > LongestMessage ? $"a message of {message.Length} characters: {message}"
        : null;
}
