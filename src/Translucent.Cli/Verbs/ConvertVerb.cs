// translucent convert: weights of any format that is read, as one safetensors file (or .npz).

using System.CommandLine;
using System.Globalization;
using Translucent.Checkpoints;
using Translucent.Cli.Options;
using Translucent.Files;
using Translucent.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>convert</c>.</summary>
static class ConvertVerb
{
    static readonly string[] s_extensions = [".safetensors", ".npz"];

    // What a model opens with beside its weights.
    static readonly string[] s_settings =
    [
        "config.json", "preprocessor_config.json", "processor_config.json", "open_clip_config.json", "generation_config.json", "tokenizer.json",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "spiece.model",
    ];

    public static Command Create()
    {
        Argument<string> input = new("IN") { Description = "A PyTorch archive, .npz or safetensors file, or a folder with weights, also in shards." };
        Option<string> output = new("--out", "-o") { Description = "The .safetensors (or .npz) file to write.", HelpName = "FILE", Required = true };
        Option<StoredType?> type = new("--dtype")
        {
            Description = "Encode all floats as f32, f16 or bf16, rounded to nearest. [default: as they are]",
            HelpName = "TYPE",
            CustomParser = r => Parsers.Word("--dtype", ("f32", StoredType.F32), ("f16", StoredType.F16), ("bf16", StoredType.BF16))(r),
        };
        Option<string> only = new("--only")
        {
            Description = "Only tensors whose names begin with this, which is taken off: 'teacher.backbone.'. [default: all]",
            HelpName = "PREFIX",
            DefaultValueFactory = _ => "",
        };
        Option<bool> force = new("--force") { Description = "Replace the file if it is there." };
        Command command = new("convert", "Write weights of PyTorch, NumPy or safetensors shards to one safetensors file; nothing in them is run.") { input,
            output, type, only, force };
        command.SetAction((parse, stop) =>
        {
            string to = parse.GetRequiredValue(output);
            if (!s_extensions.Contains(Path.GetExtension(to)))
                throw new UsageException($"--out {to}: expected a name that ends in {string.Join(" or ", s_extensions)}.");
            if (File.Exists(to) && !parse.GetValue(force)) throw new UsageException($"--out {to}: is there already; replace it with --force.");
            Run(Terminal.Of(parse), parse.GetRequiredValue(input), to, parse.GetRequiredValue(only),
                new WriteOptions { Floats = parse.GetValue(type), Stop = stop });
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    /// <summary>Copies the files of settings that the other folder lacks.</summary>
    /// <returns>Their names.</returns>
    static IEnumerable<string> Settings(string from, string to)
    {
        foreach (string name in s_settings)
        {
            (string source, string copy) = (Path.Combine(from, name), Path.Combine(to, name));
            if (!File.Exists(source) || File.Exists(copy)) continue;
            RealPath.CheckInside(from, source);
            File.Copy(source, copy);
            yield return name;
        }
    }

    static void Run(Terminal terminal, string from, string to, string prefix, WriteOptions options)
    {
        IReadOnlyList<TensorFile> files = TensorFile.OpenAll(from);
        try
        {
            StoredTensor[] tensors = [.. files.SelectMany(f => f.Tensors).Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal))];
            if (tensors.Length == 0)
            {
                string[] first = [.. files.SelectMany(f => f.Names).Select(n => n.Split('.')[0]).Distinct().Take(6)];
                throw new UsageException($"--only {prefix}: no name in {from} begins so; names begin with {string.Join(", ", first)}.");
            }
            if (prefix.Length > 0) tensors = [.. tensors.Select(t => t.WithName(t.Name[prefix.Length..]))];
            Dictionary<string, string> metadata = files.Count == 1 ? new(files[0].Metadata) : [];
            metadata.TryAdd("format", "pt"); // transformers reads no file without it
            terminal.Work("converting", done =>
            {
                WriteOptions with = options with { Progress = done };
                if (to.EndsWith(s_extensions[0], StringComparison.Ordinal)) Safetensors.Write(to, tensors, metadata, with);
                else NumpyArchive.Write(to, tensors, with);
            });
            string types = string.Join(", ", tensors.Select(t => t.Type).Distinct().Order());
            terminal.Line(string.Create(CultureInfo.InvariantCulture,
                $"{to}: {tensors.Length} tensors, {tensors.Sum(t => t.Count):N0} numbers, {ByteSize.Text(new FileInfo(to).Length)}; from {files[0].Format}, "
                    + $"{types}{(options.Floats is { } floats ? $", floats now {floats}" : "")}."));
            string[] copied = [.. Settings(Checkpoint.FolderOf(from), Path.GetDirectoryName(Path.GetFullPath(to))!)];
            if (copied.Length > 0) terminal.Line($"copied beside it, so that it opens: {string.Join(", ", copied)}.");
        }
        finally
        {
            foreach (TensorFile file in files) file.Dispose();
        }
    }
}
