using Translucent.Files;
using Translucent.Text;

namespace Translucent.Tests.Text;

/// <summary>A tokenizer's folder may hold links into itself and, in the Hugging Face cache, to its blobs; nowhere else.</summary>
public sealed class TokenizerLinkTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    public void A_link_that_leads_out_of_the_folder_is_refused(string name)
    {
        string folder = Folder("a");
        File.Move(Path.Combine(folder, name), _folder["outside"]);
        File.CreateSymbolicLink(Path.Combine(folder, name), "../outside");
        string message = Assert.Throws<TranslucentException>(() => Tokenizer.Open(folder)).Message;
        Assert.Contains($"{name}: is a link to ", message);
        Assert.Contains("outside the model folder; copy the file into the folder.", message);
    }

    [Fact]
    public void A_link_within_the_folder_or_to_the_blobs_of_the_cache_is_followed()
    {
        string folder = Folder("a");
        File.Move(Path.Combine(folder, "tokenizer.json"), Path.Combine(folder, "real.json"));
        File.CreateSymbolicLink(Path.Combine(folder, "tokenizer.json"), "real.json");
        Assert.NotEmpty(Tokenizer.Open(folder).Encode("a").Ids);

        string snapshot = Folder(Path.Combine("models--a--b", "snapshots", "1234"));
        Directory.CreateDirectory(_folder["models--a--b/blobs"]);
        File.Move(Path.Combine(snapshot, "tokenizer.json"), _folder["models--a--b/blobs/5678"]);
        File.CreateSymbolicLink(Path.Combine(snapshot, "tokenizer.json"), "../../blobs/5678");
        Assert.NotEmpty(Tokenizer.Open(snapshot).Encode("a").Ids);
    }

    [Fact]
    public void A_file_that_is_named_itself_may_lie_anywhere()
    {
        File.CreateSymbolicLink(_folder["t.json"], Path.Combine(Folder("a"), "tokenizer.json"));
        Assert.NotEmpty(Tokenizer.Open(_folder["t.json"]).Encode("a").Ids);
    }

    string Folder(string name)
    {
        string folder = Directory.CreateDirectory(_folder[name]).FullName;
        foreach (string file in (string[])["tokenizer.json", "tokenizer_config.json"])
            File.Copy(Golden.File($"tokenizers/llama2_bpe/{file}"), Path.Combine(folder, file));
        return folder;
    }
}
