using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tests.Models;
using Translucent.Verify;

namespace Translucent.Tests.Evaluate;

/// <summary>Comparing with golden files: those of the reference pass, and everything that is wrong is told apart.</summary>
public sealed class GoldenCheckTests : IDisposable
{
    readonly TempFolder _temp = new();

    public static TheoryData<string> Names => Fixture.Names;

    public void Dispose() => _temp.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Every_golden_of_the_reference_passes_or_is_listed_as_uncovered(string name)
    {
        string folder = Golden.File(name);
        using VisionTransformer model = VisionModels.Open(name.StartsWith("trained/", StringComparison.Ordinal) ? Samples.Model("cifar10-vit") : folder);
        using GoldenCheck check = GoldenCheck.Open(model, Path.Combine(folder, "input.safetensors"), Path.Combine(folder, "golden.safetensors"));
        GoldenResult[] results = [.. check.Results()];
        Assert.All(results, r => Assert.True(r.Verdict == GoldenVerdict.Pass, $"{r}"));
        Assert.Equal(check.Covered, results.Select(r => r.Name));
        Assert.True(results.Length >= 124, $"only {results.Length} names are covered");
        Assert.Equal(results.Length - 1, check.StatedTolerances); // all but "classes", which are integers
        Assert.Empty(check.Uncovered);
    }

    [Fact]
    public void A_golden_that_is_a_little_off_fails_and_says_by_how_much()
    {
        GoldenResult result = Assert.Single(Compare(golden => [Shifted(golden["logits"], share: 2e-5)]));
        Assert.Equal(GoldenVerdict.Off, result.Verdict);
        Assert.InRange(result.Relative, 1.9e-5, 2.1e-5);
        Assert.Equal(1e-5, result.Tolerance);
    }

    [Fact]
    public void What_is_computed_in_float64_need_not_be_as_far_off_as_float32_would()
    {
        string folder = Golden.File("trained/cifar10-vit-chelsea");
        using VisionTransformer model = VisionModels.Open(Samples.Model("cifar10-vit"));
        using GoldenCheck check = GoldenCheck.Open(model, Path.Combine(folder, "input.safetensors"), Path.Combine(folder, "golden.safetensors"));
        GoldenResult result = check.Results().First(r => r.Name == "lrp_orig/c1/tokens"); // float32 is off by 22 %
        Assert.Equal(1e-3, result.Tolerance);
        Assert.True(result.Relative < 1e-6, $"{result}");
    }

    [Fact]
    public void Without_stated_tolerances_the_given_one_holds()
    {
        GoldenResult[] results = Compare(golden => [Shifted(golden["logits"], share: 2e-5), Shifted(golden["pooled"], share: 2e-4)], stated: false);
        Assert.Equal([GoldenVerdict.Pass, GoldenVerdict.Off], results.Select(r => r.Verdict));
        Assert.All(results, r => Assert.Equal(1e-4, r.Tolerance));
    }

    [Fact]
    public void Goldens_may_be_doubles()
    {
        GoldenResult result = Assert.Single(Compare(golden => [StoredTensor.From<double>("logits", golden["logits"].Shape, golden["logits"].ToDoubles())]));
        Assert.Equal(GoldenVerdict.Pass, result.Verdict);
    }

    [Fact]
    public void Any_class_can_be_numbered()
    {
        // the second golden class comes third here, so c2 must be what c1 was
        GoldenResult[] results = Compare(golden =>
        {
            long[] classes = golden["classes"].ToInt64s();
            return
            [
                StoredTensor.From<long>("classes", [3], [classes[0], classes[0], classes[1]]),
                Renamed(golden["gae/c1/map"], "gae/c2/map"), Renamed(golden["gae/c0/map"], "gae/c1/map"),
                Renamed(golden["attn_grad/prob/c1"], "attn_grad/prob/c2"), Renamed(golden["hidden_grad/logit/c1"], "hidden_grad/logit/c2"),
            ];
        });
        Assert.All(results, r => Assert.Equal(GoldenVerdict.Pass, r.Verdict));
        Assert.Equal(5, results.Length);
    }

    [Fact]
    public void Without_classes_c0_is_the_predicted_class_and_c1_is_unknown()
    {
        GoldenResult[] results = Compare(golden => [golden["gae/c0/map"], golden["gae/c1/map"]]);
        Assert.Equal([GoldenVerdict.Pass, GoldenVerdict.Failed], results.Select(r => r.Verdict));
        Assert.Contains("to say which class c1 is", results[1].Problem);
    }

    [Fact]
    public void Classes_must_exist_and_begin_with_the_predicted_one()
    {
        GoldenResult missing = Assert.Single(Compare(_ => [StoredTensor.From<long>("classes", [1], [99])]));
        Assert.Equal("c0 is class 99, the model has classes 0 to 9", missing.Problem);
        GoldenResult other = Assert.Single(Compare(golden => [StoredTensor.From<long>("classes", [1], [golden["classes"].ToInt64s()[1]])]));
        Assert.Contains("but the model predicts", other.Problem);
    }

