// One process at a time changes what is in a folder: a lock on an empty hidden file there (flock(2) on Unix), which the system gives back when a process ends.

namespace Translucent.Files;

/// <summary>A lock on a folder that is held until it is disposed.</summary>
sealed class FolderLock : IDisposable
{
    const int Pause = 20, Most = 3000; // milliseconds; tries

    readonly FileStream _file;

    FolderLock(FileStream file) => _file = file;

    /// <summary>The name of the file, which stays.</summary>
    public const string Name = ".lock";

    /// <summary>Waits for the lock, a minute at most: what is done under it takes far less.</summary>
    /// <exception cref="TranslucentException">Another process holds it all the while.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FolderLock Take(string folder)
    {
        string path = Path.Combine(folder, Name);
        for (int tried = 1; ; tried++)
            try
            {
                return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException e) when (File.Exists(path))
            {
                if (tried == Most) throw new TranslucentException($"{path}: another process holds this folder; wait for it, or choose another folder.", e);
                Thread.Sleep(Pause);
            }
    }

    public void Dispose() => _file.Dispose();
}
