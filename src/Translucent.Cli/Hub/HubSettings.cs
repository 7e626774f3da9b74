// Where the hub and its cache are, from the variables that every tool of Hugging Face honours (huggingface_hub, constants.py, utils/_auth.py).

using System.Text.RegularExpressions;

namespace Translucent.Cli.Hub;

/// <summary>Settings of the hub.</summary>
sealed partial record HubSettings
{
    const string Hub = "https://huggingface.co";

    /// <summary>The variables and what they say, for help and error messages.</summary>
    public static readonly (string Name, string Meaning)[] Variables =
    [
        ("HF_HOME", "folder of everything of Hugging Face; default ~/.cache/huggingface"),
        ("HF_HUB_CACHE", "folder of the models; default $HF_HOME/hub"),
        ("HF_TOKEN", "your access token; default the content of $HF_HOME/token, or of HF_TOKEN_PATH"),
        ("HF_ENDPOINT", "another hub or mirror; default " + Hub),
        ("HF_HUB_OFFLINE", "1: fetch nothing"),
        ("HF_HUB_DISABLE_SYMLINKS", "1: files instead of links in snapshots"),
        ("HTTPS_PROXY", "a proxy"),
    ];

    /// <summary>The folder that holds models--org--name.</summary>
    public required string Cache { get; init; }

    /// <summary>The hub, its path ended by a slash.</summary>
    public Uri Endpoint { get; init; } = new(Hub + "/");

    /// <summary>The token from the environment, if it is there.</summary>
    public string? Token { get; init; }

    /// <summary>The file that may hold the token otherwise; null when it must not be used.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Whether nothing may be fetched.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether snapshots may hold links.</summary>
    public bool Symlinks { get; init; } = true;

    /// <summary>The settings of this process.</summary>
    /// <exception cref="UsageException">A variable has a value that cannot be.</exception>
    public static HubSettings FromEnvironment() => Read(Environment.GetEnvironmentVariable);

    /// <summary>Settings from variables by name; an empty one counts as absent.</summary>
    /// <exception cref="UsageException">A variable has a value that cannot be.</exception>
    public static HubSettings Read(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name) is { } v && v.Trim() is { Length: > 0 } text ? text : null;
        bool IsOn(string name) => Value(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
        string home = Value("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string Folder(string path)
        {
            if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal)) path = home + path[1..];
            return Path.GetFullPath(Reference().Replace(path, m => Value(m.Groups[1].Value) ?? m.Value));
        }
        string hugging = Folder(Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface"));
        return new HubSettings
        {
            Cache = Folder(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(hugging, "hub")),
            Endpoint = Address(Value("HF_ENDPOINT") ?? Hub),
            Token = Value("HF_TOKEN") ?? Value("HUGGING_FACE_HUB_TOKEN"),
            TokenFile = IsOn("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : Folder(Value("HF_TOKEN_PATH") ?? Path.Combine(hugging, "token")),
            Offline = IsOn("HF_HUB_OFFLINE") || IsOn("TRANSFORMERS_OFFLINE"),
            Symlinks = !IsOn("HF_HUB_DISABLE_SYMLINKS"),
        };
    }

    /// <summary>The token, if there is one.</summary>
    /// <exception cref="HubException">It holds what no token holds.</exception>
    public string? FindToken()
    {
        string? token = Token;
        if (token is null && TokenFile is not null && File.Exists(TokenFile)) token = File.ReadAllText(TokenFile).Trim();
        if (string.IsNullOrEmpty(token)) return null;
        return token.All(c => c is > ' ' and < '\u007f')
            ? token
            : throw new HubException($"{(Token is null ? TokenFile : "HF_TOKEN")}: holds a blank or another character that no token has; copy the token again from {Endpoint}settings/tokens.");
    }

    static Uri Address(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) && uri is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            ? uri
            : throw new UsageException($"HF_ENDPOINT={HubException.Words(text)}: expected an address such as {Hub}.");

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex Reference();
}
