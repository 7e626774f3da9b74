// What the studio is given by whoever starts it: what may be opened, how much of the machine it may use, and the command that exports.

namespace Translucent.Studio;

/// <summary>A model that can be chosen.</summary>
/// <param name="Name">What it is called in addresses and lists: the name of a bundled model, org/name, or that of a folder.</param>
/// <param name="Path">Its folder or file.</param>
/// <param name="From">Where it comes from, in a word: bundled, cached, local.</param>
public sealed record StudioModel(string Name, string Path, string From);

/// <summary>Runs a line of the command, so that what is exported is what the command writes.</summary>
/// <param name="arguments">Verb and options.</param>
/// <param name="say">Told every line that the command prints.</param>
/// <param name="stop">Ends it early.</param>
/// <returns>The exit code.</returns>
public delegate Task<int> StudioCommand(string[] arguments, Action<string> say, CancellationToken stop);

/// <summary>How the studio runs.</summary>
public sealed record StudioSettings
{
    /// <summary>The port on this machine that is asked for; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Where uploaded pictures and exports are kept; made when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes for the passes and sweeps of all pages together.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The most pixels that a picture may have.</summary>
    public int MostPixels { get; init; } = 100_000_000;

    /// <summary>The largest file that is taken, in bytes.</summary>
    public long MostUploadBytes { get; init; } = 64 << 20;

    /// <summary>How many pictures that were brought are kept; those that nobody looked at for longest make room.</summary>
    public int MostKeptPictures { get; init; } = 200;

    /// <summary>Bytes that all of them take on the disk, as PNG.</summary>
    public long MostKeptBytes { get; init; } = 1L << 30;

    /// <summary>How many exports are kept; the oldest that nobody looks at make room.</summary>
    public int MostKeptExports { get; init; } = 100;

    /// <summary>Bytes that all of them take on the disk; an export that is being written may go over it until it is done.</summary>
    public long MostExportBytes { get; init; } = 4L << 30;

    /// <summary>The models that can be chosen, asked for when the list is shown.</summary>
    public required Func<IReadOnlyList<StudioModel>> Models { get; init; }

    /// <summary>Pictures that can be chosen without bringing one: files.</summary>
    public required IReadOnlyList<string> Pictures { get; init; }

    /// <summary>What a model's regions come from, where it needs a detector: the model's name, from what its settings name.</summary>
    public required Func<string, string?, string> Detector { get; init; }

    /// <summary>The command.</summary>
    public required StudioCommand Command { get; init; }

    /// <summary>As pages show it.</summary>
    public required string Version { get; init; }
}
