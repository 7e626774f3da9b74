// Pictures as arrays of NumPy: what has more or other channels than picture files have (satellite bands, stacked slices, prepared pixels).

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Images;

/// <summary>A picture of any number of channels, from a .npy file.</summary>
/// <param name="Samples">Its samples, 0 .. 255. Of an array of float numbers: its first three channels, or its first, scaled from their least to their
/// greatest, for showing.</param>
/// <param name="Prepared">[C, H, W] of an array of float numbers, which the model takes as they are; null for bytes, which are prepared like a
/// photograph.</param>
sealed record ArrayPicture(Image Samples, Tensor? Prepared)
{
    /// <summary>Whether a file begins as a .npy file does.</summary>
    public static bool Is(ReadOnlySpan<byte> start) => start.Length > 5 && start[0] == 0x93 && start[1..6].SequenceEqual("NUMPY"u8);

    /// <summary>Whether a file is a .npy file, by its first bytes.</summary>
    public static bool IsFile(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 }) return false;
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[6];
        return Is(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    /// <summary>Reads an array.</summary>
    /// <param name="path">A .npy file of [C, H, W], [H, W, C] or, for one channel, [H, W]; of bytes or float numbers.</param>
    /// <param name="channels">C, what the model takes. Where first and last axis are both C, the first is the channels.</param>
    /// <param name="mostPixels">The limit on width times height.</param>
    /// <exception cref="TranslucentException">The file is damaged, or of another shape or type.</exception>
    public static ArrayPicture Read(string path, int channels, long mostPixels)
    {
        StoredTensor stored = Npy.Read(path);
        int[] shape = stored.Shape is [var h, var w] && channels == 1 ? [1, h, w] : stored.Shape.ToArray();
        bool first = shape.Length == 3 && shape[0] == channels, last = shape.Length == 3 && shape[2] == channels && !first;
        if (!first && !last || shape.Contains(0))
            throw new TranslucentException($"{path}: an array of shape {Describe.Shape(stored.Shape)}, expected [{channels}, H, W] or [H, W, {channels}]: this "
                + $"model takes {channels} channels.");
        (int height, int width) = first ? (shape[1], shape[2]) : (shape[0], shape[1]);
        if ((long)width * height > mostPixels)
            throw new TranslucentException($"{path}: {width} x {height} pixels, and at most {mostPixels} are read.");
        if (stored.Type == StoredType.U8) return new ArrayPicture(Bytes(stored.ToBytes(), channels, height, width, first), null);
        if (!stored.Type.IsFloat())
            throw new TranslucentException($"{path}: an array of {stored.Type}, expected uint8 (samples of 0 .. 255, which are prepared like a photograph) or "
                + "float32 (prepared values, which go to the model as they are).");
        Tensor values = ChannelsFirst(stored.ToTensor(), channels, height, width, first);
        foreach (float v in values.Span)
            if (!float.IsFinite(v)) throw new TranslucentException($"{path}: holds {v}, expected finite numbers.");
        return new ArrayPicture(Shown(values, channels, height, width), values);
    }

    static Image Bytes(byte[] stored, int channels, int height, int width, bool first)
    {
        if (!first) return new Image(width, height, channels, stored);
        byte[] pixels = new byte[stored.Length];
        int plane = height * width;
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < plane; i++) pixels[i * channels + c] = stored[c * plane + i];
        return new Image(width, height, channels, pixels);
    }

    static Tensor ChannelsFirst(Tensor stored, int channels, int height, int width, bool first)
    {
        if (first) return stored.Reshape(channels, height, width);
        Tensor turned = new(channels, height, width);
        int plane = height * width;
        for (int i = 0; i < plane; i++)
            for (int c = 0; c < channels; c++) turned.Span[c * plane + i] = stored.Span[i * channels + c];
        return turned;
    }

    static Image Shown(Tensor values, int channels, int height, int width)
    {
        int shown = channels < 3 ? 1 : 3, plane = height * width;
        ReadOnlySpan<float> part = values.Span[..(shown * plane)];
        (float least, float greatest) = (TensorPrimitives.Min(part), TensorPrimitives.Max(part));
        float scale = greatest > least ? 255 / (greatest - least) : 0;
        byte[] pixels = new byte[shown * plane];
        for (int c = 0; c < shown; c++)
            for (int i = 0; i < plane; i++) pixels[i * shown + c] = (byte)MathF.Round((part[c * plane + i] - least) * scale);
        return new Image(width, height, shown, pixels);
    }
}
