using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Checkpoints;

namespace Translucent.Tests.Models;

/// <summary>The fixtures in the layouts of other programs give the same bits, and what such files do not tell is asked for.</summary>
public sealed class LayoutTests : IDisposable
{
    // what no shape tells and no published model has: the fixtures are 32 wide
    const string Heads = """{"num_attention_heads":4,"layer_norm_eps":1e-12}""",
        ClipHeads = """{"vision_config":{"num_attention_heads":4,"hidden_act":"quick_gelu"}}""";
    const string Preprocessor = """{"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"size":32}""";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vit", "timm ViT")]
    [InlineData("deit", "timm DeiT, distilled")]
    [InlineData("dino", "DINO (timm names, no classifier)")]
    public void Timm_names_give_the_same_bits(string fixture, string layout) => Same(fixture, OtherLayouts.Timm, layout, Heads);

    [Theory]
    [InlineData("mlp.0.", "mlp.3.")]
    [InlineData("mlp.linear_1.", "mlp.linear_2.")]
    public void Torchvision_names_give_the_same_bits(string first, string second) =>
        Same("vit", tensors => [.. OtherLayouts.Torchvision(tensors).Select(t => t.WithName(t.Name.Replace("mlp.0.", first).Replace("mlp.3.", second)))],
            "torchvision ViT", Heads);

    [Theory]
    [InlineData("dinov2", 0)]
    [InlineData("dinov2", 2)]
    [InlineData("dinov2_reg", 0)]
    [InlineData("dinov2_reg", 3)]
    public void Original_dinov2_names_give_the_same_bits(string fixture, int chunk) =>
        Same(fixture, t => OtherLayouts.Dinov2(t, chunk), "DINOv2", """{"num_attention_heads":4}""");

    [Fact]
    public void OpenAi_names_give_the_same_bits() => Same("clip_vision", OtherLayouts.Clip, "OpenAI CLIP", ClipHeads);

    [Theory]
    [InlineData("model")]
    [InlineData("state_dict")]
    [InlineData("teacher", "backbone")]
    [InlineData("student", "module", "backbone")]
    [InlineData("model_ema")]
    public void Tables_around_the_model_are_seen_through(params string[] wrappers)
    {
        StoredTensor[] tensors = OtherLayouts.Timm(Fixture("dino"));
        Directory.CreateDirectory(_folder["m"]);
        File.WriteAllBytes(_folder["m/checkpoint.pth"], TorchFiles.Checkpoint(tensors, wrappers));
        File.WriteAllText(_folder["m/config.json"], Heads);
        using Checkpoint c = Checkpoint.Open(_folder["m"]);
        Assert.Equal(string.Concat(wrappers.Where(w => w != "module").Select(w => w + ".")), c.Prefix);
        Assert.Equal(Bits(Golden.File("vision/dino"), "dino"), Bits(_folder["m/checkpoint.pth"], "dino"));
    }

    [Fact]
    public void Of_teacher_and_student_the_teacher_is_the_model_and_heads_and_optimisers_are_passed_over()
    {
        StoredTensor[] model = OtherLayouts.Timm(Fixture("dino"));
        StoredTensor[] student = [.. model.Select(t => StoredTensor.From("student.module.backbone." + t.Name, new Tensor(t.Shape.ToArray())))];
        StoredTensor[] more = [Zeros("teacher.head.mlp.0.weight", 2, 32), Zeros("optimizer.state.0.exp_avg", 2)];
        string file = Write("m", [.. student, .. model.Select(t => t.WithName("teacher.backbone." + t.Name)), .. more], Heads);
        Assert.Equal(Bits(Golden.File("vision/dino"), "dino"), Bits(file, "dino"));
        using Checkpoint c = Checkpoint.Open(file);
        Assert.Equal(student.Length + more.Length, c.PassedOver.Count);
        Assert.Equal(model.Sum(t => t.Count), c.ParameterCount);
    }

