// The class maps of one image, by method.

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>One explanation of a prediction.</summary>
/// <param name="Method">How it was made.</param>
/// <param name="Class">The class, or pair of classes, it explains; null for methods that do not tell classes apart.</param>
/// <param name="Scalar">Whether the logit or the probability of the class is explained.</param>
/// <param name="Row">[N']: relevance of every token; null for methods whose relevance is on pixels.</param>
/// <param name="Map">[h, w]: relevance of the patches, or of the pixels of the model's input.</param>
sealed record ClassMap(ClassMethod Method, NamedTarget? Class, ClassScalar Scalar, Tensor? Row, Tensor Map)
{
    /// <summary>The beginning of its file names.</summary>
    public string FileName => Class is null ? Method.Name : $"{Method.Name}-{Class.FileName}";

    /// <summary>What it is, in words.</summary>
    public string Title => Class is null ? Method.Name : $"{Method.Name}: {Class.Label}";

    /// <summary>The colours that suit it.</summary>
    public ColorMap Colors => Method.IsSigned ? MapPictures.SignedColors : Look.Colors;

    /// <summary>How it is drawn.</summary>
    public MapLook Look { get; init; } = MapLook.Usual;

    /// <summary>From its own smallest to its own largest number, or equally far to both sides of zero; or that of all classes.</summary>
    public ColorScale Scale { get => field ?? ColorScale.Of(Map, Colors); init; }

    /// <summary>Relevance on a patch grid: pixels of a patch added up.</summary>
    public Tensor OnGrid(int rows, int columns)
    {
        (int height, int width) = (Map.Shape[0] / rows, Map.Shape[1] / columns);
        if (height == 1 && width == 1) return Map;
        Tensor grid = new(rows, columns);
        for (int y = 0; y < rows * height; y++)
            for (int x = 0; x < columns * width; x++) grid.Row(y / height)[x / width] += Map.Row(y)[x];
        return grid;
    }
}

/// <summary>Maps of several methods, and why some could not be had.</summary>
/// <param name="Maps">In the order of the methods, then of the classes.</param>
/// <param name="LeftOut">Methods that this model or these targets do not admit, with the reason.</param>
sealed record ClassMapSet(IReadOnlyList<ClassMap> Maps, IReadOnlyList<(string Method, string Reason)> LeftOut)
{
    /// <summary>The same maps, those of each method in colours of one scale.</summary>
    public ClassMapSet OnSharedScales()
    {
        ILookup<ClassMethod, ClassMap> byMethod = Maps.ToLookup(m => m.Method);
        return this with { Maps = [.. Maps.Select(m => m with { Scale = ColorScale.Of(All(byMethod[m.Method]), m.Colors) })] };
    }

    static Tensor All(IEnumerable<ClassMap> maps) => new([maps.Sum(m => m.Map.Length)], [.. maps.SelectMany(m => m.Map.ToArray())]);

    /// <summary>The methods that explain logits of classes, separated by commas.</summary>
    public string OfLogits => string.Join(", ", Maps.Where(m => m.Class is not null && m.Scalar == ClassScalar.Logit).Select(m => m.Method.Name).Distinct());

    /// <summary>The same for probabilities.</summary>
    public string OfProbabilities =>
        string.Join(", ", Maps.Where(m => m.Class is not null && m.Scalar == ClassScalar.Probability).Select(m => m.Method.Name).Distinct());

    /// <summary>Computes the maps of an image from its one forward pass.</summary>
    /// <param name="run">The image.</param>
    /// <param name="methods">Which methods.</param>
    /// <param name="targets">Which classes.</param>
    /// <param name="scalar">Logit or probability, for methods that know both.</param>
    /// <param name="skip">Whether a method that does not fit is left out; else it is an error.</param>
    /// <param name="startBlock">The lowest block whose attention counts.</param>
    public static ClassMapSet Of(ImageRun run, IReadOnlyList<ClassMethod> methods, IReadOnlyList<NamedTarget> targets, ClassScalar scalar, bool skip,
        int startBlock = 0)
    {
        List<ClassMap> maps = [];
        List<(string, string)> leftOut = [];
        foreach (ClassMethod method in methods)
        {
            NamedTarget[] admitted = [.. targets.Where(t => method.TakesDifferences || t.Target.Against is null)];
            ClassScalar admittedScalar = method.TakesProbabilities ? scalar : ClassScalar.Logit;
            string? reason = startBlock > 0 && !method.MayStartAbove
                ? "it does not go through attention block by block, so that it cannot start above the first"
                : method.Fits(run.Trace);
            if (reason is null && (admitted.Length > 0 || !method.Needs.HasFlag(MethodNeeds.Scores))) maps.AddRange(Of(run, method, admitted, admittedScalar,
                startBlock));
            if (reason is null && admitted.Length < targets.Count) reason = "it explains single classes only, no differences";
            if (reason is null) continue;
            if (!skip) throw new UsageException($"--method {method.Name}: {reason}");
            leftOut.Add((method.Name, reason));
        }
        return new ClassMapSet(maps, leftOut);
    }

    static IEnumerable<ClassMap> Of(ImageRun run, ClassMethod method, NamedTarget[] targets, ClassScalar scalar, int startBlock)
    {
        SweepOptions options = run.Progress.Sweep(targets.Length, method.Operations(run.Trace, targets.Length)) with { FirstBlock = startBlock };
        ClassMaps made = run.Time(method.Name, () => method.Explain(run.Trace, new([.. targets.Select(t => t.Target)], scalar), options));
        for (int t = 0; t < made.Maps.Shape[0]; t++)
            yield return new ClassMap(method, method.TellsClassesApart ? targets[t] : null, scalar, Row(made.Tokens, t), MapPictures.At(made.Maps, t))
            {
                Look = run.Look,
            };
    }

    static Tensor? Row(Tensor? tokens, int target) => tokens is null ? null : new Tensor([tokens.Width], tokens.Row(target));
}
