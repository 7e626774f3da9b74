// The one error that is not a defect: what a user gave cannot be used as it is.

namespace Translucent.Files;

/// <summary>A file, a model, an input or a request is not usable.</summary>
/// <remarks>
/// The message is one line: what, found, expected, what to do. Beside it, files that cannot be read or written for reasons of the system
/// (rights, a full disk) are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>. A wrong argument of a call is
/// <see cref="ArgumentException"/>,
/// and <see cref="InvalidOperationException"/> is a call out of turn or a defect.
/// </remarks>
/// <param name="message">What, found, expected, what to do.</param>
/// <param name="cause">The error that told of it, if any.</param>
public class TranslucentException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the words of the request are at fault (options, texts, names), and not what a file holds.</summary>
    public bool IsOfRequest { get; protected init; }

    /// <summary>A request that cannot be met as it was put.</summary>
    /// <param name="message">One line: what, found, expected, what to do.</param>
    public static TranslucentException OfRequest(string message) => new(message) { IsOfRequest = true };
}
