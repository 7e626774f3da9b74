// Class maps of one method, and how far to trust one (docs/methods.md, docs/trust.md).

using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Studio.Http;
using Translucent.Tensors;

namespace Translucent.Studio.Questions;

/// <summary>Explains classes of a picture.</summary>
static class ClassMapsOf
{
    static readonly PerturbationSettings s_perturbation = new();

    public static Bundle Map(Asked asked)
    {
        (ClassMethod method, ClassTargets targets) = Read(asked);
        ClassMaps found = method.Explain(asked.Trace, targets, asked.Sweep());
        Tensor map = found.Maps[0, 0];
        return new Bundle(new { Method = method.Name, method.Meaning, Signed = method.IsSigned }).With("map", map);
    }

    /// <summary>A map of the patches that a question names by method and class.</summary>
    public static float[] Patches(Asked asked)
    {
        (ClassMethod method, ClassTargets targets) = Read(asked);
        return OnGrid(asked.Trace, method.Explain(asked.Trace, targets, asked.Sweep()).Maps).Row(0).ToArray();
    }

    public static Bundle Trust(Asked asked)
    {
        (ClassMethod method, ClassTargets targets) = Read(asked);
        Tensor maps = method.Explain(asked.Trace, targets, asked.Sweep()).Maps, patches = OnGrid(asked.Trace, maps);
        PerturbationTest test = new(asked.Trace, s_perturbation);
        (PerturbationResult deletion, PerturbationResult insertion) =
            test.Of(patches, [targets[0].Class], asked.Sweep(test.Passes.Once + test.Passes.PerMap))[0];
        return new Bundle(new { Deletion = Facts(deletion), Insertion = Facts(insertion) })
            .With("shares", Floats(deletion.Curve.Fractions), deletion.Curve.Fractions.Count)
            .With("deletion", Floats(deletion.Curve.Probabilities), deletion.Curve.Probabilities.Count)
            .With("insertion", Floats(insertion.Curve.Probabilities), insertion.Curve.Probabilities.Count);
    }

    static float[] Floats(IReadOnlyList<double> values) => [.. values.Select(v => (float)v)];

    static object Facts(PerturbationResult result) => new { Area = result.Auc, Random = result.RandomMean, result.Beats, Orders = result.Random.Count };

    /// <summary>Maps as rows of patches.</summary>
    static Tensor OnGrid(Trace trace, Tensor maps)
    {
        PatchGrid grid = trace.Grid;
        Tensor cells = maps.Shape[^2] == grid.Rows && maps.Width == grid.Columns ? maps : grid.Sums(maps);
        return cells.Reshape(cells.Length / grid.Count, grid.Count);
    }

    static (ClassMethod Method, ClassTargets Targets) Read(Asked asked)
    {
        string name = asked.Query.Word("method");
        ClassMethod method = ClassMethods.Find(name) ?? throw TranslucentException.OfRequest($"method {Describe.Name(name)}: there is none of this name.");
        int classes = Math.Max(1, asked.Trace.Readout?.Classes ?? 0), cls = asked.Query.IntOrNull("class", 0, classes - 1) ?? 0;
        int? against = asked.Query.IntOrNull("against", 0, classes - 1);
        if (against == cls) throw TranslucentException.OfRequest("against: is the class itself; choose another.");
        ClassTargets targets = new((IReadOnlyList<ClassTarget>)[new ClassTarget(cls, against)]);
        return method.Fits(asked.Trace, targets) is { } reason ? throw TranslucentException.OfRequest($"{method.Name}: {reason}.") : (method, targets);
    }
}
