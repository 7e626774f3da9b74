// What the user asked for cannot be: the command line ends with exit code 2.

namespace Translucent.Cli;

/// <summary>Wrong usage that parsing alone could not see, such as a class that the model does not have.</summary>
sealed class UsageException(string message) : Exception(message);
