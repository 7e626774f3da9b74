namespace Translucent.Tests.House;

/// <summary>The C# example of README.md is compiled as it stands there, and prints what its comments say.</summary>
[Collection(nameof(Alone))] // it looks for files in the current folder, and prints
public class ReadmeExampleTests
{
    static readonly Markdown s_readme = new("README.md");

    [Fact]
    public void The_example_is_compiled_as_it_stands()
    {
        SourceFile source = new("tests/Translucent.Tests/House/ReadmeExample.cs", Repository.Text("tests/Translucent.Tests/House/ReadmeExample.cs"));
        int start = Array.FindIndex(source.Lines, l => l.Trim() == "// example"), end = Array.FindIndex(source.Lines, l => l.Trim() == "// end of example");
        string indent = source.Lines[start][..source.Lines[start].IndexOf('/')];
        IEnumerable<string> usings = source.Lines.TakeWhile(l => l.Length > 0);
        IEnumerable<string> body = source.Lines[(start + 1)..end].Select(l => l.StartsWith(indent, StringComparison.Ordinal) ? l[indent.Length..] : l);
        Assert.Equal(string.Join('\n', [.. usings, "", .. body, ""]), s_readme.Blocks.Single(b => b.Language == "csharp").Text);
    }

    [Fact]
    public void The_example_prints_what_its_comments_say()
    {
        using TempFolder folder = new();
        foreach (string file in Repository.Files("models/cifar10-vit", "*").Append("samples/chelsea.png"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
            File.Copy(Repository.Full(file), folder[file]);
        }
        (string before, TextWriter terminal, StringWriter printed) = (Directory.GetCurrentDirectory(), Console.Out, new());
        try
        {
            Directory.SetCurrentDirectory(folder.Path);
            Console.SetOut(printed);
            ReadmeExample.Run();
        }
        finally
        {
            Console.SetOut(terminal);
            Directory.SetCurrentDirectory(before);
        }
        string[] said = [.. s_readme.Lines("csharp").Where(l => l.StartsWith("Console.WriteLine", StringComparison.Ordinal))
            .Select(l => l[(l.LastIndexOf("// ", StringComparison.Ordinal) + 3)..])];
        Assert.Equal(2, said.Length);
        Assert.Equal(said, printed.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n'));
    }
}
