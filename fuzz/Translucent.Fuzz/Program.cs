// `fuzz [TARGET ...]`: damaged files through all readers, for as long as one likes. `fuzz replay FILE ...`: one of them again.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Translucent.Tensors;

namespace Translucent.Fuzz;

static class Program
{
    const string Current = "current"; // names the input that is being read

    static readonly string[] s_names = [.. Targets.All.Select(t => t.Name)];

    static int Main(string[] args)
    {
        Argument<string[]> names = new("TARGET") { Description = $"Readers: {string.Join(", ", s_names)}. [default: all]", Arity = ArgumentArity.ZeroOrMore };
        names.AcceptOnlyFromAmong(s_names);
        Option<long> inputs = new("--inputs") { Description = "Inputs for each target.", DefaultValueFactory = _ => 10_000 };
        Option<double?> minutes = new("--minutes") { Description = "Minutes for each target, in the place of a number of inputs." };
        Option<int> seed = new("--seed") { Description = "Chooses the inputs.", DefaultValueFactory = _ => 1 };
        Option<string> folder = new("--out")
        {
            Description = "Where inputs that break a law are written, as TARGET-SEED-NUMBER.bin.",
            DefaultValueFactory = _ => Path.Combine("out", "fuzz"),
        };
        RootCommand root = new("Fuzz every reader of Translucent (docs/reliability.md).")
        {
            names, inputs, minutes, seed, folder, Replay(), Hostile.HostileReplay.Create(),
        };
        root.SetAction(parse =>
        {
            Compute.Default = Compute.Default.WithThreads(1); // allocations are counted on the thread that reads
            string to = Directory.CreateDirectory(parse.GetRequiredValue(folder)).FullName;
            Console.WriteLine($"{"target",-17}{"inputs",12}{"read",12}{"refused",12}{"slowest",12}{"most memory",16}  broke a law");
            int found = (parse.GetValue(names) is { Length: > 0 } some ? some : s_names)
                .Sum(name => Run(Named(name)!, parse.GetValue(seed), parse.GetValue(inputs), parse.GetValue(minutes), to));
            Console.WriteLine($"peak working set {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
            return found == 0 ? 0 : 1;
        });
        return root.Parse(args).Invoke();
    }

    static Command Replay()
    {
        Argument<string[]> files = new("FILE")
        {
            Description = $"Files that a run wrote; or its file '{Current}', which names the input at which it died.",
            Arity = ArgumentArity.OneOrMore,
        };
        Command replay = new("replay", "Read written inputs again and say which law they break.") { files };
        replay.SetAction(parse => parse.GetRequiredValue(files).Count(file => !KeepsLaws(file)) == 0 ? 0 : 1);
        return replay;
    }

    static Target? Named(string name) => Targets.All.FirstOrDefault(t => t.Name == name);

    /// <summary>One target, with its line of the table; what breaks a law is written to files.</summary>
    static int Run(Target target, int seed, long inputs, double? minutes, string folder)
    {
        string current = Path.Combine(folder, Current);
        Stopwatch clock = Stopwatch.StartNew();
        FuzzResult result;
        using (FileStream place = new(current, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            result = new Fuzzer(target, seed) { Starting = index => Note(place, $"{target.Name}-{seed}-{index}") }
                .Run(0, done => minutes is { } most ? clock.Elapsed.TotalMinutes < most : done < inputs);
        }
        File.Delete(current);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{target.Name,-17}{result.Inputs,12}{result.Read,12}{result.Refused,12}{result.Slowest,10:0.000} s{result.MostBytes >> 10,12} KiB  "
                + $"{result.Findings.Count}"));
        foreach (Finding finding in result.Findings)
        {
            string file = Path.Combine(folder, $"{finding.Target}-{seed}-{finding.Index}.bin");
            File.WriteAllBytes(file, finding.Input);
            Console.WriteLine($"  {file}: {finding.Problem.Split('\n')[0]}");
        }
        return result.Findings.Count;
    }

    /// <summary>Survives the death of the process, as by a full stack.</summary>
    static void Note(FileStream place, string name)
    {
        Span<byte> line = stackalloc byte[64];
        line.Fill((byte)' ');
        Encoding.ASCII.GetBytes(name, line);
        place.Position = 0;
        place.Write(line);
    }

    /// <summary>Whether a written input keeps the laws (now).</summary>
    static bool KeepsLaws(string file)
    {
        bool died = Path.GetFileName(file) == Current;
        string name = died ? File.ReadAllText(file).Trim() : Path.GetFileNameWithoutExtension(file);
        string[] parts = name.Split('-');
        if (parts.Length < 3 || Named(string.Join('-', parts[..^2])) is not { } target || !int.TryParse(parts[^2], out int seed)
            || !long.TryParse(parts[^1], out long index))
        {
            Console.Error.WriteLine($"{file}: expected a name such as png-1-123.bin, which begins with a target.");
            return false;
        }
        byte[] input = died ? target.Input(seed, index) : File.ReadAllBytes(file);
        if (died) File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, name + ".bin"), input);
        using Sandbox sandbox = new();
        string? problem = Fuzzer.Check(target, input, sandbox);
        Console.WriteLine($"{file}: {problem ?? "keeps the laws"}");
        return problem is null;
    }
}
