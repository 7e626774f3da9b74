// A model on one input, kept open while a page looks at it. Each of the two lines of work has a pass of its own, because a pass is used by one thread.

using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Studio.Work;
using Translucent.Tensors;

namespace Translucent.Studio.Scenes;

/// <summary>What is looked at.</summary>
abstract class Scene : IDisposable
{
    readonly Dictionary<Lane, Trace> _passes = [];

    /// <summary>The model.</summary>
    public abstract Model Model { get; }

    /// <summary>Which views it has: vision, objects, question, text, summary, embedding.</summary>
    public abstract string Kind { get; }

    /// <summary>What people should know of the model before they trust its explanations.</summary>
    /// <param name="name">What the page calls the model.</param>
    public virtual IEnumerable<string> Doubts(string name) => ModelDoubts.OfSettings(name, Model.UnreadSettings);

    /// <summary>What the page has to know of it, beside what all scenes tell.</summary>
    public abstract object Facts(Trace trace);

    /// <summary>Bytes of its passes.</summary>
    public long Bytes
    {
        get
        {
            lock (_passes) return _passes.Values.Sum(pass => pass.Tape.Arena.Bytes);
        }
    }

    /// <summary>The pass of a line of work, made when it is first needed.</summary>
    public Trace Pass(Lane lane, CancellationToken stop)
    {
        lock (_passes)
            if (_passes.TryGetValue(lane, out Trace? pass)) return pass;
        CancellationTokenSource making = new(); // a pass remembers what could have ended it, and outlives whoever asked first
        Trace made;
        using (stop.Register(making.Cancel)) made = Forward(making.Token);
        try
        {
            making.Token.ThrowIfCancellationRequested();
            CheckFinite(made);
        }
        catch
        {
            made.Dispose();
            throw;
        }
        lock (_passes) _passes[lane] = made;
        return made;
    }

    /// <summary>Runs the model.</summary>
    protected abstract Trace Forward(CancellationToken stop);

    /// <summary>Maps of an answer that is not a number would look like maps.</summary>
    static void CheckFinite(Trace trace)
    {
        Tensor last = trace.Value(trace.Blocks[^1].Out);
        if (!TensorPrimitives.IsFiniteAll<float>(last.Span))
            throw new TranslucentException("the model makes numbers that are not finite of this input; its weights or settings are not those it was "
                + "trained with.");
    }

    public void Dispose()
    {
        lock (_passes)
        {
            foreach (Trace trace in _passes.Values) trace.Dispose();
            _passes.Clear();
        }
    }
}
