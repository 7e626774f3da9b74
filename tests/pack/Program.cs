#:property PublishAot=false

// Looks into packages: dotnet run -c Release tests/pack/Program.cs -- FOLDER NAME ..
// Each must have readme, icon, licence, description and, for libraries, an assembly with its documentation; the tool no debugging symbols of Skia.

using System.IO.Compression;
using System.Xml.Linq;

const long MostOfTool = 60_000_000; // bytes: Skia for seven systems is most of it

int wrong = 0;
foreach (string name in args[1..])
{
    string path = Directory.GetFiles(args[0], $"{name}.*.nupkg").Single(f => char.IsAsciiDigit(Path.GetFileName(f)[name.Length + 1]));
    using ZipArchive package = ZipFile.OpenRead(path);
    string[] files = [.. package.Entries.Select(e => e.FullName)];
    XElement said = XDocument.Load(package.Entries.Single(e => e.Name == $"{name}.nuspec").Open()).Root!.Elements().Single();
    string Field(string field) => said.Elements().FirstOrDefault(e => e.Name.LocalName == field)?.Value ?? "";

    Check(Field("readme") == "README.md" && files.Contains("README.md"), "has no readme");
    Check(Field("icon") == "icon.png" && files.Contains("icon.png"), "has no icon");
    Check(Field("license") == "Apache-2.0", "names no licence");
    Check(Field("description").Length > 20 && Field("description") != "Package Description", "has no description");
    if (name == "Translucent.Cli")
    {
        Check(Field("packageTypes") == "" && said.Descendants().Any(e => e.Attribute("name")?.Value == "DotnetTool"), "is no tool");
        foreach (string needed in (string[])["models/cifar10-vit/model.safetensors", "models/shapes-llama/config.json", "samples/chelsea.png",
            "runtimes/linux-x64/native/libSkiaSharp.so", "runtimes/win-x64/native/libSkiaSharp.dll", "runtimes/osx/native/libSkiaSharp.dylib"])
            Check(files.Any(f => f.EndsWith("/any/" + needed, StringComparison.Ordinal)), $"lacks {needed}");
        Check(!files.Any(f => f.EndsWith("libSkiaSharp.pdb", StringComparison.Ordinal)), "has debugging symbols of Skia");
        Check(new FileInfo(path).Length < MostOfTool, $"has {new FileInfo(path).Length} bytes, expected less than {MostOfTool}");
    }
    else
    {
        foreach (string needed in (string[])[$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"]) Check(files.Contains(needed), $"lacks {needed}");
        Check(File.Exists(Path.ChangeExtension(path, ".snupkg")), "has no package of symbols");
    }

    void Check(bool holds, string problem)
    {
        if (holds) return;
        wrong++;
        Console.Error.WriteLine($"{Path.GetFileName(path)}: {problem}");
    }
}
Console.WriteLine($"{args.Length - 1} packages looked into, {wrong} problems");
return wrong == 0 ? 0 : 1;
