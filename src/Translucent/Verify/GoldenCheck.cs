// Compares a model, and every method, with numbers exported from another implementation: goldens by name (docs/evaluate.md).

using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>A comparison of one model and one input with a file of golden tensors.</summary>
/// <remarks>
/// The input file holds <c>pixel_values</c> [1, 3, H, W], and where they are needed <c>ultra_w</c> [N, C], <c>target_vectors</c> and
/// <c>logit_scale</c>; for a text tower <c>input_ids</c> [N], <c>image_embeds</c> and <c>ultra_targets</c>; for a language model <c>input_ids</c>,
/// <c>token_type_ids</c>,
/// <c>attention_mask</c>, and positions (docs/verify.md). The golden file may hold any of the known names;
/// c0, c1, .. are the entries of its tensor <c>classes</c>, and c0
/// is the predicted class.
/// </remarks>
sealed class GoldenCheck : IDisposable
{
    readonly Safetensors _golden, _input;
    readonly GoldenRun _run;
    readonly GoldenTolerance _tolerance;
    readonly Dictionary<string, double> _flops = new(StringComparer.Ordinal);

    GoldenCheck(Model model, Safetensors input, Safetensors golden, GoldenTolerance tolerance, SweepOptions options)
    {
        (_input, _golden, _tolerance) = (input, golden, tolerance);
        _run = new GoldenRun(model, input, golden, options);
        ILookup<bool, string> names = golden.Names.Order(StringComparer.Ordinal).ToLookup(n => GoldenTable.Find(n) is not null);
        (Covered, Uncovered) = ([.. names[true]], [.. names[false]]);

        HashSet<string> sweeps = [];
        foreach (string name in Covered)
        {
            (GoldenEntry entry, GoldenMatch match) = GoldenTable.Find(name)!.Value;
            _flops[name] = entry.Misfit(_run.Trace) is null && entry.Work?.Invoke(_run, match) is { } work && sweeps.Add(work.Key) ? work.Flops : 0;
        }
    }

    /// <summary>Opens both files and runs the model.</summary>
    /// <param name="model">The model; it must outlive the comparison.</param>
    /// <param name="input">A safetensors file of inputs.</param>
    /// <param name="golden">A safetensors file of goldens; <c>float32_error.json</c> beside it states tolerances.</param>
    /// <param name="tolerance">The share of the largest value by which tensors may be off that are not in that file.</param>
    /// <param name="options">Memory, cancelling.</param>
    /// <exception cref="TranslucentException">A file is damaged, or the input does not fit the model. There is no such file.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public static GoldenCheck Open(Model model, string input, string golden, double tolerance = 1e-4, SweepOptions? options = null)
    {
        Safetensors goldens = Safetensors.Open(golden);
        Safetensors? inputs = null;
        try
        {
            inputs = Safetensors.Open(input);
            return new GoldenCheck(model, inputs, goldens, GoldenTolerance.Beside(golden, tolerance), options ?? new SweepOptions());
        }
        catch
        {
            inputs?.Dispose();
            goldens.Dispose();
            throw;
        }
    }

    /// <summary>Names in the golden file that are compared, in ordinal order.</summary>
    public IReadOnlyList<string> Covered { get; }

    /// <summary>Names in the golden file that nothing here computes.</summary>
    public IReadOnlyList<string> Uncovered { get; }

    /// <summary>How many of the covered names have a tolerance stated beside the golden file.</summary>
    public int StatedTolerances => Covered.Count(_tolerance.States);

    /// <summary>Floating-point operations of all sweeps, as <see cref="Cost"/> counts them.</summary>
    public double Flops => _flops.Values.Sum();

    /// <summary>Floating-point operations of the sweep for one covered name; 0 if it needs none, or shares that of an earlier name.</summary>
    public double FlopsOf(string name) => _flops[name];

    /// <summary>Bytes that the comparison takes, roughly: the forward pass, a chunk of targets, and the largest golden in its several forms.</summary>
    public long Bytes
    {
        get
        {
            long largest = Covered.Select(name => _golden[name].Count).DefaultIfEmpty().Max();
            long chunk = Math.Min(Sweep.ChunkSize(_run.Trace, _run.Options), _run.Trace.Streams.Max(s => s.Length)) * Sweep.BytesPerTarget(_run.Trace);
            return Cost.ForwardBytes(_run.Trace, Keep.All) + (Flops > 0 ? chunk : 0) + 16 * largest;
        }
    }

    /// <summary>The forward pass that everything is computed from.</summary>
    public Trace Trace => _run.Trace;

    /// <summary>Computes and compares one covered name after another.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public IEnumerable<GoldenResult> Results()
    {
        foreach (string name in Covered)
        {
            _run.Options.Stop.ThrowIfCancellationRequested();
            yield return Compare(_golden[name]);
        }
    }

    GoldenResult Compare(StoredTensor golden)
    {
        (GoldenEntry entry, GoldenMatch match) = GoldenTable.Find(golden.Name)!.Value;
        double tolerance = !golden.Type.IsFloat() ? 0 : _tolerance.States(golden.Name) ? Math.Min(_tolerance[golden.Name], entry.Limit)
            : Math.Max(_tolerance[golden.Name], entry.Least);
        int[] shape = golden.Shape.ToArray();
        try
        {
            if (entry.Misfit(_run.Trace) is { } misfit) throw new TranslucentException(misfit);
            Tensor found = entry.Compute(_run, match);
            if (!golden.Shape.SequenceEqual(found.Shape)) throw new TranslucentException($"golden is {Describe.Shape(shape)}, found {found}");
            (double difference, double scale) = Distance(golden.ToDoubles(), found.Span);
            if (entry.Scale?.Invoke(_run, match) is { } whole) scale = Math.Abs(whole);
            double relative = scale == 0 ? difference : difference / scale;
            if (!golden.Type.IsFloat() && difference <= entry.WholeNumbers) relative = 0;
            return new GoldenResult(golden.Name, shape, relative <= tolerance ? GoldenVerdict.Pass : GoldenVerdict.Off, difference, relative, tolerance);
        }
        catch (TranslucentException e)
        {
            return new GoldenResult(golden.Name, shape, GoldenVerdict.Failed, double.NaN, double.NaN, tolerance, e.Message);
        }
    }

    /// <summary>The largest absolute difference and the largest absolute golden value.</summary>
    static (double Difference, double Scale) Distance(ReadOnlySpan<double> golden, ReadOnlySpan<float> found)
    {
        double difference = 0, scale = 0;
        for (int i = 0; i < golden.Length; i++)
        {
            if (!double.IsFinite(golden[i])) throw new TranslucentException($"golden holds {golden[i]} at {i}");
            if (!float.IsFinite(found[i])) throw new TranslucentException($"found {found[i]} at {i}");
            difference = Math.Max(difference, Math.Abs(found[i] - golden[i]));
            scale = Math.Max(scale, Math.Abs(golden[i]));
        }
        return (difference, scale);
    }

    /// <summary>Closes both files and gives the memory of the pass back.</summary>
    public void Dispose()
    {
        _run.Dispose();
        _input.Dispose();
        _golden.Dispose();
    }
}
