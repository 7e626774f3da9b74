// Hand-made mutants: each is one wrong edit of a source file that some test has to notice. All are applied one by one in a copy of the
// working tree, built and tested; those that no test notices are listed. mutants.txt holds them and says how they are written.
//
//   dotnet run tests/mutants/Program.cs                 all mutants
//   dotnet run tests/mutants/Program.cs -- attention    those whose name or file contains a word
//
// Exit code 0: every mutant was noticed. 1: some survived. 2: the list does not fit the sources, or the tests fail without any mutant.

using System.Diagnostics;

const int SurvivedCode = 1, WrongCode = 2, TestsFailed = 2; // the last as Microsoft.Testing.Platform says it
TimeSpan limit = TimeSpan.FromMinutes(10);

string root = Directory.GetCurrentDirectory();
while (!File.Exists(Path.Combine(root, "Translucent.slnx")))
    root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException(
        "Translucent.slnx: not in this folder or above; run this inside the repository.");

List<Mutant> mutants = [.. Mutant.Read(Path.Combine(root, "tests", "mutants", "mutants.txt"))
    .Where(m => args.All(a => m.Name.Contains(a) || m.File.Contains(a)))];
List<string> wrong = [.. mutants.Select(m => m.Problem(root)).OfType<string>()];
if (mutants.Count == 0) wrong.Add($"no mutant has '{string.Join(' ', args)}' in its name or file.");
foreach (string line in wrong) Console.Error.WriteLine(line);
if (wrong.Count > 0) return WrongCode;

string copy = Directory.CreateTempSubdirectory("translucent-mutants-").FullName;
try
{
    Console.WriteLine($"{mutants.Count} mutants; copying the sources and testing them as they are ..");
    foreach (string file in Output("git", root, "ls-files", "-co", "--exclude-standard").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(f => File.Exists(Path.Combine(root, f))))
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
        File.Copy(Path.Combine(root, file), Path.Combine(copy, file));
    }
    if (Build() is { } fault) return Wrong($"the sources do not build:\n{fault}");
    if (Test([.. mutants.SelectMany(m => m.Tests).Distinct()]) != 0)
        return Wrong("the tests fail without any mutant, or match none of the filters; mend them first.");

    List<Mutant> survivors = [];
    foreach (Mutant mutant in mutants)
    {
        string path = Path.Combine(copy, mutant.File), original = File.ReadAllText(path);
        File.WriteAllText(path, original.Replace(mutant.From, mutant.To));
        int? code = Build() is { } error ? throw new InvalidDataException($"{mutant.Name}: does not compile: {error}") : Test(mutant.Tests);
        File.WriteAllText(path, original);
        bool killed = code is TestsFailed or null; // null: endless
        if (!killed && code != 0) return Wrong($"{mutant.Name}: the tests ended with exit code {code}; does '{string.Join(' ', mutant.Tests)}' match any?");
        if (!killed) survivors.Add(mutant);
        Console.WriteLine($"{(killed ? "noticed " : "SURVIVED")}  {mutant.Name}");
    }
    Console.WriteLine($"{mutants.Count - survivors.Count} of {mutants.Count} noticed");
    foreach (Mutant m in survivors) Console.WriteLine($"survived {string.Join(' ', m.Tests)}: {m.File}: '{m.From}' -> '{m.To}'");
    return survivors.Count > 0 ? SurvivedCode : 0;
}
finally
{
    Directory.Delete(copy, recursive: true);
}

int Wrong(string message)
{
    Console.Error.WriteLine(message);
    return WrongCode;
}

// The errors of the build; null for none.
string? Build()
{
    (int? code, string output) = Run("dotnet", copy, "build", "tests/Translucent.Tests", "-c", "Release", "-p:RunAnalyzers=false",
        "-p:TreatWarningsAsErrors=false", "-clp:ErrorsOnly", "-nologo");
    return code == 0 ? null : string.Join('\n', output.Split('\n').Where(l => l.Contains("error")).Take(3));
}

int? Test(string[] filters) => Run(Path.Combine(copy, "artifacts", "bin", "Translucent.Tests", "release", "Translucent.Tests"), copy,
    ["--progress", "off", "--stop-on-fail", "on", .. filters.SelectMany(f => (string[])["--filter-class", f])]).Code;

string Output(string program, string folder, params string[] arguments) =>
    Run(program, folder, arguments) is (0, var output) ? output : throw new IOException($"{program} {arguments[0]} failed.");

// The exit code, null when it did not end in time.
(int? Code, string Output) Run(string program, string folder, params string[] arguments)
{
    using Process process = Process.Start(
        new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
    Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
    if (process.WaitForExit(limit)) return (process.ExitCode, output.Result + error.Result);
    process.Kill(entireProcessTree: true);
    return (null, "");
}

/// <summary>One wrong edit.</summary>
/// <param name="Name">What it breaks.</param>
/// <param name="File">From the root of the repository.</param>
/// <param name="From">Text that occurs there once.</param>
/// <param name="To">What stands there instead.</param>
/// <param name="Tests">Filters of test classes, one of which has to fail.</param>
sealed record Mutant(string Name, string File, string From, string To, string[] Tests)
{
    static readonly string[] s_fields = ["name", "file", "from", "to", "tests"];

    /// <summary>Reads a list; what a line means is said at its top.</summary>
    public static IEnumerable<Mutant> Read(string path)
    {
        List<string> block = [];
        int number = 0;
        foreach (string line in System.IO.File.ReadLines(path).Append(""))
        {
            number++;
            if (line.StartsWith('#')) continue;
            if (line.Length > 0)
            {
                block.Add(line);
                continue;
            }
            if (block.Count > 0) yield return Of(block, $"{path}:{number}");
            block.Clear();
        }
    }

    static Mutant Of(List<string> block, string place)
    {
        string[] values = new string[s_fields.Length];
        if (block.Count != s_fields.Length)
            throw new InvalidDataException($"{place}: a mutant of {block.Count} lines, expected {string.Join(", ", s_fields)}.");
        for (int i = 0; i < values.Length; i++)
        {
            if (!block[i].StartsWith(s_fields[i] + ":", StringComparison.Ordinal))
                throw new InvalidDataException($"{place}: '{block[i]}', expected a line that begins with '{s_fields[i]}:'.");
            values[i] = block[i][(s_fields[i].Length + 1)..].Trim().Replace("\\n", "\n");
        }
        return new Mutant(values[0], values[1], values[2], values[3], values[4].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Why it cannot be applied; null when it can.</summary>
    public string? Problem(string root)
    {
        string path = Path.Combine(root, File);
        if (!System.IO.File.Exists(path)) return $"{Name}: there is no {File}.";
        int count = System.IO.File.ReadAllText(path).Split(From).Length - 1;
        return count == 1 ? null : $"{Name}: '{From}' occurs {count} times in {File}, expected once; correct tests/mutants/mutants.txt.";
    }
}
