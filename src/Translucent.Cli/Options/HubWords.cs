// What a user says about the hub, on the command line and in variables; what cannot be read is wrong usage.

using Translucent.Hub;

namespace Translucent.Cli.Options;

/// <summary>Reads names of models and the variables of the hub.</summary>
static class HubWords
{
    /// <summary>The settings of this process.</summary>
    /// <exception cref="UsageException">A variable has a value that cannot be.</exception>
    public static HubSettings Settings() => Read(HubSettings.FromEnvironment);

    /// <summary>The model that a user names.</summary>
    /// <exception cref="UsageException">It cannot be the name of a model.</exception>
    public static RepositoryId Model(string text) => Read(() => RepositoryId.Parse(text));

    static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
