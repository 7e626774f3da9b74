// Agglomerative clustering by the nearest-neighbour-chain algorithm in O(n²) time and no memory beyond the distances:
// Murtagh, "A survey of recent advances in hierarchical clustering algorithms", Computer Journal 26 (1983);
// distances to a merged cluster by Lance and Williams' recurrence. All four linkages are reducible, which the algorithm needs.

namespace Translucent.Segment;

/// <summary>Finds the n-1 merges of n observations.</summary>
static class NeighbourChain
{
    /// <summary>The merges in the order found, children before parents; each names one observation of either cluster.</summary>
    /// <param name="distances">Used up. For <see cref="Linkage.Ward"/> squared distances, and so are the heights.</param>
    /// <param name="linkage">How far clusters of several are from each other.</param>
    /// <param name="cancellationToken">Stops between merges.</param>
    public static (int A, int B, double Height)[] Merge(DistanceMatrix distances, Linkage linkage, CancellationToken cancellationToken = default)
    {
        int n = distances.Count, length = 0;
        var merges = new (int, int, double)[n - 1];
        int[] chain = new int[n], alive = new int[n], size = new int[n];
        for (int i = 0; i < n; i++) (alive[i], size[i]) = (i, 1);

        for (int found = 0; found < n - 1; found++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (length == 0) chain[length++] = alive[0];
            double distance;
            while (true)
            {
                int top = chain[length - 1], previous = length > 1 ? chain[length - 2] : -1;
                (int next, distance) = Nearest(distances, alive.AsSpan(0, n - found), top, previous);
                if (next == previous) break;
                chain[length++] = next;
            }
            length -= 2;

            int a = Math.Min(chain[length], chain[length + 1]), b = Math.Max(chain[length], chain[length + 1]); // their union lives on as b
            merges[found] = (a, b, distance);
            int gap = Array.BinarySearch(alive, 0, n - found, a);
            Array.Copy(alive, gap + 1, alive, gap, n - found - gap - 1);
            foreach (int c in alive.AsSpan(0, n - found - 1))
                if (c != b)
                    distances[b, c] = Updated(linkage, distances[a, c], distances[b, c], distance, size[a], size[b], size[c]);
            size[b] += size[a];
        }
        return merges;
    }

    /// <summary>The cluster nearest to <paramref name="from"/>; of equals <paramref name="previous"/> (the chain must end), then the first.</summary>
    static (int Cluster, double Distance) Nearest(DistanceMatrix distances, ReadOnlySpan<int> alive, int from, int previous)
    {
        int nearest = previous;
        double least = previous >= 0 ? distances[from, previous] : double.PositiveInfinity;
        foreach (int c in alive)
        {
            if (c == from) continue;
            double distance = distances[from, c];
            if (distance < least) (nearest, least) = (c, distance);
        }
        return (nearest, least);
    }

    /// <summary>Lance-Williams: the distance of c to the union of a and b.</summary>
    /// <remarks>
    /// It is never below the nearer of the two. Rounding must not break that, or the chain could come back to
    /// a cluster that it holds already, and a merge could lie below the merges that it is made of.
    /// </remarks>
    static double Updated(Linkage linkage, double ac, double bc, double ab, double a, double b, double c)
    {
        double nearer = Math.Min(ac, bc);
        return linkage switch
        {
            Linkage.Average => Math.Max(nearer, ((a * ac) + (b * bc)) / (a + b)),
            Linkage.Ward => Math.Max(nearer, (((a + c) * ac) + ((b + c) * bc) - (c * ab)) / (a + b + c)),
            Linkage.Complete => Math.Max(ac, bc),
            _ => nearer,
        };
    }
}
