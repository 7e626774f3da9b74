// What a result file says of the machine and the program it comes from; nothing of who, where or when.

using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Translucent.Cli.Records;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The program's version and the machine's processor.</summary>
static class MachineReport
{
    /// <summary>The processor as /proc/cpuinfo names it, with family, model and stepping, because names such as "AMD EPYC" say little.</summary>
    public static string Processor { get; } = ReadProcessor();

    /// <summary>Fails before any work if a report could not be written to this path in the end.</summary>
    /// <exception cref="TranslucentException">Its folder does not exist, or it is a folder itself.</exception>
    public static void CheckPath(string? path)
    {
        if (path is null) return;
        if (Directory.Exists(path)) throw new TranslucentException($"--json {path}: is a folder, expected the name of a file to write.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new TranslucentException($"--json {path}: its folder does not exist; make it first.");
    }

    /// <summary>The program.</summary>
    public static ProgramRecord Program() =>
        new(ThisProgram.Version, RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}");

    /// <summary>The machine.</summary>
    public static MachineRecord Machine() => new(
        Processor, Environment.ProcessorCount, Compute.Default.Threads,
        Vector512.IsHardwareAccelerated ? "512 bits" : Vector256.IsHardwareAccelerated ? "256 bits" : "scalar", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    static string ReadProcessor()
    {
        const string Facts = "/proc/cpuinfo";
        if (!File.Exists(Facts)) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
        Dictionary<string, string> first = [];
        foreach (string line in File.ReadLines(Facts))
            if (line.Split(':', 2) is [string key, string value]) first.TryAdd(key.Trim(), value.Trim());
        string Text(string key) => first.GetValueOrDefault(key, "unknown");
        return first.ContainsKey("model name")
            ? string.Create(CultureInfo.InvariantCulture,
                $"{Text("model name")} (family {Text("cpu family")} model {Text("model")} stepping {Text("stepping")})")
            : RuntimeInformation.ProcessArchitecture.ToString();
    }
}
