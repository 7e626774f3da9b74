// From a photograph to a model's input, step by step as Hugging Face image processors do it
// (transformers: image_processing_vit.py, image_processing_clip.py, image_transforms.py): resize, crop, rescale, normalise.

using System.Globalization;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Images;

/// <summary>How the photograph is resized.</summary>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="KeepAspect">
/// False: to exactly this size, whatever the photograph's shape. True: to the smallest size of the photograph's own shape that
/// covers this one; with a square that is the processors' <c>shortest_edge</c>.
/// </param>
public readonly record struct ResizeTarget(int Width, int Height, bool KeepAspect)
{
    /// <summary>With a shorter side of <see cref="Width"/>: the most that the longer side may get, which then decides; null for no limit (DETR:
    /// 1333).</summary>
    public int? Longest { get; init; }

    /// <summary>With <see cref="OfPatches"/>: the side of a patch in pixels, and how many the photograph may have; null otherwise.</summary>
    public (int Patch, int Most)? Grid { get; private init; }

    /// <summary>The size of whole patches that comes nearest to the photograph's own shape, as large as so many patches allow (SigLIP 2, NaFlex).</summary>
    /// <param name="patch">The side of a patch, in pixels.</param>
    /// <param name="most">How many patches there may be.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is below 1.</exception>
    public static ResizeTarget OfPatches(int patch, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        int side = patch * (int)Math.Sqrt(most);
        return new ResizeTarget(side, side, true) { Grid = (patch, most) };
    }

    /// <summary>The size that a photograph of the given size gets; a side that follows from the other is truncated.</summary>
    /// <param name="width">Pixels per row of the photograph.</param>
    /// <param name="height">Its rows.</param>
    /// <exception cref="TranslucentException">The photograph is so narrow that it would be enlarged to more than 250 megapixels.</exception>
    public (int Width, int Height) For(int width, int height)
    {
        if (!KeepAspect) return (Width, Height);
        if (Grid is (var patch, var patches)) return Whole(patch, patches, width, height);
        if (Longest is { } most) return Within(most, width, height);
        bool narrow = (long)width * Height <= (long)height * Width; // narrower than the target's own shape
        long w = narrow ? Width : (long)Height * width / height, h = narrow ? (long)Width * height / width : Height;
        if (w * h > 250_000_000)
            throw new TranslucentException($"the photograph is {width} x {height} pixels; for the model it would have to become {w} x {h}. Crop it first.");
        return ((int)w, (int)h);
    }

    /// <summary>The largest scale, found by halving, at which both sides, rounded up to whole patches, have no more patches than allowed (transformers:
    /// image_processing_siglip2.py, get_image_size_for_max_num_patches).</summary>
    static (int Width, int Height) Whole(int patch, int most, int width, int height)
    {
        const double Near = 1e-5;
        double low = Near / 10, high = 100;
        while (high - low >= Near)
        {
            double middle = (low + high) / 2;
            if (Side(middle, width) * (double)Side(middle, height) <= most) low = middle;
            else high = middle;
        }
        return (patch * Side(low, width), patch * Side(low, height));

        int Side(double scale, int pixels) => Math.Max(1, (int)Math.Ceiling(pixels * scale / patch)); // patches
    }

    /// <summary>transformers: image_transforms.py, get_size_with_aspect_ratio.</summary>
    (int Width, int Height) Within(int most, int width, int height)
    {
        double shorter = Math.Min(width, height), longer = Math.Max(width, height), raw = Width;
        if (longer / shorter * Width > most) raw = most * shorter / longer;
        int side = Math.Max(1, (int)Math.Round(raw, MidpointRounding.ToEven));
        if (Math.Min(width, height) == side) return (width, height);
        return width < height ? (side, Math.Max(1, (int)(raw * height / width))) : (Math.Max(1, (int)(raw * width / height)), side);
    }
}

/// <summary>What to do with a photograph before a model sees it.</summary>
/// <remarks>Read it from a model folder with <see cref="PreprocessorConfig"/>, or use one of the families' defaults.</remarks>
public sealed record Preprocessor
{
    /// <summary>The first step; null keeps the photograph's size.</summary>
    public ResizeTarget? Resize { get; init; } = new ResizeTarget(224, 224, false);

    /// <summary>The filter of the resize, as Pillow has it.</summary>
    public Resampling Filter { get; init; } = Resampling.Bilinear;

    /// <summary>The part kept around the centre, black where the photograph does not reach; null keeps all.</summary>
    public (int Width, int Height)? Crop { get; init; }

    /// <summary>What samples of 0 .. 255 are multiplied by.</summary>
    public double Rescale { get; init; } = 1 / 255.0;

    /// <summary>What is subtracted from the rescaled channels, one number for each: three for red, green and blue, one for models of grey pictures.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.5, 0.5, 0.5];

    /// <summary>What the difference is divided by.</summary>
    public IReadOnlyList<double> Deviation { get; init; } = [0.5, 0.5, 0.5];

    /// <summary>What black becomes, for each channel.</summary>
    internal double[] Black => [.. Mean.Zip(Deviation, (mean, deviation) => -mean / deviation)];

    /// <summary>What white becomes, for each channel.</summary>
    internal double[] White => [.. Mean.Zip(Deviation, (mean, deviation) => (255 * Rescale - mean) / deviation)];

