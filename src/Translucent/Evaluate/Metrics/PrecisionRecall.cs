// The curve of precision over recall of ranked detections, read at 101 recalls as COCO reads it: pycocotools, cocoeval.py (accumulate).

namespace Translucent.Evaluate.Metrics;

static class PrecisionRecall
{
    const int Points = 101;
    const double Tiny = 2.220446049250313e-16; // numpy.spacing(1), which pycocotools adds to the number of detections

    /// <summary>The mean of the best precision at recalls of at least 0, 0.01, .. 1, none where the recall is not reached; and the final recall.</summary>
    /// <param name="order">Detections, the surest first.</param>
    /// <param name="hits">[detections].</param>
    /// <param name="ignored">[detections]: counts neither for nor against.</param>
    /// <param name="objects">How many there are to be found, at least 1.</param>
    /// <param name="times">[detections]: how often each counts; empty for once.</param>
    public static (double Precision, double Recall) Of(ReadOnlySpan<int> order, ReadOnlySpan<bool> hits, ReadOnlySpan<bool> ignored, int objects,
        ReadOnlySpan<int> times = default)
    {
        double[] precision = new double[order.Length], recall = new double[order.Length];
        (int right, int wrong) = (0, 0);
        for (int i = 0; i < order.Length; i++)
        {
            int d = order[i];
            int often = times.IsEmpty ? 1 : times[d];
            if (!ignored[d] && hits[d]) right += often;
            if (!ignored[d] && !hits[d]) wrong += often;
            (precision[i], recall[i]) = (right / (right + wrong + Tiny), (double)right / objects);
        }
        for (int i = order.Length - 2; i >= 0; i--) precision[i] = Math.Max(precision[i], precision[i + 1]);
        double sum = 0;
        for (int point = 0, i = 0; point < Points; point++)
        {
            double wanted = point == Points - 1 ? 1 : point * 0.01; // as NumPy's linspace: 29 · 0.01, not 0.29
            while (i < order.Length && recall[i] < wanted) i++;
            if (i < order.Length) sum += precision[i];
        }
        return (sum / Points, order.IsEmpty ? 0 : recall[^1]);
    }
}
