// Checkpoints of other names, shapes and settings: each opens and gives finite numbers, or is refused in one line.

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Fuzz;

/// <summary>Readers of layouts.</summary>
static class LayoutReaders
{
    const int MostNumbers = 1 << 20;

    /// <summary>Makes the checkpoint that a list of changes describes, and reads it: diagnosis, loading, a pass of one patch.</summary>
    public static void Model(byte[] file, Sandbox sandbox)
    {
        string[] lines = Encoding.UTF8.GetString(file).Split('\n');
        if (!LayoutSeeds.Has(lines[0])) return;
        Checkpointed made = new([.. LayoutSeeds.Tensors(lines[0])], LayoutSeeds.Config(lines[0]));
        foreach (string line in lines.Skip(1)) made.Apply(line.Split(' ', 3));
        if (Directory.Exists(sandbox["layout"])) Directory.Delete(sandbox["layout"], recursive: true);
        Directory.CreateDirectory(sandbox["layout"]);
        made.Write(sandbox["layout"]);

        ModelReport report = ModelInspection.Of(sandbox["layout"]);
        Expect(report.Problem is null || !report.Problem.Any(char.IsControl), $"a message of several lines: {report.Problem}");
        using Model model = Pretrained.Open(sandbox["layout"]);
        Expect(report.Opens, $"it opens, and was said not to: {report.Problem}");
        if (model is not VisionTransformer images) return;
        int side = images.Config.Patch;
        Expect(side <= 128, $"patches of {side} pixels with weights of smaller ones");
        Tensor pixels = new(1, images.Config.Channels, side, side);
        for (int i = 0; i < pixels.Length; i++) pixels.Span[i] = MathF.Sin(i);
        using Trace trace = images.Forward(pixels, Keep.Boundaries);
        Expect(trace.Tokens == images.Config.Prefix + 1, $"{trace.Tokens} tokens of one patch");
        Tensor last = images.Classes > 0 ? trace.Logits : trace.Tape[$"blocks.{images.Config.Depth - 1}.out"].Value;
        foreach (float v in last.Span) Expect(made.HoldsNaN || float.IsFinite(v), $"a number that is not finite among {last}");
    }

    /// <summary>A spiece.model of SigLIP: there and back for a few texts.</summary>
    public static void SentencePiece(byte[] file, Sandbox sandbox)
    {
        sandbox.Keep("spiece/tokenizer_config.json", () => """{"tokenizer_class":"SiglipTokenizer"}"""u8.ToArray());
        sandbox.Add("spiece/spiece.model", file);
        Tokenizer tokenizer = Tokenizer.Open(sandbox["spiece"]);
        foreach (string text in (string[])["", "a cat", "  two   blanks ", "é\u0301 \uFB01 \u2581", "\0\u200B😀 <unk></s>", new string('a', 300)])
            tokenizer.Decode(tokenizer.Encode(text).Ids);
    }

    static void Expect(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidProgramException(otherwise);
    }

    /// <summary>A checkpoint under change.</summary>
    sealed class Checkpointed(List<LayoutTensor> tensors, byte[] config)
    {
        readonly Dictionary<string, string> _config = JsonNode.Parse(config)!.AsObject().ToDictionary(p => p.Key, p => p.Value?.ToJsonString() ?? "null");
        readonly Dictionary<int, StoredType> _types = [];
        bool _hasConfig = true, _turned;
        string _file = "model.safetensors";

        /// <summary>Whether a number was made one that is none: those of matrices are looked at when an image is there.</summary>
        public bool HoldsNaN { get; private set; }

