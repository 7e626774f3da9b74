// Which files of a folder hold its weights: model.safetensors, or shards named by model.safetensors.index.json, the same of
// pytorch_model.bin, or the only file of a known kind, an ONNX model last; in this order, as in transformers.

using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>Finds and opens the weight files of a folder.</summary>
static class WeightFiles
{
    static readonly string[] s_wholes = ["model.safetensors", "pytorch_model.bin"];
    static readonly string[] s_kinds = [".safetensors", ".bin", ".pth", ".pt", ".ckpt", ".npz"];

    // ONNX models, as exporters name them, and the folder of them that the hub has beside other weights.
    static readonly string[] s_onnx = ["model.onnx", "onnx/model.onnx"];

    // What training leaves beside the weights.
    static readonly string[] s_others = ["training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.bin", "scheduler.pt", "rng_state.pth", "scaler.pt"];

    /// <summary>Opens the files, in ordinal order of their names; no tensor name occurs in two of them.</summary>
    /// <exception cref="TranslucentException">A file is damaged or lies outside the folder, or index and shards disagree. There are no weights, or a shard is
    /// missing.</exception>
    public static List<TensorFile> Open(string folder)
    {
        foreach (string whole in s_wholes)
        {
            if (File.Exists(Path.Combine(folder, whole))) return OpenAll(folder, [whole], null);
            string index = Path.Combine(folder, whole + ShardIndex.Extension);
            if (!File.Exists(index)) continue;
            RealPath.CheckInside(folder, index);
            ShardIndex shards = ShardIndex.Read(index, Path.GetExtension(whole));
            return OpenAll(folder, shards.Files, shards);
        }
        return OpenAll(folder, [OnlyFile(folder)], null);
    }

    /// <summary>The ONNX model of a folder without other weights; null when it has none.</summary>
    static string? OnlyOnnx(string folder)
    {
        if (Array.Find(s_onnx, name => File.Exists(Path.Combine(folder, name))) is { } usual) return usual;
        string[] found = [.. new[] { "", "onnx" }.Where(sub => Directory.Exists(Path.Combine(folder, sub))).SelectMany(sub =>
            Directory.EnumerateFiles(Path.Combine(folder, sub), "*.onnx").Select(p => Path.Combine(sub, Path.GetFileName(p)))).Order(StringComparer.Ordinal)];
        return found.Length <= 1 ? found.FirstOrDefault()
            : throw new TranslucentException($"{folder}: holds {Describe.Names(found)}, expected one of them called {s_onnx[0]}; name the file itself.");
    }

    static List<TensorFile> OpenAll(string folder, IEnumerable<string> names, ShardIndex? shards)
    {
        List<TensorFile> files = [];
        try
        {
            foreach (string name in names)
            {
                string path = Path.Combine(folder, name);
                if (!File.Exists(path)) throw new TranslucentException(
                    $"{shards?.Path ?? folder}: names the shard {Describe.Name(name)}, which is not in the folder; fetch it.");
                RealPath.CheckInside(folder, path);
                files.AddRange(TensorFile.WithParts(TensorFile.Open(path)));
            }
            shards?.Check(files);
            return files;
        }
        catch
        {
            files.ForEach(f => f.Dispose());
            throw;
        }
    }

    static string OnlyFile(string folder)
    {
        string[] all = [.. Directory.EnumerateFiles(folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
        foreach (IEnumerable<string> kinds in (IEnumerable<string>[])[s_kinds.Take(1), s_kinds.Skip(1)])
        {
            string[] found = Array.FindAll(all, name => kinds.Contains(Path.GetExtension(name)) && !s_others.Contains(name));
            if (found.Length == 1) return found[0];
            if (found.Length > 1)
                throw new TranslucentException($"{folder}: holds {Describe.Names(found)}, expected {s_wholes[0]}, {s_wholes[0]}{ShardIndex.Extension}, or one "
                    + $"file of weights; rename the one to use to {s_wholes[0]}, or name the file itself.");
        }
        if (OnlyOnnx(folder) is { } onnx) return onnx;
        string advice = Array.Exists(all, name => name is "tf_model.h5" or "flax_model.msgpack")
            ? "weights of TensorFlow and Flax are not read, fetch those of PyTorch"
            : "fetch the weights";
        string holds = all.Length == 0 ? "it is empty" : $"it holds {Describe.Names(all)}";
        throw new TranslucentException($"{folder}: has no weights ({holds}), expected {string.Join(" or ", s_wholes)}; {advice}.");
    }
}
