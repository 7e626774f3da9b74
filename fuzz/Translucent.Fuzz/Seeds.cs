// Files to begin with: golden files of the tests, and small ones written here so that every field of a format is close at hand.

using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Translucent.Checkpoints;

namespace Translucent.Fuzz;

/// <summary>Seeds of all targets.</summary>
static class Seeds
{
    /// <summary>The golden files of a folder, in ordinal order of their names.</summary>
    public static byte[][] Golden(string folder, Func<string, bool>? which = null) =>
        [.. typeof(Seeds).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder + "/", StringComparison.Ordinal) && which?.Invoke(n) != false)
            .Order(StringComparer.Ordinal).Select(Resource)];

    /// <summary>A golden file.</summary>
    public static byte[] Resource(string name)
    {
        using Stream stream = typeof(Seeds).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"{name}: is not among the embedded seeds.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Safetensors files with every element type, metadata, scalars and empty tensors.</summary>
    public static byte[][] Safetensors { get; } =
    [
        Framed("""{"__metadata__":{"format":"pt","note":"\u00e9"},"n":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"h":{"dtype":"F16","shape":[2,2],"data_offsets":[40,48]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[48,54]},"u":{"dtype":"U8","shape":[3,1],"data_offsets":[54,57]}}""", 57),
        Framed("""{"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[8,8]},"f":{"dtype":"BOOL","shape":[1,1,1,3],"data_offsets":[8,11]},"i":{"dtype":"I8","shape":[5],"data_offsets":[11,16]},"j":{"dtype":"U16","shape":[2],"data_offsets":[16,20]}}      """, 20),
        Named(3, "a"),
        Framed("{}", 0),
    ];

    /// <summary>Indexes of shards s1 and s2, of which one also names a link that leads out of the folder.</summary>
    public static byte[][] ShardIndexes { get; } =
    [
        """{"metadata":{"total_size":8},"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}}"""u8.ToArray(),
        """{"weight_map":{"a":"s1.safetensors"}}"""u8.ToArray(),
        """{"weight_map":{"a":"s1.safetensors","b":"link.safetensors"}}"""u8.ToArray(),
        """{"weight_map":{"a":"s1.safetensors","b":"../outside.safetensors"}}"""u8.ToArray(),
    ];

    /// <summary>NumPy arrays, one of them with a header of version 2.</summary>
    public static byte[][] Arrays { get; } =
    [
        [.. NpyHeader.Format(StoredType.F32, [2, 3]), .. new byte[24]],
        [.. NpyHeader.Format(StoredType.I64, []), .. new byte[8]],
        [.. NpyHeader.Format(StoredType.F16, [5]), .. new byte[10]],
        [0x93, .. "NUMPY"u8, 2, 0, 52, 0, 0, 0, .. "{'descr': '<f8', 'fortran_order': False, 'shape': ()}"u8, (byte)'\n', .. new byte[8]],
    ];

    /// <summary>NumPy archives, stored and packed.</summary>
    public static byte[][] Archives { get; } = [.. Golden("torch", n => n.EndsWith(".npz", StringComparison.Ordinal)),
        Zip(CompressionLevel.Optimal, ("a.npy", Arrays[0]), ("folder/b.npy", Arrays[1]))];

    /// <summary>What describes the tensors in PyTorch's archives.</summary>
    public static byte[][] Pickles { get; } = [.. Golden("torch").Where(f => f is [(byte)'P', ..]).Select(Pickle).OfType<byte[]>()];

    /// <summary>Settings of image processors, of old files and new.</summary>
    public static byte[][] Preprocessors { get; } =
    [
        """{"do_normalize":true,"do_resize":true,"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"size":224}"""u8.ToArray(),
        """{"crop_size":{"height":22,"width":20},"do_center_crop":true,"do_convert_rgb":true,"do_normalize":true,"do_rescale":true,"do_resize":true,"image_processor_type":"BitImageProcessor","image_mean":[0.485,0.456,0.406],"image_std":[0.229,0.224,0.225],"resample":3,"rescale_factor":0.00392156862745098,"size":{"shortest_edge":25}}"""u8.ToArray(),
        """{"crop_size":21,"do_center_crop":true,"feature_extractor_type":"CLIPFeatureExtractor","image_mean":0.5,"image_std":1,"resample":0,"size":[24,22],"do_reduce_labels":null}"""u8.ToArray(),
    ];

    /// <summary>Small WebP files without and with loss, an animated GIF, a BMP; written by Pillow 9.4.</summary>
    public static byte[][] Pictures { get; } =
    [
        Convert.FromHexString("5249464656000000574542505650384C490000002F04C0001010081012254A94231020244A942841516DEDD0F9030CF4B0B49543036B19D4504309FB3106CBF1"
            + "9C03FE0786BFE0FEC034C03EEE6F1ED56978F4D296A548C6F3D9E8760200"),
        Convert.FromHexString("524946469000000057454250565038580A00000010000000040000030000414C504815000000010FF0C0FF8888A0B46D03364543833A22FA1F27020056503820"
            + "540000001002009D012A0500040002C04C25B0027435C00143C669C98000CE3CF59EEA741EDEFFD5B589F3B03D81D7487802FE3313D9FF8C037CB0F69D1FFC1C6E6B6D486A2BE6D0"
            + "059E987D5E73C8A8C84AF3EEC1B20000"),
        Convert.FromHexString("47494638396102000200810000000000FF000000FF000000FF21F904000A0000002C000000000200020000080700030818002002"
            + "0021F904000A0000002C0000000002000200810000000000000000000000000806000108041010003B"),
        Convert.FromHexString(
            "424D4E0000000000000036000000280000000300000002000000010018000000000018000000C40E0000C40E00000000000000000000030201030201030201000000"
            + "030201030201030201000000"),
    ];

    /// <summary>COCO files with masks in all forms.</summary>
    public static byte[][] CocoFiles { get; } =
    [
        """{"images":[{"id":1,"file_name":"a.png","width":4,"height":3}],"annotations":[{"id":7,"image_id":1,"category_id":2,"bbox":[0,0,2,2],"area":4,"iscrowd":0,"segmentation":{"size":[3,4],"counts":"02124"}}],"categories":[{"id":2,"name":"cat","supercategory":"animal"}]}"""u8.ToArray(),
        """{"images":[{"id":1,"file_name":"a.png","width":4,"height":3}],"annotations":[{"id":7,"image_id":1,"category_id":2,"bbox":[0,0,2,2],"segmentation":{"size":[3,4],"counts":[0,2,1,2,7]}}],"categories":[{"id":2,"name":"cat"}]}"""u8.ToArray(),
        """{"images":[{"id":1,"width":12,"height":10}],"annotations":[{"id":7,"image_id":1,"category_id":2,"area":25,"segmentation":[[2,3,2,7,8,7,8.5,3],[0,0,0,1,1,1]]}],"categories":[{"id":2,"name":"cat"}]}"""u8.ToArray(),
        """{"images":[],"annotations":[],"categories":[]}"""u8.ToArray(),
    ];

    /// <summary>COCO detections with boxes, with masks in both forms, with both.</summary>
    public static byte[][] CocoResultFiles { get; } =
    [
        """[{"image_id":1,"category_id":2,"bbox":[258.15,41.29,348.26,243.78],"score":0.236},{"image_id":1,"category_id":3,"bbox":[0,0,2,2],"score":1}]"""u8.ToArray(),
        """[{"image_id":1,"category_id":2,"segmentation":{"size":[3,4],"counts":"02124"},"score":0.5},{"image_id":2,"category_id":2,"bbox":[0,0,2,2],"segmentation":{"size":[3,4],"counts":[0,2,1,2,7]},"score":5e-1}]"""u8.ToArray(),
    ];

    /// <summary>Every kind of tokenizer, with the first few hundred entries of its vocabulary.</summary>
    public static byte[][] Tokenizers { get; } = [.. Golden("tokenizers", n => n.EndsWith("/tokenizer.json", StringComparison.Ordinal)).Select(Small)];

    /// <summary>A safetensors file of one tensor.</summary>
    public static byte[] Named(int value, string name) =>
        [.. Framed($$$"""{"{{{name}}}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 0), .. BitConverter.GetBytes((float)value)];

    /// <summary>The vocabulary of a small tokenizer as GPT-2 has it, or its merges.</summary>
    public static byte[] OldVocabulary(bool merges)
    {
        JsonNode model = JsonNode.Parse(Tokenizers[0])!["model"]!;
        return Encoding.UTF8.GetBytes(merges ? "#version: 0.2\n" + string.Join(
            '\n', model["merges"]!.AsArray().Select(Merge).Select(m => $"{m.Left} {m.Right}")) + "\n" : model["vocab"]!.ToJsonString());
    }

    static byte[] Framed(string header, int data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. Enumerable.Range(1, data).Select(i => (byte)i)];
    }

    static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        MemoryStream to = new();
        using (ZipArchive zip = new(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream stream = zip.CreateEntry(name, level).Open();
                stream.Write(content);
            }
        }
        return to.ToArray();
    }

    static byte[]? Pickle(byte[] archive)
    {
        using ZipArchive zip = new(new MemoryStream(archive));
        if (zip.Entries.FirstOrDefault(e => e.Name == "data.pkl") is not { } entry) return null;
        byte[] pickle = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(pickle);
        return pickle;
    }

    static byte[] Small(byte[] tokenizer)
    {
        const int most = 300;
        JsonNode json = JsonNode.Parse(tokenizer)!, model = json["model"]!;
        if (model["vocab"] is not JsonObject vocabulary) return tokenizer; // Unigram lists its pieces, few in these files
        HashSet<string> added = [.. json["added_tokens"]!.AsArray().Select(t => t!["content"]!.GetValue<string>())];
        foreach (string name in vocabulary.Where(v => v.Value!.GetValue<int>() >= most && !added.Contains(v.Key)).Select(v => v.Key).ToArray())
            vocabulary.Remove(name);
        if (model["merges"] is JsonArray merges)
        {
            JsonNode[] kept = [.. merges.Where(m => Merge(m) is var (left, right) && vocabulary.ContainsKey(left) && vocabulary.ContainsKey(right)
                && vocabulary.ContainsKey(left + right)).Select(m => m!.DeepClone())];
            model["merges"] = new JsonArray(kept);
        }
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    static (string Left, string Right) Merge(JsonNode? merge) => merge is JsonArray pair
        ? (pair[0]!.GetValue<string>(), pair[1]!.GetValue<string>())
        : merge!.GetValue<string>().Split(' ', 2) is [var left, var right] ? (left, right) : ("", "");
}
