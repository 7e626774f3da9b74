// The largest resident size of the process, from a chosen moment on where the system allows that (Linux, proc_pid_clear_refs(5)).

using System.Diagnostics;

namespace Translucent.Cli.Verbs;

/// <summary>Peak memory of this process.</summary>
static class BenchmarkMemory
{
    const string ClearReferences = "/proc/self/clear_refs";

    /// <summary>Bytes since the last reset, or since the process began.</summary>
    public static long Peak
    {
        get
        {
            using Process process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Gives free memory back and starts anew; where the system cannot, the peak stays that of the whole process.</summary>
    public static void Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!File.Exists(ClearReferences)) return;
        try
        {
            File.WriteAllText(ClearReferences, "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a container may forbid it
        }
    }
}
