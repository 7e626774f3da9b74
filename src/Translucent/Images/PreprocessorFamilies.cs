// What Hugging Face image processors do when preprocessor_config.json leaves a key out
// (transformers: the constructors in image_processing_{vit,deit,clip,bit}.py and image_utils.py).

namespace Translucent.Images;

/// <summary>The defaults of the families' image processors.</summary>
static class PreprocessorFamilies
{
    static readonly double[] s_imageNetMean = [0.485, 0.456, 0.406], s_imageNetDeviation = [0.229, 0.224, 0.225];
    static readonly double[] s_clipMean = [0.48145466, 0.4578275, 0.40821073], s_clipDeviation = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>ViT: 224 x 224 whatever the shape, bilinear, mean and deviation 0.5.</summary>
    public static Preprocessor Vit { get; } = new();

    /// <summary>DeiT: 256 x 256 bicubic, the 224 x 224 at the centre, mean and deviation 0.5.</summary>
    public static Preprocessor Deit { get; } = new() { Resize = new(256, 256, false), Filter = Resampling.Bicubic, Crop = (224, 224) };

    /// <summary>CLIP: shorter side 224, bicubic, the square at the centre, CLIP's mean and deviation.</summary>
    public static Preprocessor Clip { get; } = new()
    {
        Resize = new(224, 224, true),
        Filter = Resampling.Bicubic,
        Crop = (224, 224),
        Mean = s_clipMean,
        Deviation = s_clipDeviation,
    };

    /// <summary>SigLIP: 224 x 224 whatever the shape, bicubic, mean and deviation 0.5.</summary>
    public static Preprocessor Siglip { get; } = new() { Filter = Resampling.Bicubic };

    /// <summary>SigLIP 2 with flexible patches: as many patches of 16 x 16 as the photograph's shape needs, 256 at most; bilinear, mean and deviation
    /// 0.5.</summary>
    public static Preprocessor Siglip2 { get; } = new() { Resize = ResizeTarget.OfPatches(16, 256) };

    /// <summary>DINO: 224 x 224 whatever the shape, bilinear, ImageNet's mean and deviation.</summary>
    public static Preprocessor Dino { get; } = new() { Mean = s_imageNetMean, Deviation = s_imageNetDeviation };

    /// <summary>DINOv2: shorter side 256, bicubic, the 224 x 224 at the centre, ImageNet's mean and deviation.</summary>
    public static Preprocessor Dinov2 { get; } = new()
    {
        Resize = new(256, 256, true),
        Filter = Resampling.Bicubic,
        Crop = (224, 224),
        Mean = s_imageNetMean,
        Deviation = s_imageNetDeviation,
    };

    /// <summary>DETR: shorter side 800 unless the longer would be above 1333, bilinear, ImageNet's mean and deviation.</summary>
    public static Preprocessor Detr { get; } = new()
    {
        Resize = new(800, 800, true) { Longest = 1333 },
        Mean = s_imageNetMean,
        Deviation = s_imageNetDeviation,
    };

    /// <summary>The defaults of an image processor by its class name, as in <c>CLIPImageProcessor</c>; null when it is not known.</summary>
    internal static Preprocessor? Of(string processor) => processor.Replace("FeatureExtractor", "").Replace("ImageProcessor", "").Replace("Fast", "") switch
    {
        "ViT" => Vit,
        "DeiT" or "Beit" => Deit,
        "DINOv3ViT" => Dino,
        "CLIP" or "Bit" => Clip,
        "Siglip" => Siglip,
        "Siglip2" => Siglip2,
        "Detr" => Detr,
        _ => null,
    };
}
