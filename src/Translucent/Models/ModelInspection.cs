// Diagnosis of model folders and files: as far as they can be read, what is in them and what is wrong.

using Translucent.Checkpoints;
using Translucent.Checkpoints.Onnx;
using Translucent.Checkpoints.Torch;
using Translucent.Files;

namespace Translucent.Models;

/// <summary>Looks at models without running them.</summary>
static class ModelInspection
{
    /// <summary>Reports on a model folder or a file of weights; what is wrong with it becomes part of the report.</summary>
    /// <exception cref="TranslucentException">There is nothing of this name.</exception>
    public static ModelReport Of(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw new TranslucentException($"{path}: there is no such folder or file.");
        ModelReport report = new() { Path = path };
        Checkpoint checkpoint;
        try
        {
            checkpoint = Checkpoint.Open(path);
        }
        catch (Exception e) when (IsAboutTheModel(e))
        {
            return OfWeights(report with { Problem = e.Message });
        }
        using (checkpoint) return OfModel(OfFiles(report, checkpoint.Files), checkpoint);
    }

    /// <summary>What the weight files say, if they open without a config.json.</summary>
    static ModelReport OfWeights(ModelReport report)
    {
        IReadOnlyList<TensorFile> files = [];
        try
        {
            files = TensorFile.OpenAll(report.Path);
            return OfFiles(report, files);
        }
        catch (Exception e) when (IsAboutTheModel(e))
        {
            return report; // the problem is known already
        }
        finally
        {
            foreach (TensorFile file in files) file.Dispose();
        }
    }

    static ModelReport OfFiles(ModelReport report, IReadOnlyList<TensorFile> files) => report with
    {
        Format = files[0].Format,
        Files = files.Count,
        Bytes = files.Sum(f => f.Bytes),
        Tensors = [.. files.SelectMany(f => f.Tensors).Select(t => new TensorReport(t.Name, t.Shape.ToArray(), t.Type))],
        Recognised = [.. files.OfType<OnnxFile>().SelectMany(f => f.Recognised)],
        OtherObjects = [.. files.OfType<TorchArchive>().SelectMany(f => f.OtherObjects).Distinct()],
    };

    static ModelReport OfModel(ModelReport report, Checkpoint checkpoint)
    {
        WeightSurvey survey = new();
        checkpoint.Survey = survey;
        report = report with
        {
            Layout = checkpoint.Layout,
            Prefix = checkpoint.Prefix,
            Parameters = checkpoint.ParameterCount,
            PassedOver = checkpoint.PassedOver.Count,
        };
        try
        {
            report = report with { ModelType = checkpoint.Config.String("model_type") };
            report = Pretrained.IsVision(report.ModelType) ? OfVision(report, checkpoint)
                : report with { Sizes = ModelSizes.Of(Pretrained.Open(checkpoint), report.Path), Layout = checkpoint.Layout ?? "Hugging Face" };
        }
        catch (Exception e) when (IsAboutTheModel(e))
        {
            report = report with { Problem = e.Message };
        }
        return report with
        {
            Missing = survey.Missing,
            LeftOver = survey.LeftOver,
            UnreadSettings = report.Problem is not null ? [] : [.. checkpoint.UnreadSettings, .. OfTexts(report)],
        };
    }

    /// <summary>What the text tower beside an image tower did not read; nothing of one that cannot be opened, which who gives texts is told.</summary>
    static IReadOnlyList<string> OfTexts(ModelReport report)
    {
        try
        {
            return report.MissingForTexts is { Count: 0 } ? ZeroShot.UnreadSettings(report.Path) : [];
        }
        catch (Exception e) when (IsAboutTheModel(e))
        {
            return [];
        }
    }

    static ModelReport OfVision(ModelReport report, Checkpoint checkpoint)
    {
        VisionTransformer model = VisionModels.Load(checkpoint);
        VisionConfig c = model.Config;
        (int Width, int Height) input = model.Preprocessor.Crop
            ?? (model.Preprocessor.Resize is { KeepAspect: false } to ? (to.Width, to.Height)
            : model.Preprocessor.Resize is { Grid: not null } grid ? grid.For(c.ImageSize, c.ImageSize) : (c.ImageSize, c.ImageSize));
        return report with
        {
            Layout = checkpoint.Layout ?? "Hugging Face",
            Config = c,
            Classes = model.Classes,
            TakesVectors = model.HeadOfVectors is not null,
            MissingForTexts = model.TakesTexts ? ZeroShot.Missing(report.Path) : null,
            IsGated = model.Blocks.Any(b => b.IsGated),
            Turns = model.Blocks.Any(b => b.Positions is GridRotary or MixedRotary),
            Averages = model.Averages,
            Pools = model.Pooling is not null,
            Input = input,
            Tokens = c.Prefix + input.Width / c.Patch * (input.Height / c.Patch),
        };
    }

    static bool IsAboutTheModel(Exception e) => e is TranslucentException or IOException or UnauthorizedAccessException;
}
