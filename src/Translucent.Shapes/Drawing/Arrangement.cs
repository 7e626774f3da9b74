// Puts objects into a scene, each in front of those before it, so that all stay visible enough: by trial, then larger effort.

using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Shapes.Drawing;

/// <summary>Objects from back to front and which of them each pixel shows.</summary>
sealed class Arrangement
{
    /// <summary>The mark of pixels that show the background.</summary>
    public const byte Nothing = 255;

    const int Tries = 60, Restarts = 40;
    const double LeastPixels = 12;

    readonly ShapesOptions _options;
    readonly List<Field> _fields = [];
    readonly int[] _visible = new int[8], _taken = new int[8];

    Arrangement(ShapesOptions options)
    {
        _options = options;
        Owners = new byte[options.Width * options.Height];
        Owners.AsSpan().Fill(Nothing);
    }

    /// <summary>[Height, Width]: the index of the object that a pixel shows, or <see cref="Nothing"/>.</summary>
    public byte[] Owners { get; }

    /// <summary>From back to front.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>Draws the objects of a scene.</summary>
    /// <exception cref="TranslucentException">The options leave no room for so many objects.</exception>
    public static Arrangement Draw(ref SplitMix random, ShapesOptions options)
    {
        int count = options.MinObjects + random.Below(options.MaxObjects - options.MinObjects + 1);
        for (int restart = 0; restart < Restarts; restart++)
        {
            Arrangement arrangement = new(options);
            while (arrangement._fields.Count < count && arrangement.TryAdd(ref random, crowding: (double)restart / (Restarts - 1))) { }
            if (arrangement._fields.Count < count) continue;
            arrangement.Measure();
            return arrangement;
        }
        throw new TranslucentException(
            FormattableString.Invariant($"no room for {count} objects of size {options.MinSize} to {options.MaxSize} that stay {options.MinVisible} visible ")
            + FormattableString.Invariant($"in {options.Width} x {options.Height} pixels; ask for fewer or smaller ones, or let them hide more."));
    }

    // What the object is does not depend on how many places were tried, so that hard-to-place kinds stay as frequent as others.
    bool TryAdd(ref SplitMix random, double crowding)
    {
        ShapeKind kind = random.Pick(_options.Kinds);
        ShapeColour colour = Colour(ref random, kind);
        Surface surface = random.Pick(_options.Surfaces);
        bool dark = random.Chance(0.5);
        int pattern = random.Below(12) * 15, angle = (random.Below(2 * _options.Rotation + 1) - _options.Rotation + 360) % 360;
        double shade = random.Between(0.93, 1.07), share = random.Unit(), side = Math.Min(_options.Width, _options.Height);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            double largest = _options.MaxSize + (_options.MinSize - _options.MaxSize) * Math.Max(crowding, (double)attempt / (Tries - 1));
            double size = Hundredths(Math.Max(8, side * (_options.MinSize + (largest - _options.MinSize) * share)));
            double inset = size * 0.15; // centres come this near to the edges: part of an object may leave the image
            SceneObject o = new()
            {
                Kind = kind,
                Colour = colour,
                Surface = surface,
                DarkPattern = dark,
                PatternAngle = pattern,
                Angle = angle,
                Shade = Hundredths(shade),
                Size = size,
                X = Hundredths(random.Between(inset, _options.Width - inset)),
                Y = Hundredths(random.Between(inset, _options.Height - inset)),
            };
            if (TryPut(new Field(o))) return true;
        }
        return false;
    }

    ShapeColour Colour(ref SplitMix random, ShapeKind kind)
    {
        foreach (ColourBias bias in _options.Bias)
            if (bias.Kind == kind)
                return random.Chance(bias.Share) ? bias.Colour : random.Pick([.. _options.Colours.Where(c => c != bias.Colour)]);
        return random.Pick(_options.Colours);
    }

    // Every object must keep its share, those behind as well.
    bool TryPut(Field field)
    {
        int index = _fields.Count, inside = 0;
        _taken.AsSpan().Clear();
        foreach (int y in Rows(field))
        {
            ReadOnlySpan<float> distances = field.Row(y);
            for (int x = Math.Max(0, field.Left); x < Math.Min(_options.Width, field.Left + field.Width); x++)
            {
                if (distances[x - field.Left] > 0) continue;
                inside++;
                byte owner = Owners[y * _options.Width + x];
                if (owner != Nothing) _taken[owner]++;
            }
        }
        if (!Enough(inside, field.Pixels)) return false;
        for (int i = 0; i < index; i++)
            if (!Enough(_visible[i] - _taken[i], _fields[i].Pixels)) return false;

        for (int i = 0; i < index; i++) _visible[i] -= _taken[i];
        _visible[index] = inside;
        _fields.Add(field);
        foreach (int y in Rows(field))
        {
            ReadOnlySpan<float> distances = field.Row(y);
            for (int x = Math.Max(0, field.Left); x < Math.Min(_options.Width, field.Left + field.Width); x++)
                if (distances[x - field.Left] <= 0) Owners[y * _options.Width + x] = (byte)index;
        }
        return true;
    }

    bool Enough(int pixels, int whole) => pixels >= LeastPixels && pixels >= _options.MinVisible * whole;

    IEnumerable<int> Rows(Field field)
    {
        int first = Math.Max(0, field.Top);
        return Enumerable.Range(first, Math.Max(0, Math.Min(_options.Height, field.Top + field.Height) - first));
    }

    // Masks, boxes and areas of what was put.
    void Measure()
    {
        (int width, int height) = (_options.Width, _options.Height);
        for (int i = 0; i < _fields.Count; i++)
        {
            Field field = _fields[i];
            (int left, int top) = (Math.Max(0, field.Left), Math.Max(0, field.Top));
            Box window = new(left, top, Math.Min(width, field.Left + field.Width) - left, Math.Min(height, field.Top + field.Height) - top);
            long sumX = 0, sumY = 0;
            int index = i;
            SceneObject o = field.Object;
            o.Full = Rle.Encode(width, height, window, field.Covers);
            o.Visible = Rle.Encode(width, height, window, (x, y) =>
            {
                if (Owners[y * width + x] != index) return false;
                (sumX, sumY) = (sumX + x, sumY + y);
                return true;
            });
            (o.Box, o.Area, o.WholeArea) = (o.Visible.Bounds(), _visible[i], field.Pixels);
            (o.CentroidX, o.CentroidY) = ((double)sumX / o.Area + 0.5, (double)sumY / o.Area + 0.5);
        }
    }

    static double Hundredths(double value) => Math.Floor(value * 100 + 0.5) / 100;
}
