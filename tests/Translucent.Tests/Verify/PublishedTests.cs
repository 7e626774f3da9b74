using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;
using Translucent.Verify;

namespace Translucent.Tests.Verify;

/// <summary>Numbers that others have published, on tiny models that have the same form.</summary>
public sealed class PublishedTests : IDisposable
{
    readonly Image _photo = new(640, 480, 3, [.. Enumerable.Range(0, 640 * 480 * 3).Select(i => (byte)(i * 37 % 251))]);

    readonly Model _vit = Pretrained.Open(Golden.File("vision/vit")), _lxmert = Pretrained.Open(Golden.File("multimodal/lxmert"));

    public void Dispose()
    {
        _vit.Dispose();
        _lxmert.Dispose();
    }

    [Fact]
    public void Every_fact_has_a_name_of_its_own_and_numbers_that_can_be_off()
    {
        Assert.Equal(PublishedFacts.All.Count, PublishedFacts.All.Select(f => (f.Model, f.Name)).Distinct().Count());
        foreach (PublishedFact fact in PublishedFacts.All)
        {
            Assert.Matches("^[a-z-]+/[A-Za-z0-9-]+$", fact.Model);
            Assert.Contains(fact.Expected, v => v != 0);
            Assert.InRange(fact.Absolute, 0, fact.Model.StartsWith("meta-llama", StringComparison.Ordinal) ? 1e-2 : 1e-3); // theirs are of half precision
            Assert.InRange(fact.Relative, 0, 6e-3);
            Assert.Matches("^(huggingface/transformers, tests/models/|Hugging Face, |sentence-transformers, |karpathy/llama2.c, )", fact.Source);
        }
        Assert.Equal("logits[0, :3]", PublishedFacts.About("google/vit-base-patch16-224").Single().Part);
        string[] parts = ["last_hidden_state[0, :3, :3]", "logits[0, :3, :3]", "pred_boxes[0, :3, :3]",
            "scores above 0.3[:]", "labels above 0.3[:]", "boxes above 0.3[:1, :]"];
        Assert.Equal(parts, PublishedFacts.About("DETR-ResNet-50").Select(f => f.Part));
        Assert.Empty(PublishedFacts.About("resnet-50"));
        Assert.Empty(PublishedFacts.About(""));
    }

    /// <summary>What the model computes itself passes as a fact; a number that is off by more than it may falls short, by less it passes.</summary>
    [Fact]
    public void A_fact_passes_and_a_moved_one_falls_short()
    {
        using Trace trace = ((VisionTransformer)_vit).Forward(_photo);
        double[] logits = [.. trace.Logits.ToArray()[..3].Select(v => (double)v)];
        GoldenResult Of(double moved) => One(_vit, new PublishedFact(
            "a/b", "logits", PublishedInput.Picture, [1, 10], [3], [logits[0], logits[1] + moved, logits[2]], 1e-4, 0, "here",
            run => run.Over(PublishedInput.Picture).Logits));
        Assert.Equal(GoldenVerdict.Pass, Of(0).Verdict);
        Assert.Equal(GoldenVerdict.Pass, Of(9e-5).Verdict);
        GoldenResult off = Of(1.1e-4);
        Assert.Equal((GoldenVerdict.Off, "logits[0, :3]"), (off.Verdict, off.Name));
        Assert.Equal(1.1e-4, off.Difference, 1e-6);
        Assert.True(off.Relative > off.Tolerance);
    }

    /// <summary>Corners of matrices are the first rows and columns of the first item; a share of each number is allowed besides.</summary>
    [Fact]
    public void Corners_and_shares_are_read_as_they_are_published()
    {
        Tensor all = new(2, 4, 5);
        for (int i = 0; i < all.Length; i++) all.Span[i] = i;
        PublishedFact Fact(double fourth, double relative) =>
            new("a/b", "x", PublishedInput.RandomRegions, [2, 4, 5], [2, 3], [0, 1, 2, fourth, 6, 7], 1e-3, relative, "here", _ => all);
        Assert.Equal(GoldenVerdict.Pass, One(_vit, Fact(5, 0)).Verdict);
        Assert.Equal(GoldenVerdict.Off, One(_vit, Fact(5.01, 0)).Verdict);
        Assert.Equal(GoldenVerdict.Pass, One(_vit, Fact(5.01, 2e-3)).Verdict);
        Assert.Equal(GoldenVerdict.Off, One(_vit, Fact(5.02, 2e-3)).Verdict);
        Assert.Throws<ArgumentException>(() => new PublishedFact("a/b", "x", PublishedInput.Picture, [4, 5], [2, 3], [1], 1e-3, 0, "here", _ => all));
        all.Span[5] = float.NaN;
        GoldenResult bad = One(_vit, Fact(5, 0));
        Assert.Equal((GoldenVerdict.Failed, "found NaN, expected 5"), (bad.Verdict, bad.Problem));
    }

