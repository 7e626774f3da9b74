using System.Security.Cryptography;
using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    const string Index = "model.safetensors.index.json";

    readonly TempFolder _folder = new();

    public CheckpointTests() => _folder.Add("config.json", """{"model_type":"vit"}""");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_golden_folder_opens()
    {
        using Checkpoint c = Checkpoint.Open(Golden.File("vision/vit"));
        Assert.Equal("vit", c.Config.String("model_type"));
        Assert.Null(c.Preprocessor);
        Assert.Equal([10, 32], c["classifier.weight"].Shape.ToArray());
        Assert.Equal(new FileInfo(Golden.File("vision/vit/model.safetensors")).Length, c.Bytes);
        Assert.Equal(c.Tensors.Sum(t => t.Count), c.ParameterCount);
        Assert.Contains("has no 'classifier.wieght' among its 72 tensors; the nearest is 'classifier.weight'",
            Assert.Throws<TranslucentException>(() => c["classifier.wieght"]).Message);
    }

    [Fact]
    public void A_folder_of_links_opens_as_in_the_hugging_face_cache()
    {
        Shards();
        string snapshot = Directory.CreateDirectory(_folder["models--a--b/snapshots/0a1b"]).FullName,
            blobs = Directory.CreateDirectory(_folder["models--a--b/blobs"]).FullName;
        foreach (string path in Directory.GetFiles(_folder.Path))
        {
            File.Copy(path, Path.Combine(blobs, "blob-" + Path.GetFileName(path)));
            File.CreateSymbolicLink(Path.Combine(snapshot, Path.GetFileName(path)), Path.Combine("..", "..", "blobs", "blob-" + Path.GetFileName(path)));
        }
        using Checkpoint c = Checkpoint.Open(snapshot), original = Checkpoint.Open(_folder.Path);
        Assert.Equal(original.Hash(), c.Hash());
    }

    [Theory]
    [InlineData("s2.safetensors")]
    [InlineData("config.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData(Index)]
    public void A_link_that_leads_out_of_the_folder_is_refused(string name)
    {
        Shards();
        _folder.Add("preprocessor_config.json", "{}");
        string inside = Directory.CreateDirectory(_folder["model"]).FullName, outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        foreach (string path in Directory.GetFiles(_folder.Path)) File.Copy(path, Path.Combine(inside, Path.GetFileName(path)));
        File.Move(Path.Combine(inside, name), Path.Combine(outside, "x"));

        string link = Path.Combine(inside, name);
        File.CreateSymbolicLink(link, Path.Combine(outside, "x"));
        Assert.Contains($"{name}: is a link to {RealPath.Of(outside)}", Assert.Throws<TranslucentException>(() => Checkpoint.Open(inside)).Message);
        File.Delete(link);
        Directory.CreateSymbolicLink(Path.Combine(inside, "sub"), outside); // by way of a linked folder
        File.CreateSymbolicLink(link, Path.Combine("sub", "x"));
        Assert.Contains("outside the model folder", Assert.Throws<TranslucentException>(() => Checkpoint.Open(inside)).Message);
        File.Delete(link);
        File.Move(Path.Combine(outside, "x"), Path.Combine(inside, "y.json"));
        File.CreateSymbolicLink(link, "y.json");
        Checkpoint.Open(inside).Dispose();
    }

    [Fact]
    public void A_link_to_itself_is_refused()
    {
        Shards();
        File.Delete(_folder["s2.safetensors"]);
        File.CreateSymbolicLink(_folder["s2.safetensors"], "s2.safetensors");
        Assert.Throws<TranslucentException>(() => Checkpoint.Open(_folder.Path));
        Assert.Contains("leads back to itself", Assert.Throws<TranslucentException>(() => RealPath.Of(_folder["s2.safetensors"])).Message);
    }

    [Fact]
    public void Weights_of_torch_open_as_safetensors_do()
    {
        StoredTensor[] tensors = [StoredTensor.From<float>("a", [1], [1]), StoredTensor.From<float>("b", [1], [2])];
        _folder.Add("pytorch_model.bin", TorchFiles.Checkpoint(tensors));
        _folder.Add("training_args.bin", "not weights");
        using (Checkpoint c = Checkpoint.Open(_folder.Path)) Assert.Equal([2f], c["b"].ToTensor().ToArray());
        File.Move(_folder["pytorch_model.bin"], _folder["other.pth"]);
        using (Checkpoint c = Checkpoint.Open(_folder.Path)) Assert.Equal([2f], c["b"].ToTensor().ToArray());
        File.Delete(_folder["other.pth"]);

        _folder.Add("pytorch_model-00001-of-00002.bin", TorchFiles.Checkpoint([tensors[0]]));
        _folder.Add("pytorch_model-00002-of-00002.bin", TorchFiles.Checkpoint([tensors[1]]));
        _folder.Add("pytorch_model.bin.index.json", """{"weight_map":{"a":"pytorch_model-00001-of-00002.bin","b":"pytorch_model-00002-of-00002.bin"}}""");
        using (Checkpoint c = Checkpoint.Open(_folder.Path)) Assert.Equal([2f], c["b"].ToTensor().ToArray());
        Save("model.safetensors", "first");
        using (Checkpoint c = Checkpoint.Open(_folder.Path)) Assert.Equal(["first"], c.Names);
    }

    [Fact]
    public void A_file_opens_with_the_config_beside_it()
    {
        Save("x.safetensors", "x");
        Save("y.safetensors", "y");
        using Checkpoint c = Checkpoint.Open(_folder["y.safetensors"]);
        Assert.Equal(["y"], c.Names);
        Assert.Equal("vit", c.Config.String("model_type"));
        File.Delete(_folder["config.json"]);
        Assert.Contains("has no config.json beside it, and its tensors are not named as in OpenAI CLIP, ",
            Assert.Throws<TranslucentException>(() => Checkpoint.Open(_folder["y.safetensors"])).Message);
    }

    [Fact]
    public void The_hash_is_that_of_config_and_weights_joined()
    {
        Shards();
        using Checkpoint c = Checkpoint.Open(_folder.Path);
        byte[] joined = [.. new[] { "config.json", "s1.safetensors", "s2.safetensors" }.SelectMany(n => File.ReadAllBytes(_folder[n]))];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(joined)), c.Hash());
        Assert.Throws<OperationCanceledException>(() => c.Hash(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Shards_are_one_checkpoint()
    {
        Shards();
        using Checkpoint c = Checkpoint.Open(_folder.Path);
        Assert.Equal(["a", "b", "ids"], c.Names.Order());
        Assert.Equal([2f], c["b"].ToTensor().ToArray());
        Assert.Equal(2, c.ParameterCount);
        Assert.Equal(new FileInfo(_folder["s1.safetensors"]).Length + new FileInfo(_folder["s2.safetensors"]).Length, c.Bytes);
    }

    [Fact]
    public void One_whole_file_goes_before_shards_and_other_files()
    {
        Shards();
        Save("model.safetensors", "whole");
        using Checkpoint c = Checkpoint.Open(_folder.Path);
        Assert.Equal(["whole"], c.Names);
    }

    [Fact]
    public void A_single_file_of_another_name_is_the_weights()
    {
        Save("adapter.safetensors", "x");
        _folder.Add("preprocessor_config.json", """{"do_resize":true}""");
        using Checkpoint c = Checkpoint.Open(_folder.Path);
        Assert.Equal(["x"], c.Names);
        Assert.True(c.Preprocessor!.Bool("do_resize"));
    }

    [Fact]
    public void Two_files_without_an_index_are_ambiguous()
    {
        Save("x.safetensors", "x");
        Save("y.safetensors", "y");
        Assert.Contains("holds 'x.safetensors', 'y.safetensors', expected model.safetensors", Refused<TranslucentException>());
    }

    [Fact]
    public void A_folder_without_weights_or_config_says_what_is_there()
    {
        _folder.Add("notes.txt", "x");
        string message = Refused<TranslucentException>();
        Assert.Contains("has no weights (it holds 'config.json', 'notes.txt'), expected model.safetensors or pytorch_model.bin; fetch the weights", message);
        _folder.Add("tf_model.h5", "x");
        Assert.Contains("weights of TensorFlow and Flax are not read", Refused<TranslucentException>());
        Save("model.safetensors", "x");
        File.Delete(_folder["config.json"]);
        Assert.Contains("has no config.json (it holds 'model.safetensors', 'notes.txt', 'tf_model.h5')", Refused<TranslucentException>());
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("has no weights (it is empty)", Assert.Throws<TranslucentException>(() => Checkpoint.Open(_folder["empty"])).Message);
    }

    [Fact]
    public void A_missing_folder_and_a_file_are_told_apart()
    {
        Assert.Contains("there is no such folder", Assert.Throws<TranslucentException>(() => Checkpoint.Open(_folder["none"])).Message);
        Assert.Throws<TranslucentException>(() => Checkpoint.Open(_folder["config.json"]));
    }

    [Fact]
    public void A_config_that_is_not_json_is_named()
    {
        Save("model.safetensors", "x");
        _folder.Add("config.json", "<!DOCTYPE html>");
        Assert.Contains("config.json: is not JSON at line 1", Refused<TranslucentException>());
    }

    public static TheoryData<string, string> Indexes => new()
    {
        { "{", "is not JSON" },
        { "[]", "holds an array, expected a JSON object" },
        { "{}", "has no object 'weight_map'" },
        { """{"weight_map":[]}""", "has no object 'weight_map'" },
        { """{"weight_map":{}}""", "'weight_map' is empty" },
        { """{"weight_map":{"a":1}}""", "'a' lies in a number, expected the name of a .safetensors file" },
        { """{"weight_map":{"a":"../s1.safetensors"}}""", "'a' lies in '../s1.safetensors', expected the name" },
        { """{"weight_map":{"a":"/etc/s1.safetensors"}}""", "expected the name" },
        { """{"weight_map":{"a":"sub/s1.safetensors"}}""", "expected the name" },
        { """{"weight_map":{"a":"..\\s1.safetensors"}}""", "expected the name" },
        { """{"weight_map":{"a":"C:s1.safetensors"}}""", "expected the name" },
        { """{"weight_map":{"a":"s1.safetensors\u0000"}}""", "expected the name" },
        { """{"weight_map":{"a":""}}""", "expected the name" },
        { """{"weight_map":{"a":".."}}""", "expected the name" },
        { """{"weight_map":{"a":"config.json"}}""", "expected the name" },
        { """{"weight_map":{"a":"s1.safetensors","a":"s2.safetensors"}}""", "'a' occurs twice" },
        { """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}}""", "s2.safetensors: holds 'ids', which the index does not name" },
        { """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","ids":"s1.safetensors"}}""",
            "s2.safetensors: holds 'ids', which the index places in 's1.safetensors'" },
        { """{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","ids":"s2.safetensors","c":"s2.safetensors"}}""",
            "places 'c' in 's2.safetensors', which does not hold it" },
    };

    [Theory, MemberData(nameof(Indexes))]
    public void A_wrong_index_is_named_in_one_line(string index, string expected)
    {
        Shards();
        _folder.Add(Index, index);
        string message = Refused<TranslucentException>();
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        Shards();
        File.Delete(_folder["s2.safetensors"]);
        Assert.Contains("names the shard 's2.safetensors', which is not in the folder", Refused<TranslucentException>());
    }

    [Fact]
    public void A_damaged_shard_is_named()
    {
        Shards();
        _folder.Add("s2.safetensors", File.ReadAllBytes(_folder["s2.safetensors"])[..^1]);
        Assert.Contains("s2.safetensors: tensor", Refused<TranslucentException>());
    }

    void Shards()
    {
        Save("s1.safetensors", "a");
        Safetensors.Write(_folder["s2.safetensors"], [StoredTensor.From<float>("b", [1], [2]), StoredTensor.From<long>("ids", [1], [3])]);
        _folder.Add(Index, """{"metadata":{"total_size":16},"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","ids":"s2.safetensors"}}""");
    }

    void Save(string file, string name) => Safetensors.Write(_folder[file], [StoredTensor.From<float>(name, [1], [1])]);

    string Refused<T>() where T : Exception => Assert.Throws<T>(() => Checkpoint.Open(_folder.Path)).Message;
}
