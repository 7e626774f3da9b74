// What can be told about a scene by looking: relations between objects, each true, false, or too close to call.

using Translucent.Evaluate.DataSets;
using Translucent.Shapes.Drawing;

namespace Translucent.Shapes.Language;

/// <summary>Where an object is, seen from another.</summary>
enum Relation { Left, Right, Above, Below }

/// <summary>How relations are said.</summary>
static class Relations
{
    /// <summary>"left", "right", "above", "below"; the first two are followed by "of".</summary>
    public static string Word(this Relation relation) => relation.ToString().ToLowerInvariant();

    public static bool IsSideways(this Relation relation) => relation is Relation.Left or Relation.Right;
}

/// <summary>The facts that questions are asked about. Sets of objects are bit masks.</summary>
sealed class Sight
{
    const double Margin = 0.06;        // of the image's width or height: nearer than this is too close to call
    const double ClearShare = 0.4;     // visible share from which an object can decide an answer
    const int ClearPixels = 20;
    const double SurfacePixels = 20;   // diameter from which a pattern can be told

    readonly IReadOnlyList<SceneObject> _objects;
    readonly int _width, _height;
    readonly int[,] _covered; // [front, behind]: pixels that show the one and would show the other

    public Sight(IReadOnlyList<SceneObject> objects, IReadOnlyList<Field> fields, byte[] owners, int width, int height)
    {
        (_objects, _width, _height) = (objects, width, height);
        _covered = new int[objects.Count, objects.Count];
        for (int i = 0; i < objects.Count; i++)
        {
            if (objects[i].Visibility >= ClearShare && objects[i].Area >= ClearPixels) Clear |= 1 << i;
            Box box = objects[i].Box;
            for (int y = box.Y; y < box.Y + box.Height; y++)
                for (int x = box.X; x < box.X + box.Width; x++)
                    for (int below = 0; below < i && owners[y * width + x] == i; below++)
                        if (fields[below].Covers(x, y)) _covered[i, below]++;
        }
    }

    /// <summary>All objects.</summary>
    public int All => (1 << _objects.Count) - 1;

    /// <summary>The objects of which enough is seen to decide an answer.</summary>
    public int Clear { get; }

    public int Count => _objects.Count;

    public SceneObject this[int index] => _objects[index];

    /// <summary>Whether patterns can be told on every object.</summary>
    public bool SurfacesShow => _objects.All(o => o.Size >= SurfacePixels);

    /// <summary>Whether an object is left of another, ...: by its centre and by the middle of what is seen of it; null when too close to call.</summary>
    public bool? Is(int index, Relation relation, int anchor)
    {
        (SceneObject o, SceneObject a) = (_objects[index], _objects[anchor]);
        int side = relation.IsSideways()
            ? Side(o.X - a.X, o.CentroidX - a.CentroidX, _width)
            : Side(o.Y - a.Y, o.CentroidY - a.CentroidY, _height);
        if (side == 0) return null;
        return side < 0 == relation is Relation.Left or Relation.Above;
    }

    /// <summary>The quarter of the image an object is in, or null when it is near a middle line.</summary>
    public string? Quarter(int index)
    {
        SceneObject o = _objects[index];
        int across = Side(o.X - _width * 0.5, o.CentroidX - _width * 0.5, _width), down = Side(o.Y - _height * 0.5, o.CentroidY - _height * 0.5, _height);
        return across == 0 || down == 0 ? null : (down < 0 ? "top " : "bottom ") + (across < 0 ? "left" : "right");
    }

    static int Side(double centre, double seen, int length)
    {
        double margin = Margin * length;
        return centre <= -margin && seen <= -margin ? -1 : centre >= margin && seen >= margin ? 1 : 0;
    }

    /// <summary>Whether one object is in front of another; null when they hardly overlap.</summary>
    public bool? InFront(int index, int other)
    {
        (int front, int back) = (Math.Max(index, other), Math.Min(index, other));
        int least = Math.Max(12, Math.Min(_objects[front].WholeArea, _objects[back].WholeArea) / 25);
        return _covered[front, back] >= least ? index == front : null;
    }

    /// <summary>Whether one object is larger than another, by diameter and by area; null when they are alike or partly hidden.</summary>
    public bool? Larger(int index, int other)
    {
        (SceneObject a, SceneObject b) = (_objects[index], _objects[other]);
        if (a.Visibility < 0.7 || b.Visibility < 0.7) return null;
        if (a.Size >= 1.2 * b.Size && a.WholeArea >= 1.3 * b.WholeArea) return true;
        if (b.Size >= 1.2 * a.Size && b.WholeArea >= 1.3 * a.WholeArea) return false;
        return null;
    }
}
