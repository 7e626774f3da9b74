using System.IO.Compression;
using System.Text;
using Translucent.Checkpoints;
using Translucent.Checkpoints.Torch;

namespace Translucent.Tests.Checkpoints;

/// <summary>Damaged files end in an error about the file or in values from within it; never in a crash, a hang or much memory.</summary>
public sealed class FuzzTests : IDisposable
{
    const long MostBytes = 1 << 20; // allocated per input; inputs are under 2 KB

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_safetensors_files()
    {
        byte[] original = SafetensorsTests.Raw(Header, new byte[57]);
        (int refused, int read) = Run(8000, original, path =>
        {
            using Safetensors file = Safetensors.Open(path);
            foreach (StoredTensor t in file.Tensors) _ = t.ToDoubles();
        });
        Assert.InRange(refused, 4000, 7999);
        Assert.InRange(read, 1, 4000); // some damage is harmless: spaces, names, values
    }

    [Fact]
    public void Damaged_safetensors_headers()
    {
        // as above without the file system, and with the length always right: deeper into the parser, many more of them
        Random random = new(20260102);
        byte[] original = Encoding.UTF8.GetBytes(Header);
        int refused = 0;
        for (int i = 0; i < 40_000; i++)
        {
            byte[] header = Mutation.Of(original, random);
            if (Refuses(() => SafetensorsHeader.Parse(header, 57, "x"))) refused++;
        }
        Assert.InRange(refused, 20_000, 39_999);
    }

    [Fact]
    public void Damaged_npy_files()
    {
        byte[] original = [.. NpyHeader.Format(StoredType.F32, [2, 3]), .. new byte[24]];
        (int refused, int read) = Run(3000, original, path => Npy.Read(path).ToDoubles());
        Assert.InRange(refused, 1000, 2999);
        Assert.InRange(read, 1, 2000);
    }

    [Fact]
    public void Damaged_configs()
    {
        byte[] original = """{"hidden_size":32,"eps":1e-12,"vision_config":{"a":[1,2],"é\u00e9":"x"},"ok":true}"""u8.ToArray();
        (int refused, _) = Run(3000, original, path =>
        {
            ConfigSection config = ConfigSection.Open(path);
            foreach (string key in config.Keys) _ = config.Kind(key);
            _ = config.Int("hidden_size") + config.Float("eps") + config.Section("vision_config").Ints("a").Length;
        });
        Assert.InRange(refused, 1000, 2999);
    }

    [Fact]
    public void Damaged_shard_indexes()
    {
        byte[] original = """{"metadata":{"total_size":4},"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}}"""u8.ToArray();
        Safetensors.Write(_folder["s1.safetensors"], [StoredTensor.From<float>("a", [1], [1])]);
        Safetensors.Write(_folder["s2.safetensors"], [StoredTensor.From<float>("b", [1], [1])]);
        (int refused, _) = Run(3000, original, _ => WeightFiles.Open(_folder.Path).ForEach(f => f.Dispose()), "model.safetensors.index.json");
        Assert.InRange(refused, 1000, 2999);
    }

    [Fact]
    public void Damaged_torch_archives()
    {
        byte[] original = TorchFiles.Checkpoint([StoredTensor.From<float>("a.weight", [2, 3], [1, 2, 3, 4, 5, 6]), StoredTensor.From<long>("n", [1], [3])], "model");
        (int refused, int read) = Run(6000, original, path =>
        {
            using TensorFile file = TensorFile.Open(path);
            foreach (StoredTensor t in file.Tensors) _ = t.ToDoubles();
        });
        Assert.InRange(refused, 3000, 5999);
        Assert.InRange(read, 1, 3000);
    }

    [Fact]
    public void Damaged_pickles()
    {
        // behind the check value of the archive, which would hide most of it
        Random random = new(20260103);
        byte[] original = PickleBuilder.Table([StoredTensor.From<float>("a.weight", [2, 3], new float[6]), StoredTensor.From<long>("n", [1], [3])], "model", "teacher");
        int refused = 0;
        for (int i = 0; i < 40_000; i++)
        {
            byte[] pickle = Mutation.Of(original, random);
            if (Refuses(() => new TorchTables("x", pickle.Length).Collect(Unpickler.Read(pickle, "x", out _), "x"))) refused++;
        }
        Assert.InRange(refused, 10_000, 39_999);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Damaged_npz_archives(CompressionLevel level)
    {
        byte[] array = [.. NpyHeader.Format(StoredType.F32, [2, 3]), .. new byte[24]];
        (int refused, int read) = Run(3000, TorchFiles.Zip(level, ("a.npy", array), ("b.npy", array)), path =>
        {
            using TensorFile file = TensorFile.Open(path);
            foreach (StoredTensor t in file.Tensors) _ = t.ToDoubles();
        });
        Assert.InRange(refused, 1000, 2999);
        Assert.InRange(read, 1, 2000);
    }

    (int Refused, int Read) Run(int count, byte[] original, Action<string> read, string name = "x")
    {
        Random random = new(20260101);
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            string path = _folder.Add(name, Mutation.Of(original, random));
            if (Refuses(() => read(path))) refused++;
        }
        return (refused, count - refused);
    }

    /// <summary>Whether the input is refused as it should be; any other exception fails the test.</summary>
    static bool Refuses(Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool refused = false;
        try
        {
            read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            refused = true;
            Assert.DoesNotContain('\n', e.Message);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        return refused;
    }

    const string Header = """{"__metadata__":{"format":"pt","note":"\u00e9"},"n":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"h":{"dtype":"F16","shape":[2,2],"data_offsets":[40,48]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[48,54]},"u":{"dtype":"U8","shape":[3,1],"data_offsets":[54,57]}}""";
}
