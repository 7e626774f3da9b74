// What a system does not give, and what happens while a run is under way: one clear line, whole files, records of all verbs.

using System.Text.Json;
using Translucent.Checkpoints;

namespace Translucent.Fuzz.Hostile;

/// <summary>Faults.</summary>
static class SystemFaults
{
    const long Mapped = 96 << 20; // bytes of a file that is mapped, not copied

    static readonly string[] s_explain = ["explain", "photo.png", "--model", "model", "--no-segmentation", "--out", "out"];
    static readonly Dictionary<string, string> s_small = new() { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_EnableDiagnostics"] = "0" };

    static readonly (string Name, string[] Args, string Record)[] s_verbs =
    [
        ("explain", s_explain, "out/result.json"), ("segment", ["segment", "photo.png", "--model", "model", "--out", "out"], "out/result.json"),
        ("attention", ["attention", "photo.png", "--model", "model", "--out", "out"], "out/result.json"),
        ("tokens", ["tokens", "photo.png", "--model", "model", "--token", "1,1", "--out", "out"], "out/result.json"),
    ];

    public static IEnumerable<HostileEntry> All =>
    [
        .. from verb in s_verbs
           from fault in Faults().Concat(Rights())
           select new HostileEntry($"{verb.Name}: {fault.Name}", fault.Args(verb.Args), fault.Code, fault.Says)
        {
            Make = place =>
            {
                Both(place);
                fault.Make(place);
            },
            Shell = fault.Shell,
            Variables = fault.Shell.Contains("ulimit -f") ? s_small : fault.Variables,
            OfRoot = fault.OfRoot,
            After = place =>
            {
                if (fault.Code != 0 && !fault.Name.Contains("standard output") && File.Exists(place[verb.Record]))
                    throw new InvalidProgramException("a record is there");
            },
        },
        new("a subfolder of photographs without the right to list",
            ["explain", "in", "--recursive", "--model", "model", "--no-segmentation", "--out", "out"], 0, "in/closed: left out, because it cannot be listed")
        {
            OfRoot = false,
            Make = place =>
            {
                Both(place);
                place.Photo("in/a.png");
                place.Photo("in/closed/b.png");
            },
            Shell = "chmod 0 in/closed; {0}; c=$?; chmod 755 in/closed; exit $c",
            After = place =>
            {
                if (!File.Exists(place["out/a/result.json"])) throw new InvalidProgramException("the photograph that can be read has no record");
            },
        },
        new("a run that was killed: the next removes its temporary files", s_explain, 0, "")
        {
            Make = place =>
            {
                Both(place);
                place.File("out/.abcdefgh.ijk.tmp", "half");
                File.SetLastWriteTimeUtc(place["out/.abcdefgh.ijk.tmp"], DateTime.UtcNow.AddDays(-1));
            },
        },
        new("SIGTERM in the middle", [.. s_explain, "--method", "all"], 130, "cancelled|")
        {
            Make = Both, Shell = "{0} & p=$!; sleep 1; kill -TERM $p 2>/dev/null; wait $p; c=$?; [ $c = 0 ] && exit 130; exit $c",
        },
        new("two verbs at once keep both records", s_explain, 0, "")
        {
            Make = Both,
            Shell = "{0} & p=$!; {1} segment photo.png --model model --out out; a=$?; wait $p && exit $a",
            After = place => Both(place, "explain", "segment"),
        },
        new("the model is cut off while it is mapped", ["explain", "in", "--model", "big", "--no-segmentation", "--out", "out"], 1, "^translucent: |")
        {
            Megabytes = 800, Seconds = 60,
            Make = place =>
            {
                Big(place);
                for (int i = 0; i < 40; i++) place.Photo($"in/{i:D2}.png");
            },
            // a page that is gone ends the process, and .NET, which then prints where, offers no way to survive that (docs/reliability.md)
            Shell = "{0} 2> said & p=$!; sleep 2; truncate -s 60M big/model.safetensors; { wait $p; c=$?; } 2>/dev/null; "
                + "if [ $c = 135 ] || grep -q AccessViolationException said; then echo 'translucent: the system ended it' >&2; else cat said >&2; fi; "
                + "[ $c -ge 1 ] && exit 1; exit 0",
        },
    ];

    sealed record Fault(string Name, string Shell, int Code, string Says)
    {
        public Func<string[], string[]> Args { get; init; } = args => args;
        public Action<HostilePlace> Make { get; init; } = _ => { };
        public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
        public bool OfRoot { get; init; } = true;
    }

    // chmod in the shell line, which runs as the user without rights; given back at the end, so that the folder can be removed
    static IEnumerable<Fault> Rights() =>
        from kind in ((string Name, string Before, string Folder, string Rights, int Code, string Says)[])
        [
            ("an output folder without the right to write", "mkdir out", "out", "555", 1, "out.*cannot be"),
            ("an output folder without any right", "mkdir out", "out", "0", 1, "^translucent: "),
            ("a place without the right to make the output folder", ":", ".", "555", 1, "cannot be made"),
            ("a model folder without the right to enter", ":", "model", "666", 1, "^translucent: .*model"),
            ("a model folder without the right to list", ":", "model", "311", 0, "") // its files have names that are known,
        ]
        select new Fault(kind.Name, $"{kind.Before}; chmod {kind.Rights} {kind.Folder}; {{0}}; c=$?; chmod 755 {kind.Folder}; exit $c", kind.Code, kind.Says)
        {
            OfRoot = false,
        };

    static IEnumerable<Fault> Faults()
    {
        yield return new("64 open files", "ulimit -n 64; exec {0}", 1, "^translucent: only 64 files");
        yield return new("files of 8 KiB at most", "trap '' XFSZ; ulimit -f 16; exec {0}", 1, "cannot be written .*free some space");
        yield return new("an output folder of the kernel", "exec {0}", 1, "/proc/out: cannot be made") { Args = args => Out(args, "/proc/out") };
        yield return new("an output that is a file", "exec {0}", 1, "is a file, expected a folder") { Make = place => place.File("out", "mine") };
        yield return new("an output below a file", "exec {0}", 1, "cannot be made|is a file") { Args = args => Out(args, "photo.png/out") };
        yield return new("an output with a folder where a file goes", "exec {0}", 1, "is a folder, expected the name of a file")
        {
            Make = place =>
            {
                foreach (string name in (string[])["index.html", "segment.html", "attention.html", "tokens.html"])
                    Directory.CreateDirectory(place[$"out/{name}"]);
            },
        };
        yield return new("standard output is full", "exec {0} >/dev/full", 1, "standard output cannot be written to");
        yield return new("standard output is closed", "exec {0} >&-", 1, "standard output cannot be written to|cannot be written");
        yield return new("standard output ends early", "{0} | head -c 1 >/dev/null", 0, "");
        yield return new("no standard input", "exec {0} <&-", 0, "");
        yield return new("a folder that is gone", "mkdir gone; cp photo.png gone; cp -r model gone; cd gone; rm -r ../gone; exec {0}", 1, "^translucent: ");
        yield return new("no folder for temporary files", "exec {0}", 0, "") { Variables = new Dictionary<string, string> { ["TMPDIR"] = "/nowhere" } };
        yield return new("no home", "unset HOME; exec {0}", 0, "");
        yield return new("an address space of 3 GB", "ulimit -v 3000000; exec {0}", 0, "");
        yield return new("100 MB of heap", "exec {0}", 0, "") { Variables = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x6400000" } };
        yield return new("22 MB of heap", "exec {0}", 0, "")
        {
            Variables = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x1600000" },
        };
    }

    static string[] Out(string[] args, string to) => [.. args[..^1], to];

    static void Both(HostilePlace place)
    {
        place.Photo();
        place.Model();
    }

    /// <summary>The records of both verbs are there.</summary>
    static void Both(HostilePlace place, params string[] verbs)
    {
        using JsonDocument record = JsonDocument.Parse(File.ReadAllBytes(place["out/result.json"]));
        HashSet<string?> found = [record.RootElement.GetProperty("verb").GetString()];
        if (record.RootElement.TryGetProperty("other_verbs", out JsonElement others)) found.UnionWith(others.EnumerateObject().Select(o => o.Name));
        if (!found.IsSupersetOf(verbs)) throw new InvalidProgramException($"records of {string.Join(", ", found)} alone");
    }

    /// <summary>A ViT whose file is mapped: a wide one of zeros.</summary>
    static void Big(HostilePlace place)
    {
        place.Photo();
        const int Width = 256, Hidden = 1024, Blocks = 32;
        Dictionary<string, int[]> shapes = new()
        {
            ["vit.embeddings.cls_token"] = [1, 1, Width],
            ["vit.embeddings.position_embeddings"] = [1, 65, Width],
            ["vit.embeddings.patch_embeddings.projection.weight"] = [Width, 3, 4, 4],
            ["vit.embeddings.patch_embeddings.projection.bias"] = [Width],
            ["vit.layernorm.weight"] = [Width],
            ["vit.layernorm.bias"] = [Width],
            ["classifier.weight"] = [5, Width],
            ["classifier.bias"] = [5],
        };
        for (int b = 0; b < Blocks; b++)
            foreach ((string name, int[] shape) in ((string, int[])[])
            [
                ("layernorm_before", [Width]), ("layernorm_after", [Width]), ("attention.attention.query", [Width, Width]),
                ("attention.attention.key", [Width, Width]), ("attention.attention.value", [Width, Width]), ("attention.output.dense", [Width, Width]),
                ("intermediate.dense", [Hidden, Width]), ("output.dense", [Width, Hidden]),
            ])
                (shapes[$"vit.encoder.layer.{b}.{name}.weight"], shapes[$"vit.encoder.layer.{b}.{name}.bias"]) = (shape, [shape[0]]);
        Directory.CreateDirectory(place["big"]);
        Safetensors.Write(place["big/model.safetensors"], shapes.Select(s =>
            StoredTensor.From<float>(s.Key, s.Value, new float[s.Value.Aggregate(1, (p, n) => p * n)])));
        if (new FileInfo(place["big/model.safetensors"]).Length < Mapped)
            throw new InvalidOperationException("the large model is not large enough to be mapped");
        place.File("big/config.json", $$"""{"model_type":"vit","hidden_size":{{Width}},"num_hidden_layers":{{Blocks}},"num_attention_heads":4,"""
            + $$""" "intermediate_size":{{Hidden}},"image_size":32,"patch_size":4,"num_labels":5}""");
    }
}
