// Keeps account of what progressive scans have sent (ITU-T T.81, G.1.1.1): a coefficient comes once with its upper bits, then bit by bit.

namespace Translucent.Images.JpegFormat;

/// <summary>What was sent of each coefficient; refuses a scan that does not continue it.</summary>
internal sealed class JpegProgress
{
    const int MaxScans = 100;            // real files have at most some dozens; bounds the time that a hostile file can take
    const int Nothing = -1;

    readonly Dictionary<JpegComponent, int[]> _low = [];     // [64]: the lowest bit sent so far, or Nothing
    int _scans;

    /// <summary>Whether every component has had a scan of its DC values.</summary>
    public bool Complete(JpegFrame frame) => _low.Count == frame.Components.Length;

    /// <summary>Takes account of a scan that is about to be decoded.</summary>
    public void Begin(JpegScan scan)
    {
        if (++_scans > MaxScans) throw new InvalidDataException($"JPEG: more than {MaxScans} scans; the file is damaged or made to waste time.");
        foreach (JpegComponent c in scan.Components)
        {
            if (!_low.TryGetValue(c, out int[]? low))
            {
                if (scan.First != 0) throw new InvalidDataException($"JPEG: component {c.Id} has AC coefficients before its first DC scan; the file is damaged.");
                _low[c] = low = new int[64];
                Array.Fill(low, Nothing);
            }
            for (int k = scan.First; k <= scan.Last; k++)
            {
                if (scan.Refines ? low[k] != scan.Low + 1 : low[k] != Nothing)
                    throw new InvalidDataException($"JPEG: a scan sends coefficient {k} of component {c.Id} again or out of order; the file is damaged.");
                low[k] = scan.Low;
            }
        }
    }
}
