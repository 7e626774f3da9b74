// Where the hub and its cache are, from the variables that every tool of Hugging Face honours (huggingface_hub, constants.py, utils/_auth.py).

using System.Globalization;
using System.Text.RegularExpressions;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>Settings of the hub.</summary>
sealed partial record HubSettings
{
    const string Hub = "https://huggingface.co";
    const double LongestTime = 2_000_000; // seconds, which timers take

    /// <summary>The variables and what they say, for help and error messages.</summary>
    public static readonly (string Name, string Meaning)[] Variables =
    [
        ("HF_HOME", "folder of everything of Hugging Face; default ~/.cache/huggingface"),
        ("HF_HUB_CACHE", "folder of the models; default $HF_HOME/hub"),
        ("HF_TOKEN", "your access token; default the content of $HF_HOME/token, or of HF_TOKEN_PATH"),
        ("HF_ENDPOINT", "another hub or mirror; default " + Hub),
        ("HF_HUB_OFFLINE", "1: fetch nothing"),
        ("HF_HUB_DISABLE_SYMLINKS", "1: files instead of links in snapshots"),
        ("HF_HUB_DOWNLOAD_TIMEOUT", "seconds that a download may stand still; default 30"),
        ("HF_HUB_ETAG_TIMEOUT", "seconds that the hub may take to say what a model holds; default 30"),
        ("TRANSLUCENT_HUB_MIN_RATE", "bytes a second that must arrive, as --min-rate; default 1K"),
        ("TRANSLUCENT_HUB_TIME_LIMIT", "seconds that a model may take in all, as --time-limit; default no limit"),
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

    /// <summary>How long to wait, and for how much.</summary>
    public Patience Patience { get; init; } = new();

    /// <summary>The settings of this process.</summary>
    /// <exception cref="TranslucentException">A variable has a value that cannot be.</exception>
    public static HubSettings FromEnvironment() => Read(Environment.GetEnvironmentVariable);

    /// <summary>Settings from variables by name; an empty one counts as absent.</summary>
    /// <exception cref="TranslucentException">A variable has a value that cannot be.</exception>
    public static HubSettings Read(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name) is { } v && v.Trim() is { Length: > 0 } text ? text : null;
        bool IsOn(string name) => Value(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
        TimeSpan? Seconds(string name) => Value(name) is not { } text ? null
            : Time(text) ?? throw TranslucentException.OfRequest(
                $"{name}={ServerText.OneLine(text)}: expected a number of seconds from 0.001 to {LongestTime}.");
        Patience standard = new();
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
            Patience = new Patience
            {
                Silence = Seconds("HF_HUB_DOWNLOAD_TIMEOUT") ?? standard.Silence,
                Answer = Seconds("HF_HUB_ETAG_TIMEOUT") ?? standard.Answer,
                LeastRate = Value("TRANSLUCENT_HUB_MIN_RATE") is not { } rate ? standard.LeastRate
                    : Rate(rate) ?? throw TranslucentException.OfRequest(
                        $"TRANSLUCENT_HUB_MIN_RATE={ServerText.OneLine(rate)}: expected bytes a second, as 500 or 64K."),
                Limit = Seconds("TRANSLUCENT_HUB_TIME_LIMIT"),
            },
        };
    }

    /// <summary>The token, if there is one.</summary>
    /// <exception cref="TranslucentException">It holds what no token holds.</exception>
    public string? FindToken()
    {
        string? token = Token;
        if (token is null && TokenFile is not null && File.Exists(TokenFile)) token = File.ReadAllText(TokenFile).Trim();
        if (string.IsNullOrEmpty(token)) return null;
        return token.All(c => c is > ' ' and < '\u007f')
            ? token
            : throw new TranslucentException($"{(Token is null ? TokenFile : "HF_TOKEN")}: holds a blank or another character that no token has; copy the "
                + $"token again from {Endpoint}settings/tokens.");
    }

    /// <summary>A number of seconds above 0; null for anything else.</summary>
    public static TimeSpan? Time(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0.001 and <= LongestTime
            ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Bytes a second, with K, M or G as powers of 1024; 0 for any rate; null for anything else.</summary>
    public static double? Rate(string text)
    {
        string number = text.Trim();
        int power = number.Length == 0 ? 0 : "KMG".IndexOf(char.ToUpperInvariant(number[^1])) + 1;
        if (power > 0) number = number[..^1];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double rate) && rate <= 1e12
            ? rate * Math.Pow(1024, power) : null;
    }

    static Uri Address(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) && uri is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            ? uri
            : throw TranslucentException.OfRequest($"HF_ENDPOINT={ServerText.OneLine(text)}: expected an address such as {Hub}.");

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex Reference();
}
