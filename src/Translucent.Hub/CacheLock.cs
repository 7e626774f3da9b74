// One process at a time fetches a content: the lock files of huggingface_hub (filelock, flock(2) on Unix), which .NET takes with FileShare.None.

namespace Translucent.Hub;

/// <summary>A lock that is held until it is disposed, or the process ends.</summary>
sealed class CacheLock : IDisposable
{
    static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    // EAGAIN of Linux and of BSD and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows
    static readonly int[] s_held = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    readonly FileStream _file;

    CacheLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock, for as long as it takes.</summary>
    /// <param name="path">The lock file; it stays when the lock is given back.</param>
    /// <param name="waiting">Told once, when another process has it.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<CacheLock> Take(string path, Action waiting, CancellationToken stop)
    {
        for (bool first = true; ; first = false)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return new CacheLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException e) when (s_held.Contains(e.HResult))
            {
                if (first) waiting();
            }
            await Task.Delay(s_between, stop);
        }
    }

    public void Dispose() => _file.Dispose();
}
