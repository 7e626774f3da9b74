// Members as C# writes them, and the names by which XML documentation knows them (ECMA-334, annex D.4.2).

using System.Reflection;

namespace Translucent.Site;

public static partial class ApiReference
{
    static string Signature(MemberInfo member) => member switch
    {
        ConstructorInfo made => $"new {Named(made.DeclaringType!)}({Parameters(made)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Named(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        PropertyInfo property => $"{(property.GetMethod?.IsStatic == true ? "static " : "")}{Named(property.PropertyType)} {property.Name}"
            + (property.GetIndexParameters() is { Length: > 0 } at ? $"[{string.Join(", ", at.Select(p => $"{Named(p.ParameterType)} {p.Name}"))}]" : ""),
        FieldInfo { IsLiteral: true, DeclaringType.IsEnum: true } value => value.Name,
        FieldInfo field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Named(field.FieldType)} {field.Name}",
        _ => member.Name,
    };

    static string Parameters(MethodBase of) => string.Join(", ", of.GetParameters().Select(p =>
        $"{Named(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {Literal(p.DefaultValue)}" : "")}"));

    static string Literal(object? value) => value switch
    {
        null => "default",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };

    static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Named))}>" : "";

    static string Named(Type type)
    {
        if (type.IsByRef) return Named(type.GetElementType()!);
        if (type.IsArray) return $"{Named(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return $"{Named(inner)}?";
        string name = Type.GetTypeCode(type.IsEnum ? typeof(object) : type) switch
        {
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            TypeCode.Boolean => "bool",
            TypeCode.String => "string",
            TypeCode.Byte => "byte",
            _ => type == typeof(void) ? "void" : type.Name.Split('`')[0],
        };
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Named))}>" : name;
    }

    /// <summary>As the attribute "name" of a member has it.</summary>
    static string Id(MemberInfo member) => member switch
    {
        MethodBase method => $"M:{Id(method.DeclaringType!)}.{(method is ConstructorInfo ? "#ctor" : method.Name)}"
            + (method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "") + Arguments(method.GetParameters()),
        PropertyInfo property => $"P:{Id(property.DeclaringType!)}.{property.Name}{Arguments(property.GetIndexParameters())}",
        FieldInfo field => $"F:{Id(field.DeclaringType!)}.{field.Name}",
        _ => $"E:{Id(member.DeclaringType!)}.{member.Name}",
    };

    static string Arguments(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(",", parameters.Select(p => Id(p.ParameterType)))})";

    static string Id(Type type)
    {
        if (type.IsByRef) return $"{Id(type.GetElementType()!)}@";
        if (type.IsPointer) return $"{Id(type.GetElementType()!)}*";
        if (type.IsArray) return $"{Id(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter) return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        if (!type.IsGenericType || type.IsGenericTypeDefinition) return type.FullName!.Replace('+', '.');
        string open = type.GetGenericTypeDefinition().FullName!.Replace('+', '.').Split('`')[0];
        return $"{open}{{{string.Join(",", type.GetGenericArguments().Select(Id))}}}";
    }
}
