// What it means to read a file of each kind whole. What is read must hold together; an exception that is not documented breaks a law.

using System.Text;
using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Checkpoints.Torch;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Fuzz;

/// <summary>The readers of the table.</summary>
static class Readers
{
    const int MostPixels = 1 << 20; // of pictures and masks that are made only to see whether they can be

    static readonly string[] s_texts = ["", "Hello world's 1234 <|endoftext|> [CLS] </s>",
        " \n\t ünïcödé e\u0301 \ud83d\ude00\ud83d\ude00 \u4e2d\u6587 \u00ad\ufeff", new string('a', 400), "\ud800 a\0b"];
    static readonly Image s_photo = new(9, 7, 3, [.. Enumerable.Range(0, 9 * 7 * 3).Select(i => (byte)i)]);

    /// <summary>A file of named arrays: each of them as numbers.</summary>
    public static void Weights(byte[] file, Sandbox sandbox)
    {
        using TensorFile weights = TensorFile.Open(sandbox.Add("x", file));
        foreach (StoredTensor tensor in weights.Tensors) Numbers(tensor, file.Length);
        foreach ((string key, string value) in weights.Metadata) Expect(key is not null && value is not null, "metadata without text");
    }

    /// <summary>An ONNX model without anything beside it but a file of data: each tensor as numbers, then settings and the whole model.</summary>
    public static void Onnx(byte[] file, Sandbox sandbox)
    {
        sandbox.Keep("onnx/bert-outside.onnx_data", () => new byte[1 << 16]);
        string path = sandbox.Add("onnx/model.onnx", file);
        using (TensorFile weights = TensorFile.Open(path))
            foreach (StoredTensor tensor in weights.Tensors) Numbers(tensor, file.Length + (1 << 16));
        using Model model = Pretrained.Open(path);
        Expect(model is not VisionTransformer { Config.Depth: < 1 }, "a model without layers");
    }

    /// <summary>A folder of shards; nothing outside the folder may be opened.</summary>
    public static void Shards(byte[] file, Sandbox sandbox)
    {
        sandbox.Keep("s1.safetensors", () => Seeds.Named(1, "a"));
        sandbox.Keep("s2.safetensors", () => Seeds.Named(2, "b"));
        if (!File.Exists(sandbox["link.safetensors"])) File.CreateSymbolicLink(sandbox["link.safetensors"], "../outside.safetensors");
        sandbox.Add("model.safetensors.index.json", file);
        List<TensorFile> shards = WeightFiles.Open(sandbox.Path);
        try
        {
            foreach (TensorFile shard in shards)
            {
                Expect(RealPath.Of(shard.Path).StartsWith(RealPath.Of(sandbox.Path) + Path.DirectorySeparatorChar, StringComparison.Ordinal),
                    $"opened {shard.Path}, which is outside the folder");
                foreach (StoredTensor tensor in shard.Tensors) Numbers(tensor, file.Length + 1024);
            }
        }
        finally
        {
            shards.ForEach(s => s.Dispose());
        }
    }

    /// <summary>A pickle behind the check value of its archive.</summary>
    public static void Pickle(byte[] file, Sandbox sandbox) => new TorchTables("x", file.Length).Collect(Unpickler.Read(file, "x", out _), "x");

    /// <summary>One NumPy array.</summary>
    public static void Array(byte[] file, Sandbox sandbox) => Numbers(Npy.Read(sandbox.Add("x.npy", file)), file.Length);

    /// <summary>A config.json beside true weights: diagnosis, loading and a pass of one patch.</summary>
    public static void Config(byte[] file, Sandbox sandbox)
    {
        string text = Encoding.Latin1.GetString(file);
        string family = text.Contains("dinov2_") ? "dinov2_reg" : text.Contains("dinov2") ? "dinov2" : text.Contains("clip") ? "clip_vision"
            : text.Contains("deit") ? "deit" : text.Contains("classifier") ? "vit" : "dino";
        sandbox.Keep($"{family}/model.safetensors", () => Seeds.Resource($"vision/{family}/model.safetensors"));
        sandbox.Add($"{family}/config.json", file);
        ModelReport report = ModelInspection.Of(sandbox[family]);
        Expect(report.Problem is null || !report.Problem.Any(char.IsControl), $"a message of several lines: {report.Problem}");
        using VisionTransformer model = VisionModels.Open(sandbox[family]);
        int side = model.Config.Patch;
        Expect(side <= 64, $"patches of {side} pixels with weights of smaller ones");
        using Trace trace = model.Forward(new Tensor(1, 3, side, side), Keep.Boundaries);
        Expect(trace.Tokens == model.Config.Prefix + 1, $"{trace.Tokens} tokens of one patch");
        Expect(model.Labels.All(label => label is not null), "a class without a name");
    }

