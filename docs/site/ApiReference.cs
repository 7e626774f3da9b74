// The reference of the packages: every public type with its members as C# writes them, and what their XML documentation says.

using System.Net;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Translucent.Site;

/// <summary>Makes the pages of the reference.</summary>
public static partial class ApiReference
{
    static readonly Assembly[] s_packages =
    [
        typeof(Models.VisionModels).Assembly, typeof(Pictures.ImageFile).Assembly, typeof(Shapes.ShapeKind).Assembly,
    ];

    /// <summary>A page for every public type, and one that lists them all.</summary>
    public static IEnumerable<(string Name, string Title, string Body)> Pages()
    {
        StringBuilder all = new("<h1>Reference</h1><p>Every public type of the packages, from their XML documentation.</p>");
        foreach (Assembly package in s_packages)
        {
            Dictionary<string, XElement> documented = Documented(package);
            all.Append($"<h2>{package.GetName().Name}</h2><dl>");
            foreach (Type type in package.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
            {
                string name = Regex.Replace(type.FullName!.Replace('+', '.'), "`\\d+", "");
                all.Append($"<dt><a href='{name}.html'>{Text(name[(name.IndexOf('.') + 1)..])}</a></dt>")
                    .Append($"<dd>{Said(documented.GetValueOrDefault($"T:{Id(type)}"), "summary")}</dd>");
                yield return (name, type.Name, Page(type, name, documented));
            }
            all.Append("</dl>");
        }
        yield return ("index", "Reference", all.ToString());
    }

    /// <summary>Public methods and constructors whose documentation does not describe every parameter, unless it says that they are as others.</summary>
    public static IEnumerable<string> Lacking() =>
        from package in s_packages
        let documented = Documented(package)
        from type in package.GetExportedTypes()
        from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).OfType<MethodBase>()
        where member is ConstructorInfo or MethodInfo { IsSpecialName: false }
        let said = documented.GetValueOrDefault(Id(member))
        where said is not null && said.Element("inheritdoc") is null
        let lacking = member.GetParameters().Select(p => p.Name!).Except(said.Elements("param").Select(p => p.Attribute("name")!.Value)).ToArray()
        where lacking.Length > 0
        select $"{Id(member)}: {string.Join(", ", lacking)}";

    static Dictionary<string, XElement> Documented(Assembly package) =>
        XDocument.Load(Path.ChangeExtension(package.Location, ".xml")).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);

    static string Page(Type type, string name, Dictionary<string, XElement> documented)
    {
        StringBuilder html = new($"<h1>{Text(type.Name.Split('`')[0])}</h1><p class='soft'>{Text(name)}</p>");
        html.Append(All(documented.GetValueOrDefault($"T:{Id(type)}")));
        const BindingFlags own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (MemberInfo member in type.GetMembers(own).Where(IsShown).OrderBy(m => m.MemberType == MemberTypes.Constructor ? 0 : 1)
            .ThenBy(m => m.Name, StringComparer.Ordinal))
        {
            XElement? said = documented.GetValueOrDefault(Id(member));
            if (said is null && member is not FieldInfo) continue; // made by the compiler, as the members of records are
            html.Append($"<div class='member'><code>{Text(Signature(member))}</code>{All(said)}</div>");
        }
        return html.ToString();
    }

    static bool IsShown(MemberInfo member) => member is not Type && member is not MethodInfo { IsSpecialName: true } && member.Name != "value__";

    /// <summary>Everything that is said of a member.</summary>
    static string All(XElement? said)
    {
        if (said is null) return "";
        StringBuilder html = new($"<p>{Said(said, "summary")}</p>");
        if (said.Element("inheritdoc")?.Attribute("cref")?.Value is { } other) html.Append($"<p class='soft'>Otherwise as {Text(Plain(other))}.</p>");
        if (said.Elements("param").Any())
            html.Append($"<dl>{string.Concat(said.Elements("param").Select(p => $"<dt>{Text(p.Attribute("name")!.Value)}</dt><dd>{Words(p)}</dd>"))}</dl>");
        if (said.Element("returns") is { } returns) html.Append($"<p>Returns: {Words(returns)}</p>");
        foreach (XElement e in said.Elements("exception")) html.Append($"<p>Throws {Text(Plain(e.Attribute("cref")?.Value ?? ""))}: {Words(e)}</p>");
        if (said.Element("remarks") is { } remarks) html.Append($"<p class='soft'>{Words(remarks)}</p>");
        return html.ToString();
    }

    static string Said(XElement? member, string part) => member?.Element(part) is { } said ? Words(said) : "";

    static string Words(XElement said) => string.Concat(said.Nodes().Select(node => node switch
    {
        XText text => Text(Regex.Replace(text.Value, "\\s+", " ")),
        XElement { Name.LocalName: "see" or "paramref" or "typeparamref" } e =>
            $"<code>{Text(Plain((e.Attribute("cref") ?? e.Attribute("name") ?? e.Attribute("langword"))?.Value ?? e.Value))}</code>",
        XElement { Name.LocalName: "c" or "code" } e => $"<code>{Text(e.Value)}</code>",
        XElement e => $" {Words(e)} ",
        _ => "",
    }));

    /// <summary>A reference of the documentation without its kind, namespace and arguments.</summary>
    static string Plain(string reference)
    {
        string name = reference.Split('(')[0];
        if (name.Length > 2 && name[1] == ':') name = name[2..];
        string[] parts = name.Split('.');
        return Regex.Replace(parts.Length > 1 && !reference.StartsWith("T:", StringComparison.Ordinal) ? $"{parts[^2]}.{parts[^1]}" : parts[^1], "`+\\d+", "");
    }

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
