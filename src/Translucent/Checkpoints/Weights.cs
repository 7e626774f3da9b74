// A checkpoint seen from one prefix, after candle's VarBuilder (github.com/huggingface/candle, candle-nn/src/var_builder.rs):
// the shape is checked where the tensor is named, and what no layer read is reported in the end.

using System.IO.Enumeration;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Checkpoints;

/// <summary>Weights under a prefix: <c>weights["encoder"]["layer"][3].Vector("norm.bias", 768)</c> reads <c>encoder.layer.3.norm.bias</c>.</summary>
/// <remarks>All views of one checkpoint share the record of what was read; it is not for several threads at once.</remarks>
sealed class Weights
{
    readonly IReadOnlyDictionary<string, StoredTensor> _tensors;
    readonly HashSet<string> _used;
    readonly string _source;
    readonly string _prefix;
    readonly WeightSurvey? _survey;

    /// <summary>All of these tensors, under no prefix.</summary>
    /// <param name="tensors">Each name once.</param>
    /// <param name="source">Where they come from, for messages.</param>
    public Weights(IEnumerable<StoredTensor> tensors, string source)
        : this(tensors, source, survey: null) { }

    internal Weights(IEnumerable<StoredTensor> tensors, string source, WeightSurvey? survey)
        : this(tensors.ToDictionary(t => t.Name, StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), source, "", survey) { }

    Weights(IReadOnlyDictionary<string, StoredTensor> tensors, HashSet<string> used, string source, string prefix, WeightSurvey? survey) =>
        (_tensors, _used, _source, _prefix, _survey) = (tensors, used, source, prefix, survey);

    /// <summary>The weights under a longer prefix.</summary>
    public Weights this[string name] => new(_tensors, _used, _source, $"{_prefix}{name}.", _survey);

    /// <summary>The weights of one of several layers.</summary>
    public Weights this[int index] => this[index.ToString()];

    /// <summary>The weights under <paramref name="name"/> if there are any, else these: for a prefix that checkpoints of bare encoders leave out.</summary>
    public Weights Under(string name) => _tensors.Keys.Any(k => k.StartsWith($"{_prefix}{name}.", StringComparison.Ordinal)) ? this[name] : this;

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Has(string name) => _tensors.ContainsKey(_prefix + name);

    /// <summary>Whether there is any tensor whose name begins with <paramref name="name"/> and a dot.</summary>
    public bool HasAny(string name) => _tensors.Keys.Any(k => k.StartsWith($"{_prefix}{name}.", StringComparison.Ordinal));

    /// <summary>The shape of a tensor, for layers whose sizes only the weights know.</summary>
    /// <exception cref="TranslucentException">There is no such tensor.</exception>
    public IReadOnlyList<int> ShapeOf(string name) => _tensors.TryGetValue(_prefix + name, out StoredTensor? stored) ? [.. stored.Shape]
        : throw new TranslucentException($"{_source}: checkpoint has no {Describe.Name(_prefix + name)}{NearestName.Hint(_prefix + name, _tensors.Keys)}.");

    /// <summary>A tensor of exactly this shape, as float32.</summary>
    /// <exception cref="TranslucentException">It is absent, has another shape, is not of floats, or holds a number that is not finite.</exception>
    public Tensor Get(string name, params ReadOnlySpan<int> shape)
    {
        StoredTensor stored = Take(name, shape, copied: true);
        FiniteCheck.Assert(stored);
        return stored.ToTensor();
    }

    /// <summary>As <see cref="Get"/>, or null when the checkpoint has no such tensor.</summary>
    /// <exception cref="TranslucentException">It has another shape, is not of floats, or holds a number that is not finite.</exception>
    public Tensor? Optional(string name, params ReadOnlySpan<int> shape) => Has(name) ? Get(name, shape) : null;

    /// <summary>A tensor of one axis, as float32.</summary>
    /// <exception cref="TranslucentException">As for <see cref="Get"/>.</exception>
    public Tensor Vector(string name, int length) => Get(name, length);

    /// <summary>A tensor of exactly this shape, seen as the matrix [first axis, all others], left in the file in its own encoding.</summary>
    /// <remarks>
    /// The kernel [out, 3, p, p] of a convolution whose stride is its size is thus the matrix [out, 3·p·p] of a linear map of patches.
    /// Numbers are not looked at: <see cref="CheckFinite"/> does that.
    /// </remarks>
    /// <exception cref="TranslucentException">It is absent, has another shape, or is not of floats.</exception>
    public Matrix Matrix(string name, params ReadOnlySpan<int> shape) => Take(name, shape, copied: false).ToMatrix();

    /// <summary>Reports tensors under this prefix that nothing has read.</summary>
    /// <param name="ignorable">Full names that may stay unread; * stands for any characters.</param>
    /// <exception cref="TranslucentException">There are others.</exception>
    public void AssertAllUsed(params ReadOnlySpan<string> ignorable)
    {
        List<string> extra = [];
        foreach (string name in _tensors.Keys)
            if (name.StartsWith(_prefix, StringComparison.Ordinal) && !_used.Contains(name) && !Matches(name, ignorable)) extra.Add(name);
        _survey?.LeftOver.AddRange(extra);
        if (extra.Count > 0 && _survey is null)
            throw new TranslucentException(
                $"{_source}: extra tensor {Describe.Names(extra)} that no layer reads, expected none; config.json may be of another model.");
    }

    /// <summary>Looks at every float under this prefix, at the speed of the disk.</summary>
    /// <exception cref="TranslucentException">One is NaN or infinite; the message names the tensor and the place.</exception>
    public void CheckFinite()
    {
        foreach ((string name, StoredTensor tensor) in _tensors)
            if (name.StartsWith(_prefix, StringComparison.Ordinal) && tensor.Type.IsFloat()) FiniteCheck.Assert(tensor);
    }

    StoredTensor Take(string name, ReadOnlySpan<int> shape, bool copied)
    {
        string full = _prefix + name;
        StoredTensor? stored = _tensors.GetValueOrDefault(full);
        if (_survey is not null && (stored is null || !stored.Shape.SequenceEqual(shape) || !stored.Type.IsFloat()))
        {
            _used.Add(full);
            return _survey.Miss(full, shape, stored is null ? null : $"{Describe.Shape(stored.Shape)} {stored.Type}", copied);
        }
        if (stored is null)
            throw new TranslucentException(
                $"{_source}: checkpoint has no {Describe.Name(full)} (expected {Describe.Shape(shape)}){NearestName.Hint(full, _tensors.Keys)}.");
        if (!stored.Shape.SequenceEqual(shape))
            throw new TranslucentException(
                $"{_source}: {stored.Label} is {Describe.Shape(stored.Shape)}, expected {Describe.Shape(shape)}; config.json may be of another model.");
        if (!stored.Type.IsFloat())
            throw new TranslucentException(
                $"{_source}: {stored.Label} holds {stored.Type}, expected F32, F16, BF16 or F64; quantised weights must be converted first.");
        _used.Add(full);
        return stored;
    }

    static bool Matches(string name, ReadOnlySpan<string> patterns)
    {
        foreach (string pattern in patterns)
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)) return true;
        return false;
    }
}