    /// <summary>A preprocessor_config.json: settings, and a small photograph unless the settings make a large one of it.</summary>
    public static void Preprocessor(byte[] file, Sandbox sandbox)
    {
        Preprocessor prepare = PreprocessorConfig.Read(ConfigSection.Open(sandbox.Add("preprocessor_config.json", file)).Json);
        InputGeometry geometry = prepare.Geometry(s_photo);
        (int width, int height) = prepare.Resize?.For(s_photo.Width, s_photo.Height) ?? (1, 1);
        if ((long)width * height > MostPixels || (long)geometry.InputWidth * geometry.InputHeight > MostPixels) return;
        Tensor pixels = prepare.Apply(s_photo);
        Expect(pixels.Shape is [3, var h, var w] && h == geometry.InputHeight && w == geometry.InputWidth, $"{pixels} instead of {geometry}");
    }

    /// <summary>A tokenizer.json: there and back for a few texts.</summary>
    public static void Tokenizer(byte[] file, Sandbox sandbox)
    {
        sandbox.Add("tokenizer/tokenizer.json", file);
        Use(sandbox["tokenizer"]);
    }

    /// <summary>A tokenizer_config.json beside a whole tokenizer.json.</summary>
    public static void TokenizerConfig(byte[] file, Sandbox sandbox)
    {
        sandbox.Keep("settings/tokenizer.json", () => Seeds.Tokenizers[1]);
        sandbox.Add("settings/tokenizer_config.json", file);
        Use(sandbox["settings"]);
    }

    /// <summary>The vocab.json of GPT-2 beside whole merges.</summary>
    public static void Vocabulary(byte[] file, Sandbox sandbox) => Old(sandbox, "vocab", "vocab.json", file, "merges.txt", merges: true);

    /// <summary>The merges.txt of GPT-2 beside a whole vocabulary.</summary>
    public static void Merges(byte[] file, Sandbox sandbox) => Old(sandbox, "merges", "merges.txt", file, "vocab.json", merges: false);

    /// <summary>A PNG, JPEG, WebP, GIF or BMP file; one of more than a few megapixels is refused by the limit.</summary>
    public static void Picture(byte[] file, Sandbox sandbox)
    {
        Image image = ImageFile.Decode(file, MostPixels * 4);
        Expect(image.Width > 0 && image.Height > 0 && image.Channels is >= 1 and <= 4 && image.Pixels.LongLength == (long)image.Width * image.Height
            * image.Channels, $"{image.Pixels.Length} bytes for {image.Width} x {image.Height} x {image.Channels}");
    }

    /// <summary>COCO instances, and their masks.</summary>
    public static void Coco(byte[] file, Sandbox sandbox)
    {
        foreach (CocoAnnotation annotation in CocoInstances.Read(sandbox.Add("instances.json", file)).Annotations) Mask(annotation.Mask);
    }

    /// <summary>COCO detections, and their masks.</summary>
    public static void CocoDetections(byte[] file, Sandbox sandbox)
    {
        foreach (CocoDetection detection in CocoResults.Read(sandbox.Add("results.json", file)))
        {
            Expect(double.IsFinite(detection.Score) && double.IsFinite(detection.Box.X + detection.Box.Y), "a number that is not finite");
            if (detection.Mask is { } mask) Mask(mask);
        }
    }

    static void Mask(Rle mask)
    {
        Box box = mask.Bounds();
        Expect(mask.Area >= 0 && box.X >= 0 && box.Y >= 0 && box.X + box.Width <= mask.Width && box.Y + box.Height <= mask.Height,
            $"a box {box} in {mask.Width} x {mask.Height}");
        Expect(Rle.Parse(mask.Compressed, mask.Width, mask.Height).Counts.SequenceEqual(mask.Counts), "another mask once it is written and read");
        if ((long)mask.Width * mask.Height <= MostPixels) Expect(mask.Decode().Count(inside => inside) == mask.Area, "an area that is not that of the mask");
    }

    static void Old(Sandbox sandbox, string folder, string name, byte[] file, string other, bool merges)
    {
        sandbox.Keep($"{folder}/tokenizer_config.json", () => """{"tokenizer_class":"GPT2Tokenizer"}"""u8.ToArray());
        sandbox.Keep($"{folder}/{other}", () => Seeds.OldVocabulary(merges));
        sandbox.Add($"{folder}/{name}", file);
        Use(sandbox[folder]);
    }

    static void Use(string folder)
    {
        Tokenizer tokenizer = Text.Tokenizer.Open(folder);
        foreach (string text in s_texts)
        {
            EncodedText encoded = tokenizer.Encode(text, text.Length == 0 ? "pair" : null);
            Expect(encoded.Offsets.All(o => o.Start >= 0 && o.Start <= o.End && o.End <= Math.Max(4, text.Length)), $"an offset outside the text '{text}'");
            tokenizer.Decode(encoded.Ids, skipSpecialTokens: text.Length % 2 == 0);
        }
        tokenizer.Decode([-1, 0, 1, 299, int.MaxValue]);
    }

    /// <summary>The numbers of an array, which must come from its file.</summary>
    static void Numbers(StoredTensor tensor, int length)
    {
        Expect(tensor.ByteCount <= 1032L * length, $"{tensor}: {tensor.ByteCount} bytes from a file of {length}");
        Expect(tensor.ToDoubles().Length == tensor.Count, $"{tensor}: another number of elements");
    }

    static void Expect(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidProgramException(otherwise);
    }
}