    [Fact]
    public void Splitting_copies_nothing()
    {
        string file = Write("m", OtherLayouts.Timm(Fixture("vit")), Heads);
        using Checkpoint c = Checkpoint.Open(file);
        StoredTensor q = c["encoder.layer.1.attention.attention.query.weight"], v = c["encoder.layer.1.attention.attention.value.weight"];
        unsafe
        {
            Assert.Equal(2 * 32 * 32 * sizeof(float), v.Pointer - q.Pointer);
        }
        Assert.Equal("blocks.1.attn.qkv.weight", v.StoredName);
        Assert.Contains("(stored as 'blocks.1.attn.qkv.weight') [32, 32]", v.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("text.")]
    public void Text_names_of_openai_and_open_clip_become_those_of_hugging_face(string prefix)
    {
        StoredTensor[] text = [.. TextTower(new Random(3))];
        StoredTensor[] renamed = [.. OtherLayouts.Clip([.. Fixture("clip_vision"), .. text])
            .Select(t => t.Name.StartsWith("visual", StringComparison.Ordinal) ? t : t.WithName(prefix + t.Name))];
        string file = Write("m", renamed, ClipHeads.Replace("quick_gelu", "gelu"));
        using Checkpoint c = Checkpoint.Open(file);
        foreach (StoredTensor t in text)
        {
            Assert.Equal(t.Shape.ToArray(), c[t.Name].Shape.ToArray());
            Assert.True(t.Bytes.SequenceEqual(c[t.Name].Bytes), t.Name);
        }
        ConfigSection config = c.Config.Section("text_config");
        Assert.Equal((64, 1, 2, 128, 7, 50), (config.Int("hidden_size"), config.Int("num_attention_heads"), config.Int("num_hidden_layers"),
            config.Int("intermediate_size"), config.Int("max_position_embeddings"), config.Int("vocab_size")));
        Assert.Equal("gelu", config.String("hidden_act"));
        VisionModels.Open(file).Dispose();
    }

    [Theory]
    [InlineData(192, 3)]
    [InlineData(384, 6)]
    [InlineData(1280, 16)]
    public void Settings_follow_from_shapes_and_conventions(int width, int heads)
    {
        string file = Write("m", Encoder(width), config: null);
        using Checkpoint c = Checkpoint.Open(file);
        Assert.Equal(("vit", width, heads, 1, 8, 24, 16), (c.Config.String("model_type"), c.Config.Int("hidden_size"), c.Config.Int("num_attention_heads"),
            c.Config.Int("num_hidden_layers"), c.Config.Int("patch_size"), c.Config.Int("image_size"), c.Config.Int("intermediate_size")));
        Assert.Equal(1e-6f, c.Config.Float("layer_norm_eps"));
        using VisionTransformer model = VisionModels.Open(file);
        Assert.Equal((24, 24), model.Preprocessor.Crop);
        Assert.Equal([0.485, 0.456, 0.406], model.Preprocessor.Mean);
    }

    [Fact]
    public void What_cannot_be_known_is_asked_for_with_its_key()
    {
        Asks(Encoder(100), null, "does not tell 'num_attention_heads' (no published model is 100 wide); write it to");
        Asks([.. Encoder(192), Zeros("head.weight", 5, 192), Zeros("head.bias", 5)], null, "does not tell 'image_mean' and 'image_std'");
        Asks(OtherLayouts.Clip(Fixture("clip_vision")), """{"vision_config":{"num_attention_heads":4}}""",
            "does not tell 'vision_config.hidden_act' (\"quick_gelu\" for weights of OpenAI");
        Asks([.. Encoder(192).Where(t => t.Name != "pos_embed")], null, "lacks the tensor that becomes 'embeddings.position_embeddings'");
        Asks([.. Encoder(192).Select(t => t.Name == "pos_embed" ? Zeros("pos_embed", 1, 8, 192) : t)], null, "8 positions are not 1 and a square of patches");
        Asks([.. Encoder(192).Select(t => t.Name == "blocks.0.attn.qkv.bias" ? Zeros(t.Name, 575) : t)], null, "queries, keys and values one below the other");

        void Asks(IEnumerable<StoredTensor> tensors, string? config, string expected)
        {
            string message = Assert.Throws<TranslucentException>(() => Checkpoint.Open(Write("asks", [.. tensors], config, preprocessor: null))).Message;
            Assert.Contains(expected, message);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Shapes_of_no_model_are_refused_in_one_line()
    {
        // empty tensors may have axes of any length
        int[] axes = [0, 1, 2, 3, 64, 1 << 16, int.MaxValue];
        Random random = new(8);
        for (int i = 0; i < 500; i++)
        {
            StoredTensor[] tensors = [.. Encoder(192).Select(t => random.Next(6) > 0 ? t : Empty(t))];
            string file = Write("m", tensors, random.Next(2) == 0 ? null : Heads);
            try
            {
                VisionModels.Open(file).Dispose();
            }
            catch (TranslucentException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        StoredTensor Empty(StoredTensor t)
        {
            int[] shape = new int[random.Next(1, t.Shape.Length + 2)];
            for (int axis = 1; axis < shape.Length; axis++) shape[axis] = axes[random.Next(axes.Length)];
            shape[random.Next(shape.Length)] = 0;
            random.Shuffle(shape);
            return shape.Aggregate(1.0, (n, a) => n * Math.Max(1, a)) < 1e18 ? StoredTensor.From<float>(t.Name, shape, [])
                : StoredTensor.From<float>(t.Name, [0], []);
        }
    }

    [Fact]
    public void What_a_table_does_not_know_is_left_over_and_named()
    {
        string file = Write("m", [.. Encoder(192), Zeros("norm_post.weight", 192)], config: null);
        Assert.Contains("extra tensor 'norm_post.weight' that no layer reads", Assert.Throws<TranslucentException>(() => VisionModels.Open(file)).Message);
    }

    [Fact]
    public void A_config_of_timm_says_how_photographs_are_prepared()
    {
        const string timm = """{"architecture":"vit_tiny_patch8_24","num_classes":5,"global_pool":"token","pretrained_cfg":"""
            + """{"mean":[0.5,0.4,0.3],"std":[0.1,0.2,0.3],"interpolation":"bicubic","crop_pct":0.9,"crop_mode":"center"}}""";
        StoredTensor[] tensors = [.. Encoder(192), Zeros("head.weight", 5, 192), Zeros("head.bias", 5)];
        using (VisionTransformer model = VisionModels.Open(Write("m", tensors, timm, preprocessor: null)))
        {
            Assert.Equal(((24, 24), 26), (model.Preprocessor.Crop!.Value, model.Preprocessor.Resize!.Value.Width));
            Assert.Equal(0.4f, (float)model.Preprocessor.Mean[1]);
            Assert.Equal(5, model.Classes);
        }
        string average = Write("m", tensors, timm.Replace("\"token\"", "\"map\""), preprocessor: null);
        Assert.Contains("'global_pool' is text 'map', expected token or avg", Assert.Throws<TranslucentException>(() => VisionModels.Open(average)).Message);
    }

    [Fact]
    public void A_config_of_open_clip_tells_the_activation_and_the_heads()
    {
        string file = Write("m", OtherLayouts.Clip(Fixture("clip_vision")), config: null);
        File.WriteAllText(_folder["m/open_clip_config.json"], """{"model_cfg":{"embed_dim":24,"text_cfg":{},"quick_gelu":true,"vision_cfg":"""
            + """{"image_size":32,"layers":4,"width":32,"patch_size":8,"head_width":8}}}""");
        Assert.Equal(Bits(Golden.File("vision/clip_vision"), "clip_vision"), Bits(file, "clip_vision"));
        File.WriteAllText(_folder["m/open_clip_config.json"], """{"model_cfg":{"vision_cfg":{"head_width":7}}}""");
        Assert.Contains("'model_cfg.vision_cfg.head_width' is 7, expected a divisor of the width 32",
            Assert.Throws<TranslucentException>(() => Checkpoint.Open(file)).Message);
    }

    void Same(string fixture, Func<IEnumerable<StoredTensor>, StoredTensor[]> rewrite, string layout, string config)
    {
        StoredTensor[] tensors = rewrite(Fixture(fixture));
        float[] expected = Bits(Golden.File($"vision/{fixture}"), fixture);
        string file = Write("m", tensors, config);
        using (Checkpoint c = Checkpoint.Open(file)) Assert.Equal(layout, c.Layout);
        Assert.Equal(expected, Bits(file, fixture));
        File.Delete(file);
        File.WriteAllBytes(_folder["m/pytorch_model.bin"], TorchFiles.Checkpoint(tensors));
        Assert.Equal(expected, Bits(_folder["m"], fixture));
    }

    static StoredTensor[] Fixture(string name) => [.. Safetensors.Open(Golden.File($"vision/{name}/model.safetensors")).Tensors];

    string Write(string folder, IEnumerable<StoredTensor> tensors, string? config, string? preprocessor = Preprocessor)
    {
        if (Directory.Exists(_folder[folder])) Directory.Delete(_folder[folder], recursive: true);
        Directory.CreateDirectory(_folder[folder]);
        if (config is not null) File.WriteAllText(_folder[$"{folder}/config.json"], config);
        if (config is not null && preprocessor is not null) File.WriteAllText(_folder[$"{folder}/preprocessor_config.json"], preprocessor);
        string path = _folder[$"{folder}/weights.safetensors"];
        Safetensors.Write(path, tensors);
        return path;
    }

    static float[] Bits(string path, string fixture)
    {
        using Safetensors input = Safetensors.Open(Golden.File($"vision/{fixture}/input.safetensors"));
        using VisionTransformer bare = VisionModels.Open(path);
        VisionTransformer model = input.TryGet("target_vectors", out StoredTensor? vectors) ? bare.WithClasses(vectors.ToTensor(), 1) : bare;
        using Trace trace = model.Forward(input["pixel_values"].ToTensor());
        return [.. trace.Tape["norm"].Value.Span, .. trace.Logits.Span, .. Ultra.Explain(trace, 3).Rows.Span];
    }

    /// <summary>An encoder with timm's names: one block, patches of 8, images of 24.</summary>
    static StoredTensor[] Encoder(int width)
    {
        (string Name, int[] Shape)[] shapes =
        [
            ("cls_token", [1, 1, width]), ("pos_embed", [1, 10, width]), ("patch_embed.proj.weight", [width, 3, 8, 8]), ("patch_embed.proj.bias", [width]),
            ("blocks.0.norm1.weight", [width]), ("blocks.0.norm1.bias", [width]), ("blocks.0.attn.qkv.weight", [3 * width, width]),
            ("blocks.0.attn.qkv.bias", [3 * width]),
            ("blocks.0.attn.proj.weight", [width, width]), ("blocks.0.attn.proj.bias", [width]), ("blocks.0.norm2.weight", [width]),
            ("blocks.0.norm2.bias", [width]),
            ("blocks.0.mlp.fc1.weight", [16, width]), ("blocks.0.mlp.fc1.bias", [16]), ("blocks.0.mlp.fc2.weight", [width, 16]),
            ("blocks.0.mlp.fc2.bias", [width]),
            ("norm.weight", [width]), ("norm.bias", [width]),
        ];
        return [.. shapes.Select(s => StoredTensor.From(s.Name, new Tensor(s.Shape)))];
    }

    static IEnumerable<StoredTensor> TextTower(Random random)
    {
        const int width = 64;
        yield return Draw("text_model.embeddings.token_embedding.weight", 50, width);
        yield return Draw("text_model.embeddings.position_embedding.weight", 7, width);
        for (int i = 0; i < 2; i++)
        {
            string at = $"text_model.encoder.layers.{i}.";
            foreach (string p in (string[])["q_proj", "k_proj", "v_proj", "out_proj"])
            {
                yield return Draw($"{at}self_attn.{p}.weight", width, width);
                yield return Draw($"{at}self_attn.{p}.bias", width);
            }
            foreach (string n in (string[])["layer_norm1", "layer_norm2"])
            {
                yield return Draw($"{at}{n}.weight", width);
                yield return Draw($"{at}{n}.bias", width);
            }
            yield return Draw($"{at}mlp.fc1.weight", 128, width);
            yield return Draw($"{at}mlp.fc1.bias", 128);
            yield return Draw($"{at}mlp.fc2.weight", width, 128);
            yield return Draw($"{at}mlp.fc2.bias", width);
        }
        yield return Draw("text_model.final_layer_norm.weight", width);
        yield return Draw("text_model.final_layer_norm.bias", width);
        yield return Draw("text_projection.weight", 24, width);

        StoredTensor Draw(string name, params int[] shape)
        {
            Tensor t = new(shape);
            foreach (ref float v in t.Span) v = random.NextSingle();
            return StoredTensor.From(name, t);
        }
    }

    static StoredTensor Zeros(string name, params int[] shape) => StoredTensor.From(name, new Tensor(shape));
}
