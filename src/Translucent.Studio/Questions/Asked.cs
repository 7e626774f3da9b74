// One question of a page while it is answered: the scene, its pass, and the limits of sweeps.

using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;
using Translucent.Studio.Work;

namespace Translucent.Studio.Questions;

/// <summary>What an answer is made of.</summary>
/// <param name="Query">The words of the question.</param>
/// <param name="Scene">Model and input.</param>
/// <param name="Trace">The pass of this line of work.</param>
/// <param name="SweepBytes">What sweeps may take.</param>
/// <param name="Stop">Ends the work.</param>
/// <param name="Report">Takes the share that is done.</param>
/// <param name="Tell">Takes what is found of the answer before there is a whole one.</param>
sealed record Asked(Query Query, Scene Scene, Trace Trace, long SweepBytes, CancellationToken Stop, Action<double> Report, Action<object> Tell)
{
    /// <summary>The classes that the model tells apart.</summary>
    /// <exception cref="TranslucentException">It has none.</exception>
    public Readout Readout => Trace.Readout is { Classes: > 0 } readout ? readout : throw TranslucentException.OfRequest("the model has no classes.");

    /// <summary>Options of a sweep over so many targets.</summary>
    /// <param name="targets">Counted by the progress.</param>
    public SweepOptions Sweep(int targets = 1) =>
        new() { MemoryBytes = SweepBytes, Stop = Stop, Progress = new Chunks(done => Report((double)done / targets)) };

    sealed class Chunks(Action<int> done) : IProgress<int>
    {
        public void Report(int value) => done(value);
    }
}

/// <summary>A kind of question.</summary>
/// <param name="Title">What is done, for the list of jobs.</param>
/// <param name="Lane">Where it waits.</param>
/// <param name="Answer">Finds the answer.</param>
/// <param name="Of">Which scenes are asked like this; all when null.</param>
sealed record QuestionKind(string Title, Lane Lane, Func<Asked, Bundle> Answer, string? Of = null);
