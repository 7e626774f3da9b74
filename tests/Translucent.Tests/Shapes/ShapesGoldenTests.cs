using System.Security.Cryptography;
using System.Text;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Shapes;
using Translucent.Shapes.Files;

namespace Translucent.Tests.Shapes;

/// <summary>Ten scenes by the SHA-256 of their pixels, labels and records: the same on x64 and Arm.</summary>
public class ShapesGoldenTests
{
    static readonly ShapesOptions s_large = new() { Width = 200, Height = 150, MinObjects = 6, MinVisible = 0.3, Noise = 20 };
    static readonly ShapesOptions s_biased = new()
    {
        Width = 64,
        Height = 96,
        MaxObjects = 4,
        Rotation = 0,
        Bias = [new ColourBias(ShapeKind.Disc, ShapeColour.Red, 0.5)],
    };

    static Scene Scene(int i) => Scenes.Draw((ulong)i * 0x123456789ABCDEF, i < 6 ? null : i < 8 ? s_large : s_biased);

    [Fact]
    public void Every_scene_has_the_bytes_it_always_had()
    {
        StringBuilder found = new();
        for (int i = 0; i < 10; i++)
        {
            Scene scene = Scene(i);
            SceneJson json = new(scene, i);
            Add("pixels", scene.Image.Pixels);
            Add("labels", scene.Labels);
            Add("annotations", json.Annotations);
            Add("questions", json.Questions);
            Add("stories", json.Stories);
            Add("scene", json.Scenes);

            void Add(string what, byte[] bytes) => found.Append($"{i} {what} {Convert.ToHexStringLower(SHA256.HashData(bytes))}\n");
        }
        Assert.Equal(File.ReadAllText(Golden.File("shapes/sha256.txt")), found.ToString());
    }

    [Fact]
    public void Files_hold_the_pixels_and_the_labels()
    {
        using TempFolder folder = new();
        ShapesPlan plan = new(3, 5) { Options = s_biased };
        ShapesFolder.Write(folder["set"], plan);
        for (int i = 0; i < 3; i++)
        {
            Scene scene = Scenes.Draw(plan.Sets[0].SceneSeed(i), s_biased);
            Image image = ImageFile.Read(folder[$"set/images/{i:D6}.png"]), labels = ImageFile.Read(folder[$"set/labels/{i:D6}.png"]);
            Assert.Equal((3, 1), (image.Channels, labels.Channels));
            Assert.Equal(scene.Image.Pixels, image.Pixels);
            Assert.Equal(scene.Labels, labels.Pixels);
        }
    }

    [Fact]
    public void A_scene_does_not_depend_on_others_or_on_the_thread()
    {
        byte[][] alone = [.. Enumerable.Range(0, 10).Select(i => SHA256.HashData(Scene(i).Image.Pixels))], together = new byte[10][];
        Parallel.For(0, 10, i => together[9 - i] = SHA256.HashData(Scene(9 - i).Image.Pixels));
        Assert.Equal(alone, together);
    }
}
