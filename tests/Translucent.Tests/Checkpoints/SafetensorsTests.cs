using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("translucent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string At(string name) => Path.Combine(_folder, name);

    public static TheoryData<string> GoldenFiles =>
        [.. Directory.GetFiles(Golden.File(""), "*.safetensors", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Golden.File(""), p)).Order()];

    [Theory, MemberData(nameof(GoldenFiles))]
    public void A_golden_file_reads_and_writes_back_byte_for_byte(string name)
    {
        using Safetensors file = Safetensors.Open(Golden.File(name));
        Safetensors.Write(At("copy"), file.Tensors, file.Metadata);
        Assert.Equal(File.ReadAllBytes(Golden.File(name)), File.ReadAllBytes(At("copy")));
    }

    [Fact]
    public void Tensors_of_every_type_come_back_as_written()
    {
        Tensor t = new([2, 3], [1, 2, 3, 4, 5, float.NaN]);
        Safetensors.Write(At("x"), [StoredTensor.From("f", t), StoredTensor.From<long>("n", [2], [1, -2]), StoredTensor.From<byte>("b", [], [7])]);
        using Safetensors file = Safetensors.Open(At("x"));
        Assert.Equal(["n", "f", "b"], file.Names);
        Assert.Equal(t.ToArray(), file["f"].ToTensor().ToArray());
        Assert.Equal([1L, -2L], file["n"].ToInt64s());
        Assert.Equal([7], file["b"].ToBytes());
        Assert.Equal(0, file["b"].Shape.Length);
    }
}
