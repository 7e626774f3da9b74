using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Images;

public class PreprocessorTests
{
    [Fact]
    public void The_shipped_model_gets_the_pixels_and_values_of_the_golden_run()
    {
        Preprocessor pre = PreprocessorConfig.Parse(File.ReadAllText(Samples.Model("cifar10-vit/preprocessor_config.json")));
        Image photo = ImageFile.Read(Samples.File("chelsea.png"));
        using Safetensors pixels = Safetensors.Open(Golden.File("trained/cifar10-vit-chelsea/pixels.safetensors"));
        using Safetensors input = Safetensors.Open(Golden.File("trained/cifar10-vit-chelsea/input.safetensors"));
        Assert.Equal(pixels["pixels"].Bytes.ToArray(), pre.Pixels(photo).Pixels);
        Tensor want = input["pixel_values"].ToTensor(), got = pre.Apply(photo);
        Assert.Equal("[3, 32, 32]", got.ToString());
        for (int i = 0; i < got.Length; i++) Assert.Equal(want.Span[i], got.Span[i], 1e-6f);
    }

    [Theory]
    [InlineData(640, 480, 256, 341, 256)]
    [InlineData(480, 640, 256, 256, 341)]
    [InlineData(500, 375, 224, 298, 224)]
    [InlineData(10, 10, 224, 224, 224)]
    [InlineData(1000, 1, 7, 7000, 7)]
    public void The_shortest_edge_sets_the_scale_and_the_longer_side_is_truncated(int width, int height, int edge, int w, int h) =>
        Assert.Equal((w, h), new ResizeTarget(edge, edge, true).For(width, height));

    [Fact]
    public void A_photograph_too_narrow_to_enlarge_is_refused() =>
        Assert.Contains("1 x 900000", Assert.Throws<TranslucentException>(() => new ResizeTarget(224, 224, true).For(1, 900_000)).Message);

    [Fact]
    public void Configuration_files_of_the_families_are_understood()
    {
        Preprocessor clip = PreprocessorConfig.Parse("""
            {"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor",
             "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224}
            """);
        Assert.Equal(new ResizeTarget(224, 224, true), clip.Resize);
        Assert.Equal((224, 224), clip.Crop);
        Assert.Equal(0.4578275, clip.Mean[1]);

        Preprocessor dinov2 = PreprocessorConfig.Parse("""
            {"crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "image_processor_type": "BitImageProcessor",
             "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 256}, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225],
             "do_pad": null}
            """);
        Assert.Equal(PreprocessorFamilies.Dinov2.Resize, dinov2.Resize);
        Assert.Equal(Resampling.Bicubic, dinov2.Filter);

        Preprocessor old = PreprocessorConfig.Parse("""{"feature_extractor_type": "ViTFeatureExtractor", "size": 384, "resample": 2, "crop_size": null}""");
        Assert.Equal(new ResizeTarget(384, 384, false), old.Resize);
        Assert.Null(old.Crop);

        Assert.Equal((224, 224), PreprocessorConfig.Parse("""{"image_processor_type": "DeiTImageProcessor"}""").Crop);
        Assert.Equal(PreprocessorFamilies.Dino, PreprocessorConfig.Parse("{}", PreprocessorFamilies.Dino));

        Preprocessor off = PreprocessorConfig.Parse("""{"do_resize": false, "do_center_crop": false, "do_rescale": false, "do_normalize": false}""");
        Image photo = new(2, 1, 3, [1, 2, 3, 4, 5, 6]);
        Assert.Equal([1, 4, 2, 5, 3, 6], off.Apply(photo).ToArray());
    }

    [Theory]
    [InlineData("[]", "an object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"size": "big"}""", "size is \"big\"")]
    [InlineData("""{"size": {"longest_edge": 4}}""", "size is")]
    [InlineData("""{"size": {"shortest_edge": 4, "longest_edge": 0}}""", "size.longest_edge is")]
    [InlineData("""{"size": {"height": 0, "width": 3}}""", "size.height is 0")]
    [InlineData("""{"size": 1000000}""", "16384")]
    [InlineData("{\"size\": [\n1,\r\n2,\n3]}", "size is [ 1,  2, 3], expected a number")]
    [InlineData("""{"resample": 5}""", "resample is 5")]
    [InlineData("""{"do_resize": 1}""", "do_resize is 1")]
    [InlineData("""{"do_center_crop": true}""", "crop_size is missing")]
    [InlineData("""{"crop_size": {"shortest_edge": 3}, "do_center_crop": true}""", "crop_size is")]
    [InlineData("""{"rescale_factor": "1/255"}""", "rescale_factor")]
    [InlineData("""{"image_mean": [1, 2]}""", "image_mean is [1, 2]")]
    [InlineData("""{"image_std": [1, 0, 1]}""", "image_std is [1, 0, 1]")]
    [InlineData("""{"image_processor_type": 7}""", "image_processor_type is 7")]
    public void A_wrong_value_is_named_with_its_key(string json, string says) =>
        Assert.Contains(says, Assert.Throws<TranslucentException>(() => PreprocessorConfig.Parse(json)).Message);

    [Fact]
    public void The_centre_is_cropped_as_hugging_face_does_with_zeros_beyond_the_border()
    {
        // Columns 1 .. 5 of one row; transformers' center_crop gives these for crops of 3, 4, 6 and 9 columns.
        Image photo = new(5, 1, 3, [.. Enumerable.Range(1, 5).SelectMany(v => (byte[])[(byte)v, (byte)v, (byte)v])]);
        foreach ((int width, byte[] want) in ((int, byte[])[])[(3, [2, 3, 4]), (4, [1, 2, 3, 4]), (6, [0, 1, 2, 3, 4, 5]), (9, [0, 0, 1, 2, 3, 4, 5, 0, 0])])
        {
            Image got = new Preprocessor { Resize = null, Crop = (width, 1) }.Pixels(photo);
            Assert.Equal(want, got.Pixels.Where((_, i) => i % 3 == 0));
        }
        Image tall = new Preprocessor { Resize = null, Crop = (1, 4) }.Pixels(photo);
        Assert.Equal([0, 0, 3, 0], tall.Pixels.Where((_, i) => i % 3 == 0));
    }

    [Fact]
    public void Another_input_size_keeps_the_proportions()
    {
        Preprocessor wide = PreprocessorFamilies.Dinov2.ForInput(448, 224);
        Assert.Equal(new ResizeTarget(512, 256, true), wide.Resize);
        Assert.Equal((448, 224), wide.Crop);
        Assert.Equal("[3, 224, 448]", wide.Apply(new Image(50, 40, 1, new byte[2000])).ToString());
        Assert.Equal("[3, 64, 32]", PreprocessorFamilies.Vit.ForInput(32, 64).Apply(new Image(5, 4, 3, new byte[60])).ToString());
    }
}
