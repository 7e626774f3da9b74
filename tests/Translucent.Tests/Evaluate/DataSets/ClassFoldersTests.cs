using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Images;

namespace Translucent.Tests.Evaluate.DataSets;

/// <summary>Folders named by classes, and the classes of a model.</summary>
public sealed class ClassFoldersTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    LabelledImages Read() => ClassFolders.Read(_folder.Path, path => path.EndsWith(".png"), path => new Image(1, 1, 1, [(byte)File.ReadAllText(path)[0]]));

    void Add(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        _folder.Add(name, name[^5..]);
    }

    [Fact]
    public void Images_are_of_the_class_of_their_folder_in_the_order_of_bytes()
    {
        foreach (string name in (string[])["dog/b.png", "dog/a.png", "Cat/x.png", "dog/notes.txt"]) Add(name);
        Directory.CreateDirectory(_folder["empty"]);
        Directory.CreateDirectory(_folder[".git"]);
        LabelledImages read = Read();
        Assert.Equal(["Cat", "dog", "empty"], read.Classes);
        Assert.Equal(["Cat/x.png 0", "dog/a.png 1", "dog/b.png 1"], read.Images.Select(i => $"{i.Key} {i.Class}"));
        Assert.Equal((byte)'b', read.Images[2].Read().Pixels[0]);
    }

    [Fact]
    public void A_folder_without_folders_has_no_classes()
    {
        Add("b.png");
        Assert.Equal(["b.png "], Read().Images.Select(i => $"{i.Key} {i.Class}"));
        Assert.Empty(Read().Classes);
    }

    [Fact]
    public void No_picture_at_all_is_an_error() =>
        Assert.Contains("holds no pictures", Assert.Throws<TranslucentException>(Read).Message);

    [Fact]
    public void The_hash_is_that_of_the_list()
    {
        Add("a/1.png");
        Add("a/2.png");
        LabelledImages two = Read();
        Assert.Equal(two.Hash(), Read().Hash());
        Assert.NotEqual(two.Hash(), two.Take(1).Hash());
        Assert.NotEqual(two.Hash(), (two with { Images = [.. two.Images.Reverse()] }).Hash());
        Assert.NotEqual(two.Hash(), (two with { Images = [two.Images[0], two.Images[1] with { Class = 1 }] }).Hash());
        Assert.Same(two, two.Take(2));
    }

    static LabelledImages Set(params string[] classes) =>
        new("set", classes, [.. classes.Select((_, c) => new LabelledImage($"{c}", () => new Image(1, 1, 1, [0]), c))]);

    [Fact]
    public void Classes_are_found_by_name_in_any_case_and_among_synonyms()
    {
        ClassMatching found = ClassMatching.Of(Set("Dog", "tabby_cat"), ["tench", "tabby, tabby cat", "dog"], 3);
        Assert.Equal("by name", found.How);
        Assert.Equal([2, 1], found.Images.Images.Select(i => i.Class!.Value));
        Assert.Equal(["tench", "tabby, tabby cat", "dog"], found.Images.Classes);
    }

    [Fact]
    public void Other_names_are_matched_by_place_only_where_there_are_as_many()
    {
        Assert.Equal(("by place", 1), (ClassMatching.Of(Set("n01", "n02"), ["tench", "dog"], 2).How,
            ClassMatching.Of(Set("n01", "n02"), ["tench", "dog"], 2).Images.Images[1].Class));
        Assert.Contains("expected the same names", Assert.Throws<TranslucentException>(() => ClassMatching.Of(Set("n01"), ["tench", "dog"], 2)).Message);
    }

    [Fact]
    public void Two_names_of_one_class_do_not_match_by_name() =>
        Assert.Throws<TranslucentException>(() => ClassMatching.Of(Set("cat", "tabby", "dog"), ["cat, tabby", "dog"], 2));

    [Fact]
    public void Without_classes_none_is_known()
    {
        Assert.All(ClassMatching.Without(Set("a", "b")).Images.Images, i => Assert.Null(i.Class));
        Assert.Equal("none", ClassMatching.Of(ClassMatching.Without(Set("a")).Images, ["x", "y"], 2).How);
    }
}