    [Fact]
    public void A_golden_of_another_shape_fails_with_both_shapes()
    {
        GoldenResult result = Assert.Single(Compare(golden => [StoredTensor.From<float>("logits", [2, 5], golden["logits"].ToTensor().Span)]));
        Assert.Equal(GoldenVerdict.Failed, result.Verdict);
        Assert.Equal("golden is [2, 5], found [10]", result.Problem);
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_golden_that_is_not_finite_fails(float value)
    {
        GoldenResult result = Assert.Single(Compare(_ => [StoredTensor.From<float>("logits", [10], [0, 0, 0, value, 0, 0, 0, 0, 0, 0])]));
        Assert.Equal(GoldenVerdict.Failed, result.Verdict);
        Assert.StartsWith("golden holds", result.Problem);
        Assert.EndsWith("at 3", result.Problem);
    }

    [Theory]
    [InlineData("ultra/s/l1/rows", "layer 1: latent tokens that attention has formed are in layers 2 to 5 (layer 1 is the embedding).")]
    [InlineData("ultra/s/l999999999/rows", "layer 999999999: latent tokens that attention has formed are in layers 2 to 5 (layer 1 is the embedding).")]
    [InlineData("rollout/start4/map", "start block 4: the model has blocks 0 to 3.")]
    [InlineData("ultra/w/l3/rows", "needs ultra_w, which")]
    [InlineData("ultra/self_consistency/loss", "needs ultra_w, which")]
    public void What_cannot_be_computed_fails_with_the_reason(string name, string reason)
    {
        GoldenResult result = Assert.Single(Compare(golden => [Renamed(golden["logits"], name)], input => [input["pixel_values"]]));
        Assert.Equal(GoldenVerdict.Failed, result.Verdict);
        Assert.StartsWith(reason, result.Problem);
    }

    [Theory]
    [InlineData("vision/vit", 0), InlineData("vision/dino", 0), InlineData("language/clip_text", 0), InlineData("vision/vit", 99),
        InlineData("language/clip_text", 99)]
    [InlineData("language/llama", 0), InlineData("language/bert", 0), InlineData("language/llama", 99), InlineData("language/bert", 99)]
    [InlineData("multimodal/detr", 0), InlineData("multimodal/lxmert", 0), InlineData("multimodal/detr", 99), InlineData("multimodal/lxmert", 99)]
    public void Every_name_is_computed_or_fails_with_a_reason_whatever_the_model(string model, int number)
    {
        string folder = Golden.File(model);
        string[] names = [.. GoldenTable.Patterns.Select(p => Name(p, number)).Distinct()];
        using Model opened = Pretrained.Open(folder);
        string golden = Write("golden", names.Select(n => StoredTensor.From<float>(n, [1], [1])));
        using GoldenCheck check = GoldenCheck.Open(opened, Path.Combine(folder, "input.safetensors"), golden);
        Assert.Equal(names.Length, check.Results().Count(r => r.Problem is not { } reason || reason.Length > 10));
    }

    /// <summary>The first name that a pattern stands for.</summary>
    static string Name(string pattern, int number)
    {
        string name = pattern.Replace("\\.", ".").Replace("([a-z_]+)", "lime");
        return System.Text.RegularExpressions.Regex.Replace(name, @"\(([\w.#]+)(\|[^)]*)?\)", "$1").Replace("#", $"{number}");
    }

    [Theory]
    [InlineData("dino", "has no target_vectors")]
    [InlineData("clip_vision", "no logit_scale, which CLIP needs")]
    public void Scores_without_what_they_need_fail_with_the_reason(string family, string reason)
    {
        GoldenResult[] results = Compare(golden => [golden["logits"], golden["gae/c0/map"], golden["hidden_states"]],
            input => family == "dino" ? [input["pixel_values"]] : [input["pixel_values"], input["target_vectors"]], family);
        Assert.Equal([GoldenVerdict.Failed, GoldenVerdict.Pass, GoldenVerdict.Failed], results.Select(r => r.Verdict));
        Assert.Contains(reason, results[0].Problem);
        Assert.Contains(reason, results[2].Problem);
    }

    [Theory]
    [InlineData("ultra/x/l3/rows"), InlineData("ultra/s/l/rows"), InlineData("ultra/s/l3"), InlineData("gae/c/map"), InlineData("logits "),
        InlineData("logits\n")]
    [InlineData("Logits"), InlineData("gae/c99999999999/map"), InlineData("gae/c٣/map"), InlineData("")]
    public void Names_that_mean_nothing_are_uncovered(string name)
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        using GoldenCheck check = GoldenCheck.Open(model, Golden.File("vision/vit/input.safetensors"),
            Write("golden", [StoredTensor.From<float>(name, [1], [1])]));
        Assert.Equal([name], check.Uncovered);
        Assert.Empty(check.Results());
    }

