// Decodes the blocks of one scan in coded order and keeps what passes from block to block: DC predictions, end-of-band runs,
// restart intervals (ITU-T T.81, F.2.1.3 and G.2).

namespace Translucent.Images.JpegFormat;

/// <summary>The entropy decoder of one scan.</summary>
internal ref struct JpegEntropy
{
    readonly JpegScan _scan;
    readonly int[] _predictions;     // [component of the scan]: the last DC value
    JpegBits _bits;
    int _bandRun;                    // blocks still to come whose band has ended
    int _mcus;                       // MCUs begun since the last restart
    int _restarts;

    public JpegEntropy(JpegScan scan, ReadOnlySpan<byte> data)
    {
        _scan = scan;
        _predictions = new int[scan.Components.Length];
        _bits = new(data);
    }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _bits.Position;

    /// <summary>To be called before each MCU: passes a restart marker when one is due.</summary>
    public void BeginMcu()
    {
        if (_scan.RestartInterval == 0) return;
        if (_mcus == _scan.RestartInterval)
        {
            _bits.Restart(_restarts++ & 7);
            Array.Clear(_predictions);
            (_bandRun, _mcus) = (0, 0);
        }
        _mcus++;
    }

    /// <summary>Decodes the next block.</summary>
    /// <param name="part">The component, counted within the scan.</param>
    /// <param name="block">[64] coefficients in row-major order, zero or as earlier scans left them.</param>
    public void Block(int part, scoped Span<short> block)
    {
        if (!_scan.Progressive)
            JpegSequential.Block(ref _bits, _scan.Dc[part]!, _scan.Ac[part]!, ref _predictions[part], block);
        else if (_scan.First == 0 && _scan.Refines)
            JpegProgressive.RefineDc(ref _bits, _scan.Low, block);
        else if (_scan.First == 0)
            JpegProgressive.FirstDc(ref _bits, _scan.Dc[part]!, _scan.Low, ref _predictions[part], block);
        else if (_scan.Refines)
            JpegProgressive.RefineAc(ref _bits, _scan.Ac[part]!, _scan, ref _bandRun, block);
        else
            JpegProgressive.FirstAc(ref _bits, _scan.Ac[part]!, _scan, ref _bandRun, block);
        if (_bits.Overrun)
            throw new InvalidDataException($"JPEG: the data of a scan end after {_bits.Position} bytes, before its last block; the file is cut short or damaged.");
    }
}
