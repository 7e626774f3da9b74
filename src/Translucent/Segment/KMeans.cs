// k-means with seeded beginnings (Lloyd 1982; Arthur and Vassilvitskii, "k-means++", SODA 2007): the same clusters for the same points, seed and order of
// the points, whatever the threads.

using Translucent.Tensors;

namespace Translucent.Segment;

/// <summary>Points in clusters.</summary>
/// <param name="Labels">[n]: the cluster of each point.</param>
/// <param name="Centres">[K, d]; fewer than asked for where fewer points differ.</param>
/// <param name="Inertia">The sum of squared distances to the centres.</param>
sealed record KMeans(int[] Labels, Tensor Centres, double Inertia)
{
    /// <summary>How often it begins anew and how long it goes on, unless said otherwise.</summary>
    public const int DefaultRestarts = 10, DefaultRounds = 300;

    /// <summary>Clusters points.</summary>
    /// <param name="points">[n, d], n at least 1, finite.</param>
    /// <param name="count">K.</param>
    /// <param name="seed">Of the beginnings.</param>
    /// <param name="restarts">How many beginnings; the clusters of least inertia are kept, of equals the first.</param>
    /// <param name="rounds">The most rounds of each; it ends before where no point changes its cluster.</param>
    /// <param name="stop">Ends it between two rounds.</param>
    /// <remarks>A point between two centres goes to the lower; a cluster that loses all points takes the point that is farthest from its centre.</remarks>
    /// <exception cref="ArgumentException">No points, or no clusters.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static KMeans Of(Tensor points, int count, ulong seed, int restarts = DefaultRestarts, int rounds = DefaultRounds, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(restarts, 1);
        if (points.Shape.Length != 2 || points.Length == 0) throw new ArgumentException($"points: {points}, expected [n, d] with at least one.",
            nameof(points));
        KMeans? best = null;
        for (int i = 0; i < restarts; i++)
            if (Lloyd(points, Begin(points, count, new SplitMix(SplitMix.At(seed, (ulong)i))), rounds, stop) is var found
                && (best is null || found.Inertia < best.Inertia)) best = found;
        return best!;
    }

    /// <summary>The nearest centre of other points, [m]; of equals the lower. For the points that were clustered these are <see cref="Labels"/>.</summary>
    /// <param name="points">[m, d].</param>
    /// <exception cref="ArgumentException">Points of another width than the centres.</exception>
    public int[] Assign(Tensor points)
    {
        if (points.Width != Centres.Width) throw new ArgumentException($"points: {points}, expected [m, {Centres.Width}].", nameof(points));
        int[] labels = new int[points.Rows];
        Compute.Default.ForRows(points.Rows, (first, end) =>
        {
            for (int i = first; i < end; i++) labels[i] = Nearest(points.Row(i), Centres).Centre;
        });
        return labels;
    }

    /// <summary>The first centre is any point, every other one with a chance of its squared distance to the nearest centre so far.</summary>
    static Tensor Begin(Tensor points, int count, SplitMix random)
    {
        List<int> chosen = [random.Below(points.Rows)];
        double[] distance = new double[points.Rows];
        Array.Fill(distance, double.PositiveInfinity);
        while (chosen.Count < count)
        {
            Tensor last = Rows(points, [chosen[^1]]);
            Compute.Default.ForRows(points.Rows, (first, end) =>
            {
                for (int i = first; i < end; i++) distance[i] = Math.Min(distance[i], Squared(points.Row(i), last.Row(0)));
            });
            double all = distance.Sum(), at = random.Unit() * all, passed = 0;
            if (all == 0) break; // every point is a centre already
            int next = Array.FindIndex(distance, d => (passed += d) > at);
            chosen.Add(next >= 0 ? next : Array.FindLastIndex(distance, d => d > 0));
        }
        return Rows(points, chosen);
    }

    static KMeans Lloyd(Tensor points, Tensor centres, int rounds, CancellationToken stop)
    {
        int[] labels = new int[points.Rows], before = new int[points.Rows];
        double[] distance = new double[points.Rows];
        Array.Fill(before, -1);
        for (int round = 0; ; round++)
        {
            stop.ThrowIfCancellationRequested();
            Tensor now = centres;
            Compute.Default.ForRows(points.Rows, (first, end) =>
            {
                for (int i = first; i < end; i++) (labels[i], distance[i]) = Nearest(points.Row(i), now);
            });
            if (round == rounds || labels.AsSpan().SequenceEqual(before)) return new KMeans(labels, centres, distance.Sum());
            labels.CopyTo(before, 0);
            centres = Means(points, labels, distance, centres.Rows);
        }
    }

    static Tensor Means(Tensor points, int[] labels, double[] distance, int count)
    {
        int width = points.Width;
        double[] sums = new double[count * width];
        int[] sizes = new int[count];
        for (int i = 0; i < labels.Length; i++)
        {
            sizes[labels[i]]++;
            ReadOnlySpan<float> point = points.Row(i);
            for (int c = 0; c < width; c++) sums[labels[i] * width + c] += point[c];
        }
        Tensor means = new(count, width);
        for (int k = 0; k < count; k++)
        {
            if (sizes[k] == 0)
            {
                int far = Array.IndexOf(distance, distance.Max());
                distance[far] = -1; // for one cluster only
                points.Row(far).CopyTo(means.Row(k));
            }
            else
                for (int c = 0; c < width; c++) means.Row(k)[c] = (float)(sums[k * width + c] / sizes[k]);
        }
        return means;
    }

    static (int Centre, double Distance) Nearest(ReadOnlySpan<float> point, Tensor centres)
    {
        (int nearest, double least) = (0, double.PositiveInfinity);
        for (int k = 0; k < centres.Rows; k++)
            if (Squared(point, centres.Row(k)) is var d && d < least) (nearest, least) = (k, d);
        return (nearest, least);
    }

    static double Squared(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double distance = TensorPrimitives.Distance(a, b);
        return distance * distance;
    }

    static Tensor Rows(Tensor points, IReadOnlyList<int> which)
    {
        Tensor rows = new(which.Count, points.Width);
        for (int i = 0; i < which.Count; i++) points.Row(which[i]).CopyTo(rows.Row(i));
        return rows;
    }
}