        public void Apply(string[] words)
        {
            string first = words.ElementAtOrDefault(1) ?? "", second = words.ElementAtOrDefault(2) ?? "";
            int at = int.TryParse(first, out int number) && tensors.Count > 0 ? (int)((uint)number % tensors.Count) : 0;
            switch (words[0])
            {
                case "prefix":
                    Rename(n => first + n);
                    break;
                case "rename" when first.Split('|') is [{ Length: > 0 } from, var to]:
                    Rename(n => n.Replace(from, to));
                    break;
                case "one" when tensors.Count > 0:
                    tensors[at] = tensors[at] with { Name = second };
                    break;
                case "drop" when tensors.Count > 0:
                    tensors.RemoveAt(at);
                    break;
                case "double" when tensors.Count is > 0 and < 300:
                    tensors.Add(tensors[at] with { Name = second + tensors[at].Name });
                    break;
                case "swap" when tensors.Count > 0 && int.TryParse(second, out int other):
                    other = (int)((uint)other % tensors.Count);
                    (tensors[at], tensors[other]) = (tensors[at] with { Name = tensors[other].Name }, tensors[other] with { Name = tensors[at].Name });
                    break;
                case "shape" when tensors.Count > 0:
                    tensors[at] = Shaped(tensors[at],
                        [.. second.Split(',').Where(s => s.Length > 0).Select(s => int.TryParse(s, out int n) && n >= 0 ? n : 1)]);
                    break;
                case "type" when Enum.TryParse(second, out StoredType type):
                    _types[at] = type;
                    break;
                case "values" when tensors.Count > 0:
                    HoldsNaN |= second == "NaN";
                    tensors[at] = tensors[at] with { Values = [.. tensors[at].Values.Select(_ => second == "NaN" ? float.NaN : 0)] };
                    break;
                case "config":
                    _config[first] = second;
                    break;
                case "unconfig":
                    _config.Remove(first);
                    break;
                case "noconfig":
                    _hasConfig = false;
                    break;
                case "turn":
                    _turned = !_turned;
                    break;
                case "file" when first.Length > 0 && first.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_'):
                    _file = first;
                    break;
            }
        }

        public void Write(string folder)
        {
            IEnumerable<StoredTensor> all = tensors.Select(Stored).Where(t => t.Name.Length > 0).DistinctBy(t => t.Name);
            StoredTensor[] written = [.. _turned ? all.Reverse() : all];
            if (_file == "two")
            {
                Safetensors.Write(Path.Combine(folder, "model-00001-of-00002.safetensors"), written[..(written.Length / 2)]);
                Safetensors.Write(Path.Combine(folder, "model-00002-of-00002.safetensors"), written[(written.Length / 2)..]);
                JsonObject map = [];
                for (int i = 0; i < written.Length; i++) map[written[i].Name] = $"model-0000{(i < written.Length / 2 ? 1 : 2)}-of-00002.safetensors";
                File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
            }
            else Safetensors.Write(Path.Combine(folder, _file), written);
            IEnumerable<string> settings = _config.Select(p => $"{JsonValue.Create(p.Key).ToJsonString()}:{p.Value}");
            if (_hasConfig) File.WriteAllText(Path.Combine(folder, "config.json"), $"{{{string.Join(',', settings)}}}");
        }

        void Rename(Func<string, string> name)
        {
            for (int i = 0; i < tensors.Count; i++)
                if (name(tensors[i].Name) is { Length: <= 500 } longer) tensors[i] = tensors[i] with { Name = longer };
        }

        static LayoutTensor Shaped(LayoutTensor tensor, int[] shape)
        {
            long count = shape.Aggregate(1L, (n, axis) => n * axis);
            float[] from = tensor.Values is [] ? [0] : tensor.Values;
            return count > MostNumbers || shape.Length > 8 ? tensor
                : new(tensor.Name, shape, [.. Enumerable.Range(0, (int)count).Select(i => from[i % from.Length])]);
        }

        StoredTensor Stored(LayoutTensor t, int index)
        {
            StoredType type = _types.GetValueOrDefault(index, StoredType.F32);
            ReadOnlySpan<byte> Bytes<T>(Func<float, T> of) where T : unmanaged => MemoryMarshal.AsBytes(t.Values.Select(of).ToArray().AsSpan());
            if (t.Shape.Aggregate(1L, (n, axis) => n * axis) != t.Values.Length) return StoredTensor.From<long>(t.Name, [1], [0]); // integers of the seed
            return StoredTensor.From(t.Name, t.Shape, type, type switch
            {
                StoredType.F16 => Bytes(v => (Half)v),
                StoredType.BF16 => Bytes(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)),
                StoredType.F64 => Bytes(v => (double)v),
                StoredType.I64 => Bytes(v => (long)v),
                StoredType.U8 or StoredType.BOOL => Bytes(v => (byte)(v > 0 ? 1 : 0)),
                _ => Bytes(v => v),
            });
        }
    }
}
