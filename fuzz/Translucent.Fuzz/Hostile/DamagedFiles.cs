// Every kind of file that a user names, in every kind of damage: one line that begins with the file, exit code 1, and nothing written.

using System.Text;

namespace Translucent.Fuzz.Hostile;

/// <summary>Files that are not what they should be.</summary>
static class DamagedFiles
{
    /// <summary>A file as a whole, and how the command meets it.</summary>
    sealed record Kind(string Name, string File, Func<byte[]> Whole, string[] Args, Action<HostilePlace> Beside, string Says);

    static readonly string[] s_explain = ["explain", "photo.png", "--model", "model", "--no-segmentation", "--out", "out"];

    static readonly Kind[] s_kinds =
    [
        Picture("PNG", "x.png", Seeds.Golden("png").MaxBy(f => f.Length)!), Picture("JPEG", "x.jpg", Seeds.Golden("jpeg").MaxBy(f => f.Length)!),
        Picture("WebP", "x.webp", Seeds.Pictures[0]), Picture("GIF", "x.gif", Seeds.Pictures[2]), Picture("BMP", "x.bmp", Seeds.Pictures[3]),
        new("safetensors", "model/model.safetensors", () => Seeds.Resource("vision/vit/model.safetensors"), s_explain, Both, "^translucent: .*model"),
        new("config.json", "model/config.json", () => Seeds.Resource("vision/vit/config.json"), s_explain, Both, "^translucent: .*(config.json|model)"),
        new("preprocessor_config.json", "model/preprocessor_config.json", () => Seeds.Preprocessors[0], s_explain, Both,
            "^translucent: .*preprocessor_config.json"),
        new("tokenizer.json", "model/tokenizer.json", () => Seeds.Resource("tokenizers/wordpiece/tokenizer.json"), ["tokens-of", "hello", "--model",
            "model"], Both, "^translucent: .*tokenizer.json"),
        new("ONNX", "x.onnx", () => Seeds.Golden("onnx").MaxBy(f => f.Length)!, ["models", "inspect", "x.onnx"], _ => { }, "x.onnx"),
        new("PyTorch", "x.pth", () => Seeds.Resource("torch/state_dict.pth"),
            ["models", "inspect", "x.pth"], _ => { }, "x.pth"),
        new("regions", "x.npz", () => Seeds.Resource("torch/stored.npz"),
            ["ask", "what?", "--features", "x.npz", "--model", "shapes-lxmert", "--out", "out"], _ => { }, "^translucent: .*x.npz"),
    ];

    static readonly (string Name, Func<byte[], byte[]> Of)[] s_damages =
    [
        ("empty", _ => []), ("cut in half", f => f[..(f.Length / 2)]), ("cut to 10 bytes", f => f[..Math.Min(10, f.Length)]),
        ("zeros", f => new byte[f.Length]), ("text", _ => Encoding.UTF8.GetBytes("Not found\n")),
        ("a Git LFS pointer", _ => Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")),
        ("a web page", _ => Encoding.UTF8.GetBytes("<!DOCTYPE html><html><body>Sign in</body></html>")),
        ("another format", f => f.Length > 4 && f[0] == (byte)'P' ? [.. "%PDF-1.7"u8, .. new byte[64]] : [(byte)'P', (byte)'K', 3, 4, .. new byte[64]]),
    ];

    public static IEnumerable<HostileEntry> All =>
        [.. from kind in s_kinds from damage in s_damages select Damaged(kind, damage), .. s_kinds.SelectMany(Places)];

    static Kind Picture(string name, string file, byte[] whole) => new(name, file, () => whole,
        ["explain", file, "--model", "model", "--no-segmentation", "--out", "out"], place => place.Model(), $"^translucent: {file}: ");

    static void Both(HostilePlace place)
    {
        place.Model();
        place.Photo();
    }

    static HostileEntry Damaged(Kind kind, (string Name, Func<byte[], byte[]> Of) damage) => new($"{kind.Name}: {damage.Name}", kind.Args, 1, kind.Says)
    {
        Make = place =>
        {
            kind.Beside(place);
            place.File(kind.File, damage.Of(kind.Whole()));
        },
        After = place =>
        {
            if (File.Exists(place["out/result.json"])) throw new InvalidProgramException("a record is there");
        },
    };

    /// <summary>Something else than a file where one should be.</summary>
    static IEnumerable<HostileEntry> Places(Kind kind)
    {
        string says = kind.Args[0] == "models" ? kind.Says : "^translucent: "; // inspect tells in its report what it could not open
        yield return new($"{kind.Name}: a link to nowhere", kind.Args, 1, says) { Make = place => Linked(place, "nowhere") };
        yield return new($"{kind.Name}: a link to itself", kind.Args, 1, says) { Make = place => Linked(place, Path.GetFileName(kind.File)) };
        yield return new($"{kind.Name}: a pipe", kind.Args, 1, says)
        {
            Make = place =>
            {
                kind.Beside(place);
                File.Delete(place[kind.File]);
                Directory.CreateDirectory(Path.GetDirectoryName(place[kind.File])!);
                System.Diagnostics.Process.Start("mkfifo", [place[kind.File]]).WaitForExit();
            },
        };
        yield return new($"{kind.Name}: no right to read", kind.Args, 1, says)
        {
            OfRoot = false,
            Make = place =>
            {
                kind.Beside(place);
                place.File(kind.File, kind.Whole());
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(place[kind.File], 0);
            },
        };

        void Linked(HostilePlace place, string to)
        {
            kind.Beside(place);
            File.Delete(place[kind.File]);
            Directory.CreateDirectory(Path.GetDirectoryName(place[kind.File])!);
            File.CreateSymbolicLink(place[kind.File], to);
        }
    }
}
