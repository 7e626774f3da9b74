// The files of a run: one that is made but not written yet, and what is noted of one that was written.

namespace Translucent.Runs;

/// <summary>A file that was written.</summary>
/// <param name="Name">Its name in the folder of the run.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of its content, in lower-case hexadecimal.</param>
/// <param name="What">What it holds, in words.</param>
sealed record WrittenFile(string Name, long Bytes, string Sha256, string What);

/// <summary>A file whose content is there, to be written.</summary>
/// <param name="Name">Its name in the folder of the run.</param>
/// <param name="Content">The whole of it.</param>
/// <param name="What">What it holds, in words.</param>
sealed record FileToWrite(string Name, byte[] Content, string What);
