namespace Translucent.Tests.House;

/// <summary>Every source file keeps the rules of the house, and every rule would notice one that does not.</summary>
public class SourceTests
{
    static IEnumerable<SourceFile> Everything => new[] { "src", "tests", "fuzz", "bench" }.SelectMany(Repository.Sources);

    [Fact]
    public void Files_open_with_what_they_are() => Assert.Empty(Repository.Sources("src").SelectMany(Rules.OpensWithComment));

    [Fact]
    public void Files_are_short() => Assert.Empty(Everything.SelectMany(Rules.IsShort));

    [Fact]
    public void Lines_are_short() => Assert.Empty(new[] { "src", "tests" }.SelectMany(Repository.Sources).SelectMany(Rules.IsNarrow));

    [Fact]
    public void Namespaces_are_folders() => Assert.Empty(Everything.SelectMany(Rules.NamespaceIsFolder));

    [Fact]
    public void The_library_does_not_touch_the_outside_world() =>
        Assert.Empty(new[] { "src/Translucent", "src/Translucent.Shapes" }.SelectMany(Repository.Sources).SelectMany(Rules.StaysPure));

    [Fact]
    public void Nothing_is_left_for_later() => Assert.Empty(Everything.SelectMany(Rules.IsFinished));

    [Theory]
    [InlineData("namespace X;")]
    [InlineData("/// <summary>A type, not the file.</summary>")]
    [InlineData("// Short.")]
    [InlineData("")]
    public void A_missing_opening_is_noticed(string text) => Assert.Single(Rules.OpensWithComment(Snippet(text)));

    [Fact]
    public void A_long_file_is_noticed()
    {
        Assert.Single(Rules.IsShort(Snippet(string.Concat(Enumerable.Repeat("line\n", 301)))));
        Assert.Empty(Rules.IsShort(Snippet(string.Concat(Enumerable.Repeat("line\n", 300)))));
    }

    [Fact]
    public void A_long_line_is_noticed()
    {
        Assert.Single(Rules.IsNarrow(Snippet($"short\n{new string('x', 161)}\nshort")));
        Assert.Empty(Rules.IsNarrow(Snippet(new string('x', 160))));
    }

    [Theory]
    [InlineData("namespace Translucent.Images;")]
    [InlineData("namespace Translucent.Images.Png.Chunks;")]
    [InlineData("namespace Translucent.Images.Png\n{\n}")]
    [InlineData("class NoNamespace;")]
    public void Another_namespace_is_noticed(string text) =>
        Assert.Single(Rules.NamespaceIsFolder(new SourceFile("src/Translucent/Images/Png/Snippet.cs", text)));

    [Fact]
    public void The_namespace_of_the_folder_is_fine() =>
        Assert.Empty(Rules.NamespaceIsFolder(new SourceFile("src/Translucent/Images/Png/Snippet.cs", "// What it is.\nnamespace Translucent.Images.Png;\n")));

    [Theory]
    [InlineData("Console.WriteLine(x);")]
    [InlineData("long start = Stopwatch.GetTimestamp();")]
    [InlineData("string now = DateTime.UtcNow.ToString();")]
    [InlineData("string home = Environment.GetEnvironmentVariable(\"HOME\");")]
    [InlineData("string host = Environment.MachineName;")]
    [InlineData("using System.Net.Http;")]
    [InlineData("Debug.WriteLine(x);")]
    public void Touching_the_outside_world_is_noticed(string text) => Assert.Single(Rules.StaysPure(Snippet(text)));

    [Theory]
    [InlineData("int threads = Environment.ProcessorCount;")]
    [InlineData("string? kernel = Environment.GetEnvironmentVariable(\"TRANSLUCENT_GEMM\");")]
    [InlineData("// Nothing here prints: the Console belongs to the command.")]
    public void Threads_and_the_choice_of_kernel_are_fine(string text) => Assert.Empty(Rules.StaysPure(Snippet(text)));

    [Theory]
    [InlineData("// TO", "DO later")]
    [InlineData("// FIX", "ME: wrong")]
    [InlineData("throw new NotImplemented", "Exception();")]
    [InlineData("[Fact(Sk", "ip = \"slow\")]")]
    public void Something_left_for_later_is_noticed(string start, string end) => Assert.Single(Rules.IsFinished(Snippet(start + end)));

    static SourceFile Snippet(string text) => new("src/Translucent/Tensors/Snippet.cs", text);
}