    [Fact]
    public void Pixels_that_cannot_be_used_are_refused()
    {
        Assert.Contains("needs pixel_values", Refused([]));
        Assert.Contains("expected [1, 3, height, width]", Refused([StoredTensor.From<float>("pixel_values", [3, 8, 8], new float[192])]));
        Assert.Contains("at least one patch", Refused([StoredTensor.From<float>("pixel_values", [1, 3, 4, 4], new float[48])]));
        float[] pixels = new float[3 * 16 * 16];
        pixels[5] = float.NaN;
        Assert.Contains("holds NaN at 5", Refused([StoredTensor.From<float>("pixel_values", [1, 3, 16, 16], pixels)]));
        Assert.Contains("expected F64, F32, F16 or BF16", Refused([StoredTensor.From<long>("pixel_values", [1, 3, 8, 8], new long[192])]));
    }

    [Theory]
    [InlineData(new[] { 32 }), InlineData(new[] { 10, 31 }), InlineData(new[] { 2, 5, 32 })]
    public void Target_vectors_that_do_not_fit_are_refused(int[] shape)
    {
        float[] numbers = [.. Enumerable.Repeat(1f, shape.Aggregate((a, b) => a * b))];
        string input = Write("input", [StoredTensor.From<float>("pixel_values", [1, 3, 32, 32], new float[3 * 32 * 32]),
            StoredTensor.From<float>("target_vectors", shape, numbers)]);
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/dino"));
        TranslucentException e = Assert.Throws<TranslucentException>(() => GoldenCheck.Open(model, input, Golden.File("vision/dino/golden.safetensors")));
        Assert.Contains("does not fit the model", e.Message);
    }

    [Theory]
    [InlineData("""{"logits": 1e-6}"""), InlineData("""{"logits": {}}"""), InlineData("""{"logits": {"relative": "1e-6"}}"""),
        InlineData("""{"logits": {"relative": -1}}""")]
    [InlineData("""{"logits": {"relative": 1e999}}"""), InlineData("""{"logits": {"relative": NaN}}"""), InlineData("""[]"""), InlineData("")]
    public void Damaged_tolerances_are_refused(string json)
    {
        _temp.Add("float32_error.json", json);
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        string golden = Write("golden", [StoredTensor.From<float>("logits", [1], [1])]);
        TranslucentException e = Assert.Throws<TranslucentException>(() => GoldenCheck.Open(model, Golden.File("vision/vit/input.safetensors"), golden));
        Assert.Contains("float32_error.json", e.Message);
    }

    [Fact]
    public void A_golden_of_zeros_is_compared_as_it_is()
    {
        GoldenResult result = Assert.Single(Compare(_ => [StoredTensor.From<float>("logits", [10], new float[10])]));
        Assert.Equal(GoldenVerdict.Off, result.Verdict);
        Assert.Equal(result.Difference, result.Relative);
    }

    GoldenResult[] Compare(Func<Safetensors, IEnumerable<StoredTensor>> golden, Func<Safetensors, IEnumerable<StoredTensor>>? input = null,
        string family = "vit", bool stated = true)
    {
        string folder = Golden.File($"vision/{family}");
        using Safetensors goldens = Safetensors.Open(Path.Combine(folder, "golden.safetensors")),
            inputs = Safetensors.Open(Path.Combine(folder, "input.safetensors"));
        string goldenPath = Write("golden", golden(goldens)), inputPath = Write("input", input is null ? inputs.Tensors : input(inputs));
        if (stated) File.Copy(Path.Combine(folder, "float32_error.json"), _temp["float32_error.json"], overwrite: true);
        using VisionTransformer model = VisionModels.Open(folder);
        using GoldenCheck check = GoldenCheck.Open(model, inputPath, goldenPath);
        Assert.Empty(check.Uncovered);
        Assert.True(check.Flops >= 0 && check.Flops < 1e9);
        return [.. check.Results()];
    }

    string Refused(StoredTensor[] input)
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        string path = Write("input", input);
        return Assert.Throws<TranslucentException>(() => GoldenCheck.Open(model, path, Golden.File("vision/vit/golden.safetensors"))).Message;
    }

    string Write(string name, IEnumerable<StoredTensor> tensors)
    {
        string path = _temp[$"{name}.safetensors"];
        Safetensors.Write(path, tensors);
        return path;
    }

    static StoredTensor Renamed(StoredTensor t, string name) => StoredTensor.From(name, t.Shape, t.Type, t.Bytes);

    /// <summary>The tensor with its first number moved by a share of its largest.</summary>
    static StoredTensor Shifted(StoredTensor t, double share)
    {
        double[] values = t.ToDoubles();
        values[0] += share * values.Max(Math.Abs);
        return StoredTensor.From<double>(t.Name, t.Shape, values);
    }
}
