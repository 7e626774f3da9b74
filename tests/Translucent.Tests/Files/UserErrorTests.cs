using Translucent.Checkpoints;
using Translucent.Evaluate.DataSets;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Segment;
using Translucent.Shapes;
using Translucent.Tensors;
using Translucent.Text;
using Translucent.Verify;

namespace Translucent.Tests.Files;

/// <summary>Every error that a user's file, model, input or request causes has one type, and one line that says what to do.</summary>
public sealed class UserErrorTests : IDisposable
{
    static readonly string s_vit = Golden.File("vision/vit"), s_dino = Golden.File("vision/dino"), s_clip = Golden.File("vision/clip_vision"),
        s_text = Golden.File("language/clip_text");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static readonly (string What, bool OfRequest, Action<TempFolder> Do)[] s_errors =
    [
        ("no folder", false, f => VisionModels.Open(f["none"])),
        ("no config", false, f => VisionModels.Open(Directory.CreateDirectory(f["empty"]).FullName)),
        ("no file", false, f => Safetensors.Open(f["none.safetensors"])),
        ("no weights", false, f => TensorFile.OpenAll(Directory.CreateDirectory(f["empty"]).FullName)),
        ("a folder in the place of a file", false, f => Safetensors.Open(f.Path)),
        ("cut weights", false, f => Safetensors.Open(f.Add("cut.safetensors", File.ReadAllBytes(Path.Combine(s_vit, "model.safetensors"))[..1000]))),
        ("another format", false, f => Safetensors.Open(f.Add("text.safetensors", "hello, this is no file of weights"))),
        ("no tensor of that name", false, f => { using Checkpoint c = Checkpoint.Open(s_vit); _ = c["nothing"]; }),
        ("settings that are no JSON", false, f => ConfigSection.Open(f.Add("config.json", "{"))),
        ("nothing to inspect", false, f => ModelInspection.Of(f["none"])),
        ("an array that is none", false, f => Npy.Read(f.Add("a.npy", "no"))),
        ("names that an archive cannot have", false, f => NumpyArchive.Write(f["x.npz"], [StoredTensor.From<float>("../a", [1], [1])])),
        ("a type that NumPy lacks", false, f =>
            NumpyArchive.Write(f["x.npz"], [StoredTensor.From<float>("a", [1], [1])], new WriteOptions { Floats = StoredType.BF16 })),
        ("two tensors of a name", false, f =>
            Safetensors.Write(f["x.safetensors"], [StoredTensor.From<float>("a", [1], [1]), StoredTensor.From<float>("a", [1], [1])])),
        ("no folder to write to", false, f => AtomicFile.Write(f["none/x"], _ => { })),
        ("no tokenizer", false, f => Tokenizer.Open(f.Path)),
        ("a tokenizer with a pattern that is none", false,
            f => Tokenizer.Open(f.Add("tokenizer.json",
                """{"model": {"type": "BPE", "vocab": {}, "merges": []}, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "("}"""
                    + """, "behavior": "Isolated"}}"""))),
        ("no picture", false, f => ImageFile.Read(f.Add("a.png", "no picture"))),
        ("no picture of that name", false, f => ImageFile.Read(f["none.png"])),
        ("a folder without pictures", false, f => ImageFile.List(f.Path)),
        ("no folder of pictures", false, f => ImageFile.List(f["none"])),
        ("annotations that are none", false, f => CocoInstances.Read(f.Add("instances.json", "{}"))),
        ("pixels below one patch", false, f => { using VisionTransformer m = VisionModels.Open(s_vit); m.Forward(new Tensor(1, 3, 4, 4)); }),
        ("an input below one patch", false, f => new InputGeometry(10, 10, 5, 5, 0, 0, 10, 10).Covered(8)),
        ("classes of a model that has none", false,
            f => { using VisionTransformer m = VisionModels.Open(s_dino); using Trace t = m.Forward(new Tensor(1, 3, 32, 32)); Gae.Rows(t, [0]); }),
        ("a method that does not fit", false, f => { using VisionTransformer m = VisionModels.Open(s_dino); using Trace t = m.Forward(
            new Tensor(1, 3, 32, 32)); ClassMethods.Named("gae").Explain(t, [0]); }),
        ("target vectors for a model with classes", false, f => { using VisionTransformer m = VisionModels.Open(s_vit); m.WithClasses(new Tensor(2, 32)); }),
        ("a text longer than the model reads", false, f => { using ClipText m = ClipText.Open(s_text); m.Forward([new int[m.Config.Positions + 1]]); }),
        ("a token that is not in the vocabulary", false, f => { using ClipText m = ClipText.Open(s_text); m.Forward([[int.MaxValue]]); }),
        ("images beside a tower without projection", false, f => { using ClipText m = ClipText.Open(s_text); m.WithImages(new Tensor(1, 3)); }),
        ("maps that are not finite", false, f => Agglomerative.Cluster(new Tensor([2, 1], [1, float.NaN]), Linkage.Ward, Metric.Euclidean)),
        ("more memory than allowed", false, f => new Arena(new Compute(memoryBytes: 10_000)).Rent(10_000)),
        ("a kernel that the machine lacks", false, f => _ = new Compute(kernel: "abacus")),
        ("goldens of another file", false, f => { using VisionTransformer m = VisionModels.Open(s_vit); GoldenCheck.Open(m, f["none"], f["none"]); }),
        ("a set of shapes that is none", false, f => ShapesPreview.Read(f.Path, 0, 1, 1)),
        ("more objects than there is room for", false, f =>
            Scenes.Draw(1, new ShapesOptions { Width = 32, Height = 32, MinObjects = 8, MinSize = 0.9, MaxSize = 1, MinVisible = 1 })),
        ("no classes", true, f => _ = new ClassTexts([])),
        ("a class twice", true, f => _ = new ClassTexts(["cat", "cat"])),
        ("shapes of no size", true, f => Scenes.Draw(1, new ShapesOptions { Width = 0 })),
        ("no scenes", true, f => new ShapesPlan(0, 1).Validate()),
    ];

    public static TheoryData<int, string> Errors => [.. s_errors.Select((e, i) => (i, e.What))];

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_of_a_user_has_the_type(int index, string what)
    {
        (string name, bool ofRequest, Action<TempFolder> act) = s_errors[index];
        Assert.Equal(what, name);
        TranslucentException e = Assert.ThrowsAny<TranslucentException>(() => act(_folder));
        Assert.Equal(ofRequest, e.IsOfRequest);
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain("Exception", e.Message);
        Assert.True(e.Message.Length > 20, e.Message);
    }

    [Fact]
    public void A_wrong_argument_of_a_call_has_another()
    {
        using VisionTransformer model = VisionModels.Open(s_vit);
        using Trace trace = model.Forward(new Tensor(1, 3, 32, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gae.Rows(trace, [99]));
        Assert.Throws<ArgumentException>(() => ClassMethods.Named("gea"));
        Assert.Throws<KeyNotFoundException>(() => trace.Tape["nowhere"]);
        trace.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trace.Tape["embed"]);
    }
}
