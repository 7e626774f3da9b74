// Messages of protocol buffers (protobuf.dev/programming-guides/encoding) read by Google.Protobuf's CodedInputStream, which bounds lengths, varints and
// depth. A schema of our own in hand-written classes, not generated ones: eight messages of onnx.proto with the few fields that a reader of weights needs,
// no protoc in the build, no reflection, and tensor data stays where it lies in the file instead of being copied.

using Google.Protobuf;
using Google.Protobuf.Reflection;
using Translucent.Files;

namespace Translucent.Checkpoints.Onnx;

/// <summary>A message that is only read; fields that <see cref="Read"/> does not take are passed over.</summary>
abstract class OnnxMessage : IMessage
{
    /// <summary>The wire types: a field's tag is its number times eight and its type.</summary>
    protected const uint Varint = 0, Bytes = 2, Fixed32 = 5;

    MessageDescriptor IMessage.Descriptor => throw new NotSupportedException();

    public void MergeFrom(CodedInputStream input)
    {
        uint tag;
        while ((tag = input.ReadTag()) != 0) Read(tag, input);
    }

    /// <summary>Reads one field, or passes over it with <c>SkipLastField</c>.</summary>
    protected abstract void Read(uint tag, CodedInputStream input);

    public void WriteTo(CodedOutputStream output) => throw new NotSupportedException();

    public int CalculateSize() => throw new NotSupportedException();

    /// <summary>Reads the message of a field, and adds it to others.</summary>
    protected static void Add<T>(List<T> all, CodedInputStream input) where T : OnnxMessage, new()
    {
        T message = new();
        input.ReadMessage(message);
        all.Add(message);
    }

    /// <summary>Whole numbers, packed or one by one.</summary>
    /// <exception cref="TranslucentException">There are more than <paramref name="most"/>.</exception>
    protected static void AddIntegers(List<long> all, uint tag, CodedInputStream input, int most)
    {
        long end = (tag & 7) == Varint ? 0 : input.ReadLength() + input.Position;
        do
        {
            if ((tag & 7) != Varint && input.Position >= end) return;
            if (all.Count == most) throw new TranslucentException($"holds a list of more than {most} numbers where a few are expected");
            all.Add(input.ReadInt64());
        } while (input.Position < end);
    }

    /// <summary>Where the bytes of a field lie in the file; they are not read.</summary>
    protected static ByteRange Range(CodedInputStream input)
    {
        long start = input.Position;
        input.SkipLastField();
        return new ByteRange(start, input.Position - start);
    }
}

/// <summary>A field as it lies in the file: its length, then its bytes.</summary>
readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>The place of the bytes alone.</summary>
    public ByteRange Content(MappedFile file)
    {
        long at = Start;
        while (file.Bytes(at++, 1)[0] >= 0x80) { }
        return new ByteRange(at, Start + Length - at);
    }
}
