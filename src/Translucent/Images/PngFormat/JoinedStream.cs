// Pieces of an array, read one after the other as one stream: the IDAT chunks of a PNG.

namespace Translucent.Images.PngFormat;

/// <summary>A forward-only stream over pieces of an array.</summary>
internal sealed class JoinedStream(byte[] bytes, IReadOnlyList<(int Offset, int Length)> pieces) : Stream
{
    int _piece, _used;

    public override int Read(Span<byte> buffer)
    {
        while (_piece < pieces.Count && _used == pieces[_piece].Length) (_piece, _used) = (_piece + 1, 0);
        if (_piece == pieces.Count) return 0;
        int count = Math.Min(buffer.Length, pieces[_piece].Length - _used);
        bytes.AsSpan(pieces[_piece].Offset + _used, count).CopyTo(buffer);
        _used += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
