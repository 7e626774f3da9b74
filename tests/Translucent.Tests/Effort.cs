using System.Diagnostics;

namespace Translucent.Tests;

/// <summary>What work takes, whatever else the machine does.</summary>
static class Effort
{
    /// <summary>Seconds: those that the clock shows, or those that the processors spent on this process, where other processes held it up.</summary>
    public static double Seconds(Action work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        return Math.Min(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}
