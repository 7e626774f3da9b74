// What records say of the program and the time: its version, what it runs on, and when a run ended.

using System.Globalization;
using System.Reflection;
using Translucent.Runs.Records;

namespace Translucent.Cli;

/// <summary>The command as it runs.</summary>
static class ThisProgram
{
    /// <summary>The version with the commit that it was built from, as <c>--version</c> prints it.</summary>
    public static string Build =>
        typeof(ThisProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Its version.</summary>
    public static string Version { get; } = Build.Split('+')[0];

    /// <summary>The words that start it again: the executable, or dotnet and the assembly.</summary>
    public static IReadOnlyList<string> Start
    {
        get
        {
            string process = Environment.ProcessPath ?? "translucent";
            string assembly = Path.Combine(AppContext.BaseDirectory, $"{typeof(ThisProgram).Assembly.GetName().Name}.dll");
            bool isHost = Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
            return isHost ? [process, assembly] : [process];
        }
    }

    /// <summary>Version and machine.</summary>
    public static VersionsRecord Versions => VersionsRecord.Of(Version);

    /// <summary>The time as records have it: UTC, to the second.</summary>
    public static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
