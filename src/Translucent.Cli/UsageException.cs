// What the user asked for cannot be: the command line ends with exit code 2.

using Translucent.Files;

namespace Translucent.Cli;

/// <summary>Wrong usage that parsing alone could not see, such as a class that the model does not have.</summary>
sealed class UsageException : TranslucentException
{
    public UsageException(string message) : base(message) => IsOfRequest = true;
}
