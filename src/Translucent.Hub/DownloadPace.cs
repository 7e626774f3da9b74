// Whether a download goes on at all: every connection is counted, and the time in which content should arrive is taken.

using System.Diagnostics;

namespace Translucent.Hub;

/// <summary>Counts what one file costs and brings.</summary>
/// <param name="patience">The limits.</param>
/// <param name="had">Bytes that are there before the first request; only what goes beyond the most that was ever there counts as brought.</param>
sealed class DownloadPace(Patience patience, long had)
{
    readonly Stopwatch _receiving = new();
    readonly long _first = had;
    long _most = had, _bytes;
    int _connections;

    /// <summary>Connections in a row that brought nothing new.</summary>
    public int Failures { get; private set; }

    /// <summary>Counts a connection when it has ended, or was refused.</summary>
    /// <param name="length">Bytes that are there now.</param>
    public void Ended(long length)
    {
        _connections++;
        Failures = length > _most ? 0 : Failures + 1;
        _most = Math.Max(_most, length);
    }

    /// <summary>Whether there were more connections than their content is worth.</summary>
    public bool IsExhausted => Failures >= patience.Tries || _connections >= patience.Tries + (_most - _first) / patience.LeastPerConnection;

    /// <summary>Begins to wait for content.</summary>
    public void Begin() => _receiving.Start();

    /// <summary>Ends it.</summary>
    public void End() => _receiving.Stop();

    /// <summary>Counts content that has arrived.</summary>
    /// <returns>False when too little has, over a whole window.</returns>
    public bool Arrived(int bytes)
    {
        _bytes += bytes;
        TimeSpan window = _receiving.Elapsed;
        if (window < patience.RateWindow) return true;
        bool enough = _bytes >= patience.LeastRate * window.TotalSeconds;
        _receiving.Restart();
        _bytes = 0;
        return enough;
    }
}
