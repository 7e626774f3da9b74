// The vectors of --function w: one for every token, from a file.

using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>Reads them.</summary>
static class WVectors
{
    /// <summary>One array [tokens, width].</summary>
    /// <exception cref="UsageException">There is no such file, or it holds something else.</exception>
    public static Tensor Read(string path, int width, int tokens)
    {
        if (!File.Exists(path)) throw new UsageException($"--w {path}: there is no such file.");
        Tensor w;
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) w = Npy.Read(path).ToTensor();
        else
        {
            using Safetensors file = Safetensors.Open(path);
            StoredTensor[] all = [.. file.Tensors];
            if (all.Length != 1) throw new UsageException($"--w {path}: holds {all.Length} arrays, expected one [{tokens}, {width}].");
            w = all[0].ToTensor();
        }
        if (w.Shape is not [var rows, var columns] || rows != tokens || columns != width)
            throw new UsageException($"--w {path}: {w}, expected [{tokens}, {width}], a row for every token of the whole sequence.");
        foreach (float value in w.Span)
            if (!float.IsFinite(value)) throw new UsageException($"--w {path}: holds {value}, expected finite numbers.");
        return w;
    }
}
