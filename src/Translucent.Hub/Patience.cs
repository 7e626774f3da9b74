// How often and how long to wait for a server: exponential backoff, and what the server itself asks for (RFC 9110 Retry-After;
// RateLimit as in draft-ietf-httpapi-ratelimit-headers: "api";r=0;t=55).

using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Translucent.Hub;

/// <summary>Waiting.</summary>
sealed partial record Patience
{
    /// <summary>Failures in a row after which one gives up.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>Tries to reach a server that was never reached in this run.</summary>
    public int TriesToReach { get; init; } = 2;

    /// <summary>How long a connection may say nothing while content comes (HF_HUB_DOWNLOAD_TIMEOUT).</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a listing, or the description of a file, may take (HF_HUB_ETAG_TIMEOUT).</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes a second that must arrive, on average over <see cref="RateWindow"/>; 0 for any rate.</summary>
    public double LeastRate { get; init; } = 1024;

    /// <summary>The time over which the rate is taken.</summary>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest that a model may take in all; no limit when null.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Bytes that a connection must bring on average beyond the first <see cref="Tries"/>, so that the number of requests has an end.</summary>
    public int LeastPerConnection { get; init; } = 16 << 10;

    /// <summary>The longest wait that a server may ask for.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How one waits.</summary>
    public Func<TimeSpan, CancellationToken, Task> Wait { get; init; } = Task.Delay;

    /// <summary>A time in words, as in 7.0 s or 3 min.</summary>
    public static string Words(TimeSpan time) => time.TotalSeconds switch
    {
        < 9.95 => FormattableString.Invariant($"{time.TotalSeconds:0.0} s"),
        < 89.5 => FormattableString.Invariant($"{time.TotalSeconds:0} s"),
        _ => FormattableString.Invariant($"{time.TotalMinutes:0} min"),
    };

    /// <summary>Whether an answer tells of a state that passes.</summary>
    public static bool Passes(HttpStatusCode status) => (int)status is 408 or 429 or 500 or 502 or 503 or 504;

    /// <summary>The wait after a number of failures in a row: 1, 2, 4, 8 s.</summary>
    public static TimeSpan After(int failures) => TimeSpan.FromSeconds(Math.Pow(2, failures - 1));

    /// <summary>The wait that an answer asks for, if it does.</summary>
    public static TimeSpan? Asked(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.RetryAfter is { } retry)
        {
            TimeSpan? wait = retry.Delta ?? retry.Date - now;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
        if (response.StatusCode != HttpStatusCode.TooManyRequests || !response.Headers.TryGetValues("RateLimit", out IEnumerable<string>? limits)) return null;
        Match limit = Exhausted().Match(string.Join(',', limits));
        return limit.Success ? TimeSpan.FromSeconds(int.Parse(limit.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1) : null;
    }

    [GeneratedRegex(@"\br\s*=\s*0\s*;\s*t\s*=\s*(\d{1,6})\b")]
    private static partial Regex Exhausted();
}
