using System.Text.Json;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;
using Translucent.Verify;

namespace Translucent.Tests.Verify;

/// <summary>What is published about language models: texts, cosines, masked tokens, and files of facts.</summary>
public sealed class PublishedTextTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_sees_a_token_that_is_masked_and_the_others_stay_where_they_are()
    {
        using LanguageFixture f = new("bert");
        int[] ids = [5, 9, 4, 12, 7];
        Tensor one = PublishedTexts.FirstMasked(f.Model, ids, default), other = PublishedTexts.FirstMasked(f.Model, [8, .. ids[1..]], default);
        Assert.Equal(one.ToArray(), other.ToArray());
        Assert.All(one.Span[..one.Width].ToArray(), v => Assert.Equal(0, v));
        using Trace moved = f.Model.Forward([ids[1..]]);
        Assert.NotEqual(moved.Tape[moved.Blocks[^1].Out].Value.ToArray(), one.Span[one.Width..].ToArray());
        Assert.Equal([1, ids.Length, f.Model.Config.Width], one.Shape);
    }

    [Fact]
    public void A_part_may_begin_anywhere()
    {
        Tensor all = new([1, 4, 5], [.. Enumerable.Range(0, 20).Select(i => (float)i)]);
        PublishedFact fact = new("a/b", "x", PublishedInput.OfIds([1], "an id"), [1, 4, 5], [2, 2], [7, 8, 12, 13], 0, 0, "here", _ => all) { From = [1, 2] };
        using LanguageFixture f = new("llama");
        GoldenResult found = One(f.Model, fact);
        Assert.Equal(("x[0, 1:3, 2:4]", GoldenVerdict.Pass), (found.Name, found.Verdict));
        all.Span[13] = 1;
        Assert.Equal(GoldenVerdict.Off, One(f.Model, fact).Verdict);
    }

    [Theory]
    [InlineData("to be or not", true, null)]
    [InlineData("to be or now", false, "says 't' behind 11 characters that are right")]
    [InlineData("sha256:66a045b452102c59d840ec097d59d9467e13a3f34f6494e539ffd32c1bb35f18", false, "says another text than the published one")]
    public void A_text_is_the_published_one_or_another(string published, bool passes, string? problem)
    {
        using LanguageFixture f = new("llama");
        GoldenResult found = One(f.Model, PublishedFact.OfText("a/b", "text", published, "here", _ => "to be or not"));
        Assert.Equal(("text", passes ? GoldenVerdict.Pass : GoldenVerdict.Off, problem), (found.Name, found.Verdict, found.Problem));
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("to be or not"u8));
        Assert.Equal(GoldenVerdict.Pass, One(f.Model, PublishedFact.OfText("a/b", "text", "sha256:" + hash, "here", _ => "to be or not")).Verdict);
    }

    /// <summary>A file written from what a model of another kind of reading says passes; every number that is moved falls short.</summary>
    [Fact]
    public void Facts_of_a_file_are_compared()
    {
        using LanguageFixture f = new("llama");
        int[] greedy = [1, .. TextGeneration.Continue(f.Model, [1], new GenerationSettings { Tokens = 5, End = [] })];
        string Write(int moved) => _folder.Add("facts.json", JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["model"] = "tiny",
            ["greedy_empty_ids"] = greedy.Select((id, i) => i == moved ? id + 1 : id),
        }));
        Assert.Equal(GoldenVerdict.Pass, Assert.Single(All(f.Model, Write(-1))).Verdict);
        Assert.Equal(GoldenVerdict.Off, Assert.Single(All(f.Model, Write(3))).Verdict);
        _folder.Add("other.json", "{\"texts\":[{\"text\":\"a\",\"unknown\":[1]}]}");
        Assert.Contains("has no facts that are known", Assert.Throws<TranslucentException>(() => PublishedFile.Read(_folder["other.json"])).Message);
        _folder.Add("broken.json", "{\"texts\":[5]}");
        Assert.Contains("expected texts with ids", Assert.Throws<TranslucentException>(() => PublishedFile.Read(_folder["broken.json"])).Message);
        Assert.Contains("there is no such file", Assert.Throws<TranslucentException>(() => PublishedFile.Read(_folder["none.json"])).Message);
    }

    [Fact]
    public void Every_fact_about_stories260K_passes()
    {
        string folder = RealModels.Folder("stories260K");
        using LanguageModel model = LanguageModels.Open(folder);
        foreach (string name in (string[])["stories260K", Path.Combine(folder, "expected.json")])
        {
            using PublishedCheck check = PublishedCheck.Open(folder, model, name);
            Assert.All(check.Results(), r => Assert.Equal((GoldenVerdict.Pass, r.Name), (r.Verdict, r.Name)));
            Assert.Equal(name == "stories260K" ? 1 : 23, check.Facts.Count);
        }
    }

    [Fact]
    public void Facts_about_other_kinds_of_models_say_so()
    {
        using Model vit = Pretrained.Open(Golden.File("vision/vit"));
        using LanguageFixture bert = new("bert");
        Assert.Contains("needs a language model, and this is ViT", One(vit, PublishedFacts.About("gpt2")[0]).Problem!, StringComparison.Ordinal);
        string path = _folder.Add("facts.json", "{\"greedy_empty_ids\":[1,2]}");
        Assert.Contains("needs a model that predicts tokens, and this is BERT", All(bert.Model, path)[0].Problem!, StringComparison.Ordinal);
    }

    static IReadOnlyList<GoldenResult> All(Model model, string name)
    {
        using PublishedCheck check = PublishedCheck.Open("", model, name);
        return [.. check.Results()];
    }

    static GoldenResult One(Model model, PublishedFact fact)
    {
        using PublishedCheck check = new("", model, [fact], photo: null, default);
        return Assert.Single(check.Results());
    }
}
