// Opens the model that a verb is about, and says what it is where it is of another kind.

using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Hub;

namespace Translucent.Cli.Objects;

/// <summary>Models by their <c>model_type</c>.</summary>
static class StreamModel
{
    /// <summary>The checkpoint of a detector.</summary>
    /// <param name="model">A folder, the name of a bundled model, or org/name.</param>
    /// <exception cref="UsageException">There is none of this name, or it is no detector.</exception>
    public static Checkpoint Detector(string model) => Open(ModelFolders.Find(model), model, "--model", "detr", "a detector (detr)");

    /// <summary>The checkpoint of a model that answers questions about pictures.</summary>
    /// <exception cref="UsageException">There is none of this name, or it answers nothing.</exception>
    public static Checkpoint Answering(string model) =>
        Open(ModelFolders.Find(model), model, "--model", "lxmert", "a model that answers questions about pictures (lxmert)");

    /// <summary>The checkpoint in a folder that was found already.</summary>
    public static Checkpoint DetectorIn(string folder, string option) => Open(folder, folder, option, "detr", "a detector (detr)");

    static Checkpoint Open(string path, string model, string option, string type, string expected)
    {
        Checkpoint checkpoint = Checkpoint.Open(path);
        try
        {
            string found = checkpoint.Config.String("model_type", "");
            if (found == type) return checkpoint;
            string what = found.Length == 0 ? "no named type" : $"type {ServerText.OneLine(found)}";
            throw new UsageException($"{option} {model}: is of {what}, expected {expected}.");
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }
}
