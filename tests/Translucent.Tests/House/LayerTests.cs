using System.Xml.Linq;
using Translucent.Tensors;

namespace Translucent.Tests.House;

/// <summary>The order of the layers holds, and the rule that says so would notice if it did not.</summary>
public class LayerTests
{
    static readonly SourceFile[] s_library = [.. Repository.Sources("src/Translucent")];

    static readonly ILookup<string, string> s_members = LayerOrder.Members(s_library);

    [Fact]
    public void A_layer_uses_only_itself_and_those_before_it() =>
        Assert.Empty(s_library.SelectMany(file => LayerOrder.Violations(file, s_members)));

    [Theory]
    [InlineData("Tensors", "using Translucent.Autodiff;")]
    [InlineData("Autodiff/Ops", "using static Translucent.Models.Linear;")]
    [InlineData("Images", "    var t = global::Translucent.Explain.Targets.None;")]
    [InlineData("Models", "    Explain.Sweep.Rows(trace, targets);")]
    [InlineData("Models", "    foreach (var x in Segment.Agglomerative.Cluster(rows))")]
    [InlineData("Tensors", "using Ops = Translucent.Autodiff.Ops;")]
    [InlineData("Checkpoints", "    Autodiff.Ops.Linear layer; Models.ViT model;")]
    [InlineData("Evaluate", "using Translucent.Cli;")]
    [InlineData("Verify", "using Translucent.Runs.Records;")]
    [InlineData("Common", "using Translucent.Tensors;")]
    public void Using_a_later_layer_is_noticed(string layer, string line) => Assert.Single(Violations(layer, line));

    [Theory]
    [InlineData("Autodiff/Ops", "using Translucent.Tensors;")]
    [InlineData("Autodiff", "    var segment = new Segment(prefix).Body;")]
    [InlineData("Evaluate/Goldens", "using Translucent.Explain;")]
    [InlineData("Runs/Records", "using Translucent.Evaluate.Trust;")]
    [InlineData("Models", "    Compute.Default.For(shape.Images.Length, Images.Interpolate.Maps);")]
    [InlineData("Tensors", "    using var reader = System.Text.Json.JsonDocument.Parse(text);")]
    public void Using_an_earlier_layer_is_fine(string layer, string line) => Assert.Empty(Violations(layer, line));

    static IEnumerable<string> Violations(string layer, string line) =>
        LayerOrder.Violations(new SourceFile($"src/Translucent/{layer}/Snippet.cs", line), s_members);

    [Fact]
    public void The_library_depends_on_three_managed_packages_at_most()
    {
        XElement project = XElement.Parse(Repository.Text("src/Translucent/Translucent.csproj"));
        Assert.All(project.Descendants("PackageReference"),
            r => Assert.Contains((string?)r.Attribute("Include"), (string[])["Google.Protobuf", "System.Numerics.Tensors", "System.IO.Hashing"]));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.All(project.Descendants("Using"), u => Assert.StartsWith("System.", (string?)u.Attribute("Include")));
    }

    [Fact]
    public void The_library_has_no_native_binary_and_no_codec()
    {
        Assert.Empty(s_library.Where(f => f.Text.Contains("DllImport") || f.Text.Contains("LibraryImport") || f.Text.Contains("SkiaSharp"))
            .Select(f => f.Path));
        Assert.DoesNotContain(typeof(Tensor).Assembly.GetTypes(), t => t.Namespace == "Translucent.Images"
            && (t.Name.Contains("Png") || t.Name.Contains("Jpeg") || t.Name.Contains("File")));
        Assert.DoesNotContain(typeof(Tensor).Assembly.GetReferencedAssemblies(), a => a.Name!.Contains("Skia"));
    }

    [Fact]
    public void The_compiled_library_needs_neither_terminal_nor_network_nor_processes()
    {
        string[] needed = [.. typeof(Tensor).Assembly.GetReferencedAssemblies().Select(a => a.Name!)];
        Assert.All(needed, name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || name == "Google.Protobuf", name));
        Assert.DoesNotContain(needed, name => name.StartsWith("System.Net", StringComparison.Ordinal));
        Assert.DoesNotContain("System.Console", needed);
        Assert.DoesNotContain("System.Diagnostics.Process", needed);
    }
}