    /// <summary>A model of another shape is told fact by fact, in one line each.</summary>
    [Fact]
    public void Another_model_says_which_fact_does_not_fit()
    {
        GoldenResult logits = Assert.Single(All(_vit, "google/vit-base-patch16-224"));
        Assert.Equal(GoldenVerdict.Failed, logits.Verdict);
        Assert.Equal("is [1, 1000] in google/vit-base-patch16-224, found [1, 10]; the model is another one", logits.Problem);
        Assert.Contains("expected [R, 24] and [R, 4]", Assert.Single(All(_lxmert, "unc-nlp/lxmert-base-uncased")).Problem!, StringComparison.Ordinal);
        foreach (PublishedFact fact in PublishedFacts.All)
            foreach (Model model in (Model[])[_vit, _lxmert])
                if (fact.Input != PublishedFacts.About("facebook/dino-vits8")[0].Input || model == _lxmert) // 480 x 480 pixels of a tiny model are many tokens
                    Assert.DoesNotContain('\n', Assert.IsType<string>(One(model, fact).Problem));
    }

    [Fact]
    public void Another_detector_says_which_fact_does_not_fit()
    {
        using TempFolder folder = new();
        foreach (string file in (string[])["config.json", "model.safetensors"]) File.Copy(Golden.File($"multimodal/detr/{file}"), folder[file]);
        folder.Add("preprocessor_config.json", """{"do_resize": true, "size": {"shortest_edge": 64, "longest_edge": 128}, "do_normalize": true}""");
        using Model detector = Pretrained.Open(folder.Path);
        IReadOnlyList<GoldenResult> results = All(detector, "facebook/detr-resnet-50");
        Assert.Equal(["[1, 7, 32]", "[1, 7, 6]", "[1, 7, 4]"], results.Take(3).Select(r => r.Problem!.Split("found ")[1].Split(';')[0]));
        Assert.Equal(6, results.Count);
        Assert.All(results, r => Assert.Equal(GoldenVerdict.Failed, r.Verdict));
    }

    [Fact]
    public void A_photograph_of_another_size_and_an_unknown_name_are_refused()
    {
        void Refused(string name, Image? photo, string says) =>
            Assert.Contains(says, Assert.Throws<TranslucentException>(() => PublishedCheck.Open("x", _vit, name, photo)).Message, StringComparison.Ordinal);
        Refused("google/vit-base-patch16-224", new Image(64, 48, 3, new byte[64 * 48 * 3]), "is 64 x 48 pixels, expected 640 x 480");
        Refused("google/vit-base-patch16-224", null, "about a photograph");
        Refused("google/vit", _photo, "only about google/vit-base-patch16-224, facebook/dino-vits8");
    }

    /// <summary>On a CLIP of the same form the scores of the two texts are those of the zero-shot classifier.</summary>
    [Fact]
    public void Texts_of_clip_are_scored_as_they_are()
    {
        using TempFolder folder = new();
        string path = ClipFolder.Small().Write(folder["clip"]);
        using Model clip = Pretrained.Open(path);
        using Trace trace = ((VisionTransformer)clip).WithTexts(path, new ClassTexts(["cat", "dog"], "a photo of a {}")).Forward(_photo);
        double[] scores = [.. trace.Logits.ToArray().Select(v => (double)v)];
        Assert.Equal(GoldenVerdict.Off, One(clip, PublishedFacts.About("openai/clip-vit-base-patch32")[0], path).Verdict);
        PublishedFact own = new(
            "a/b", "logits_per_image", PublishedInput.PictureAndTexts, [1, 2], [2], scores, 1e-5, 0, "here",
            run => run.Over(PublishedInput.PictureAndTexts).Logits);
        Assert.Equal(GoldenVerdict.Pass, One(clip, own, path).Verdict);
    }

    IReadOnlyList<GoldenResult> All(Model model, string name)
    {
        using PublishedCheck check = PublishedCheck.Open("", model, name, _photo);
        return [.. check.Results()];
    }

    GoldenResult One(Model model, PublishedFact fact, string path = "")
    {
        using PublishedCheck check = new(path, model, [fact], _photo, default);
        return Assert.Single(check.Results());
    }
}