    /// <summary>This, but for an input of another size: the photograph is resized and cropped in the same proportions.</summary>
    /// <param name="width">Pixels per row of the model's input.</param>
    /// <param name="height">Rows of the model's input.</param>
    public Preprocessor ForInput(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (Resize is not ResizeTarget to || Crop is not (int Width, int Height) crop)
            return this with { Resize = new ResizeTarget(width, height, false), Crop = null };
        ResizeTarget scaled = new(
            Math.Max(1, (int)Math.Round((double)to.Width * width / crop.Width)),
            Math.Max(1, (int)Math.Round((double)to.Height * height / crop.Height)), to.KeepAspect);
        return this with { Resize = scaled, Crop = (width, height) };
    }

    /// <summary>This for a model of so many channels; numbers that are the same for all channels serve for any number of them.</summary>
    /// <exception cref="TranslucentException">There are as many numbers as another number of channels has, and they differ.</exception>
    internal Preprocessor ForChannels(int channels)
    {
        if (Mean.Count == channels && Deviation.Count == channels) return this;
        return this with { Mean = Fit("image_mean", Mean), Deviation = Fit("image_std", Deviation) };

        double[] Fit(string key, IReadOnlyList<double> numbers) => numbers.Count == channels ? [.. numbers]
            : numbers.Distinct().Count() == 1 ? [.. Enumerable.Repeat(numbers[0], channels)]
            : throw new TranslucentException($"preprocessor_config.json: {key} is ["
                + string.Join(", ", numbers.Take(6).Select(n => n.ToString(CultureInfo.InvariantCulture))) + (numbers.Count > 6 ? ", ..." : "")
                + $"], expected {(channels == 1 ? "one number" : $"{channels} numbers")}: this model takes "
                + (channels == 1 ? "one channel." : $"{channels} channels."));
    }

    /// <summary>Which part of a photograph the model sees, and at what size.</summary>
    /// <param name="photo">Upright, of any size and 1 to 4 channels; alpha is dropped.</param>
    public InputGeometry Geometry(Image photo)
    {
        (int w, int h) = Resize?.For(photo.Width, photo.Height) ?? (photo.Width, photo.Height);
        (int width, int height) = Crop ?? (w, h);
        (int left, int top) = Corner(w, h, width, height);
        double x = (double)photo.Width / w, y = (double)photo.Height / h;
        return new InputGeometry(photo.Width, photo.Height, width, height, left * x, top * y, (left + width) * x, (top + height) * y);
    }

    /// <summary>C, how many channels the model takes.</summary>
    public int Channels => Mean.Count;

    /// <summary>The photograph in colour, resized and cropped: the pixels behind the model's input; in grey for models of one channel.</summary>
    /// <param name="photo">Upright, of any size; alpha is dropped for models of one or three channels.</param>
    /// <exception cref="TranslucentException">The model takes neither grey nor colour, and the picture has another number of channels.</exception>
    public Image Pixels(Image photo)
    {
        Image image = Channels == 1 ? Bands.Grey(photo) : Channels == 3 ? photo.ToRgb() : photo.Channels == Channels ? photo
            : throw new TranslucentException($"the picture has {photo.Channels} channels, and this model takes {Channels}; give it an array, a .npy file of "
                + $"[{Channels}, H, W] or [H, W, {Channels}].");
        if (Resize is ResizeTarget to)
        {
            (int w, int h) = to.For(image.Width, image.Height);
            image = Bands.Resized(image, w, h, Filter);
        }
        return Crop is (int Width, int Height) crop ? Cut(image, crop.Width, crop.Height) : image;
    }

    /// <summary>The model's input.</summary>
    /// <param name="photo">Upright, of any size; alpha is dropped for models of one or three channels.</param>
    /// <returns>[C, height, width]: red, green and blue, or grey, or all channels, rescaled and normalised.</returns>
    /// <exception cref="TranslucentException">As of <see cref="Pixels"/>.</exception>
    public Tensor Apply(Image photo)
    {
        Image image = Pixels(photo);
        int count = image.Width * image.Height, channels = Channels;
        Tensor input = new(channels, image.Height, image.Width);
        Span<float> values = stackalloc float[256];
        for (int c = 0; c < channels; c++)
        {
            for (int v = 0; v < 256; v++) values[v] = (float)((v * Rescale - Mean[c]) / Deviation[c]);
            Span<float> plane = input.Span.Slice(c * count, count);
            for (int i = 0; i < count; i++) plane[i] = values[image.Pixels[channels * i + c]];
        }
        return input;
    }

    static (int Left, int Top) Corner(int width, int height, int cropWidth, int cropHeight) =>
        ((width - cropWidth) >> 1, (height - cropHeight) >> 1); // rounded down, also when negative

    static Image Cut(Image image, int width, int height)
    {
        if ((width, height) == (image.Width, image.Height)) return image;
        (int left, int top) = Corner(image.Width, image.Height, width, height);
        int channels = image.Channels;
        byte[] to = new byte[(long)width * height * channels];
        int first = Math.Max(0, -left), end = Math.Min(width, image.Width - left);
        for (int y = Math.Max(0, -top); y < Math.Min(height, image.Height - top); y++)
            image.Pixels.AsSpan(((y + top) * image.Width + first + left) * channels, (end - first) * channels)
                .CopyTo(to.AsSpan((y * width + first) * channels));
        return new Image(width, height, channels, to);
    }
}
