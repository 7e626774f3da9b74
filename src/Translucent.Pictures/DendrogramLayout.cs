// Where every branch of a drawn dendrogram stands: the last merges in full, what lies below them contracted to single leaves
// (as scipy.cluster.hierarchy.dendrogram with truncate_mode="lastp"). No recursion: a chain of 3,000 merges is 3,000 deep.

using Translucent.Segment;

namespace Translucent.Pictures;

/// <summary>A dendrogram contracted to a number of leaves, in drawing order.</summary>
sealed class DendrogramLayout
{
    readonly Dendrogram _tree;
    readonly int _made;
    readonly int[] _first;
    readonly double[] _place;

    /// <summary>Lays out <paramref name="tree"/> with at most <paramref name="leaves"/> leaves, cut after the first <paramref name="made"/> merges.</summary>
    public DendrogramLayout(Dendrogram tree, int made, int leaves)
    {
        (_tree, _made) = (tree, made);
        int n = tree.Count, shown = Math.Min(leaves, n);
        FirstMerge = n - shown;
        Labels = tree.LabelsAfter(made);

        _first = new int[2 * n - 1];
        for (int id = 0; id < _first.Length; id++)
            _first[id] = id < n ? id : Math.Min(_first[MergeOf(id).First], _first[MergeOf(id).Second]);

        Leaves = InOrder(shown);
        _place = new double[2 * n - 1];
        for (int i = 0; i < shown; i++) _place[Leaves[i]] = i;
        for (int id = n + FirstMerge; id < 2 * n - 1; id++) _place[id] = (Place(MergeOf(id).First) + Place(MergeOf(id).Second)) / 2;
    }

    /// <summary>The first merge that is drawn as a branch; earlier ones are inside leaves.</summary>
    public int FirstMerge { get; }

    /// <summary>The drawn leaves from left to right: observations or contracted clusters. The branch of the earlier first observation is the left
    /// one.</summary>
    public int[] Leaves { get; }

    /// <summary>[n]: the cluster of each observation after the cut.</summary>
    public int[] Labels { get; }

    /// <summary>The cluster that all observations under a node belong to, -1 where there are several.</summary>
    public int ClusterOf(int id) => id < _tree.Count + _made ? Labels[_first[id]] : -1;

    /// <summary>How far right a node stands; leaves stand at 0, 1, 2, ...</summary>
    public double Place(int id) => _place[id];

    /// <summary>The merge that made a node.</summary>
    public Merge MergeOf(int id) => _tree.Merges[id - _tree.Count];

    /// <summary>The height of a node, 0 for an observation.</summary>
    public double HeightOf(int id) => id < _tree.Count ? 0 : MergeOf(id).Height;

    /// <summary>How many observations lie under a node.</summary>
    public int SizeOf(int id) => id < _tree.Count ? 1 : MergeOf(id).Size;

    int[] InOrder(int shown)
    {
        int drawn = _tree.Count + FirstMerge; // nodes from here on are branches, smaller ones leaves
        List<int> leaves = new(shown);
        Stack<int> open = new([(2 * _tree.Count) - 2]);
        while (open.TryPop(out int id))
        {
            if (id < drawn)
            {
                leaves.Add(id);
                continue;
            }
            Merge merge = MergeOf(id);
            bool ordered = _first[merge.First] < _first[merge.Second];
            open.Push(ordered ? merge.Second : merge.First);
            open.Push(ordered ? merge.First : merge.Second);
        }
        return [.. leaves];
    }
}
