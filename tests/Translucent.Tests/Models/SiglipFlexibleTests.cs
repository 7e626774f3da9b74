using System.Text.Json.Nodes;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>SigLIP 2 with flexible patches (NaFlex) against PyTorch in float64 (Golden/siglip2/make.py), on grids of three shapes.</summary>
public sealed class SiglipFlexibleTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly GoldenTensors _golden = new("siglip2");

    public void Dispose()
    {
        _folder.Dispose();
        _golden.Dispose();
    }

    [Theory]
    [InlineData("wide", 2, 7)]
    [InlineData("tall", 5, 3)]
    [InlineData("square", 4, 4)]
    public void A_picture_of_any_shape_equals_the_reference(string shape, int rows, int columns)
    {
        using VisionTransformer tower = VisionModels.Open(Golden.File("siglip2"));
        Assert.Equal(("SigLIP 2", 32, 8), (tower.Config.Family, tower.Config.ImageSize, tower.Config.Patch));
        _golden.Check($"positions/{shape}", tower.Embedding.Positions(rows, columns));

        using ClipText text = ClipText.Open(Golden.File("siglip2"));
        using Trace told = text.Forward(_golden.Ids);
        _golden.Check("text_embeds", ClipText.Embeddings(told));
        VisionTransformer model = tower.WithClasses(ClipText.Embeddings(told), text.LogitScale!.Value);
        using Trace trace = model.Forward(_golden.Input($"pixels/{shape}"));
        Assert.Equal(rows * columns, trace.Streams[0].Length);
        _golden.Check($"hidden_states/{shape}", Stack(trace.Tape["embed"].Value, trace.Tape["blocks.0.out"].Value, trace.Tape["blocks.1.out"].Value));
        _golden.Check($"attentions/{shape}", Stack([.. trace.Steps.Select(s => trace.Attention(s))]));
        _golden.Check($"pool_attn/{shape}", trace.Attention(trace.Readout!.Pooling!.Step));
        _golden.Check($"pooled/{shape}", trace.Tape["pooled"].Value);
        _golden.Check($"logits/{shape}", trace.Logits);
        _golden.Check($"gae/{shape}", ClassMethods.Named("gae").Explain(trace, [1]).Tokens!, 2e-5);
    }

    [Fact]
    public void Photographs_get_a_grid_of_their_own_shape_and_maps_lie_on_all_of_them()
    {
        using VisionTransformer tower = VisionModels.Open(Golden.File("siglip2"));
        foreach ((int width, int height, int columns, int rows) in ((int, int, int, int)[])[(90, 30, 6, 2), (30, 90, 2, 6), (64, 64, 4, 4), (500, 20, 16, 1)])
        {
            Image photo = new(width, height, 3, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(i * 7 + i / 91))]);
            using Trace trace = tower.Forward(photo);
            Assert.Equal((8 * columns, 8 * rows), tower.Preprocessor.Resize!.Value.For(width, height));
            PatchGrid grid = Assert.IsType<PatchGrid>(trace.Streams[0].Layout);
            Assert.Equal((rows, columns), (grid.Rows, grid.Columns));
            Tensor map = trace.Lay(ClassMethods.Named("raw").Explain(trace, [0]).Tokens!);
            Assert.Equal([height, width], map.Shape[^2..].ToArray());
            Assert.All(map.ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    /// <summary>The largest scale at which no more than so many patches fit, found among the scales at which a side gets one more, not by halving.</summary>
    [Fact]
    public void The_grid_is_the_largest_that_fits()
    {
        Random random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            int width = random.Next(1, 3000), height = random.Next(1, 3000), patch = random.Next(1, 33), most = random.Next(1, 1100);
            (int w, int h) = ResizeTarget.OfPatches(patch, most).For(width, height);
            Assert.True(w % patch == 0 && h % patch == 0 && w / patch * (h / patch) <= Math.Max(1, most), $"{width} x {height}, {patch}, {most}: {w} x {h}");
            double best = 0;
            foreach (int side in (int[])[width, height])
                for (int n = 1; n <= most && n * (double)patch / side <= 100; n++)
                    if (Patches(n * (double)patch / side * (1 - 1e-12)) is var (x, y) && (long)x * y <= most) best = Math.Max(best, n * (double)patch / side);
            (int across, int down) = Patches(Math.Max(1e-6, best * (1 - 1e-12) - 2e-5)); // what halving may miss
            (int widest, int highest) = Patches(best * (1 - 1e-12));
            Assert.InRange(w / patch, across, Math.Max(across, widest));
            Assert.InRange(h / patch, down, Math.Max(down, highest));

            (int, int) Patches(double scale) =>
                (Math.Max(1, (int)Math.Ceiling(width * scale / patch)), Math.Max(1, (int)Math.Ceiling(height * scale / patch)));
        }
        Assert.Equal((272, 240), ResizeTarget.OfPatches(16, 256).For(640, 560));
        Assert.Equal((256, 256), ResizeTarget.OfPatches(16, 256).For(3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResizeTarget.OfPatches(0, 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResizeTarget.OfPatches(16, 0));
    }

    [Fact]
    public void A_batch_gives_the_bits_of_its_pictures_alone()
    {
        using VisionTransformer tower = VisionModels.Open(Golden.File("siglip2"));
        Tensor one = _golden.Input("pixels/wide"), both = new(2, 3, 16, 56);
        for (int i = 0; i < one.Length; i++) (both.Span[i], both.Span[one.Length + i]) = (-one.Span[i], one.Span[i]);
        using Trace alone = tower.Forward(one), batch = tower.Forward(both);
        Assert.Equal(alone.Tape["pooled"].Value.ToArray(), batch.Tape["pooled"].Value.ToArray()[32..]);
    }

    [Fact]
    public void Texts_are_its_classes()
    {
        Write();
        foreach (string file in (string[])["tokenizer.json", "tokenizer_config.json"]) File.Copy(Golden.File($"siglip/{file}"), _folder[file]);
        Assert.Empty(ZeroShot.Missing(_folder.Path));
        using VisionTransformer tower = VisionModels.Open(_folder.Path);
        using Trace trace = tower.WithTexts(_folder.Path, new ClassTexts(["a cat", "two dogs"], "{}")).Forward(_golden.Input("pixels/tall"));
        Assert.Equal(ScoreMeaning.AnyOf, trace.Readout!.Meaning);
        Assert.Equal(["a cat", "two dogs"], trace.Readout.Labels);
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.True(report.Opens, report.Problem);
        Assert.Equal(((32, 32), 16), (report.Input!.Value, report.Tokens));
        Assert.Empty(report.UnreadSettings);
    }

    [Fact]
    public void A_text_tower_that_does_not_open_leaves_the_report_of_the_image_tower()
    {
        Write();
        foreach (string file in (string[])["tokenizer.json", "tokenizer_config.json"]) File.Copy(Golden.File($"siglip/{file}"), _folder[file]);
        JsonObject settings = JsonNode.Parse(File.ReadAllText(_folder["config.json"]))!.AsObject();
        settings["text_config"]!["vocab_size"] = 48; // the table has 47
        _folder.Add("config.json", settings.ToJsonString());
        Assert.Throws<TranslucentException>(() => ClipText.Open(_folder.Path));
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.True(report.Opens, report.Problem);
        Assert.Empty(report.UnreadSettings);
    }

    [Theory]
    [InlineData("config.json", "num_patches", 15, "'vision_config.num_patches' is 15, expected a square number")]
    [InlineData("config.json", "image_size", 48, "'vision_config.image_size' is 48, expected 32")]
    [InlineData("config.json", "num_patches", 25, "embeddings.position_embedding.weight")]
    [InlineData("config.json", "patch_size", 1_000_000, "'vision_config.patch_size' is 1000000, expected at most 4096 pixels")]
    [InlineData("preprocessor_config.json", "patch_size", 16, "'patch_size' is 16, but config.json has patches of 8 pixels")]
    [InlineData("preprocessor_config.json", "max_num_patches", 0, "max_num_patches is 0, expected a whole number")]
    public void Settings_that_do_not_fit_are_named(string file, string key, int value, string expected)
    {
        Write();
        JsonObject settings = JsonNode.Parse(File.ReadAllText(_folder[file]))!.AsObject();
        (file == "config.json" ? settings["vision_config"]!.AsObject() : settings)[key] = value;
        _folder.Add(file, settings.ToJsonString());
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Without_a_preprocessor_there_are_256_patches_at_most()
    {
        Write();
        File.Delete(_folder["preprocessor_config.json"]);
        using VisionTransformer tower = VisionModels.Open(_folder.Path);
        Assert.Equal((8, 256), tower.Preprocessor.Resize!.Value.Grid);
    }

    void Write()
    {
        foreach (string file in (string[])["config.json", "model.safetensors", "preprocessor_config.json"])
            File.Copy(Golden.File($"siglip2/{file}"), _folder[file]);
    }

    static Tensor Stack(params Tensor[] parts) => new([parts.Sum(p => p.Length)], [.. parts.SelectMany(p => p.ToArray())]);
}
