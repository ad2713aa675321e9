using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace StartupProfile;

/// <summary>Refers to what one recording names by ids, and by rows of the assemblies that were at work.</summary>
internal sealed class References(Rows rows, Modules modules, Recording recording)
{
    private const byte ValueType = 0x11, Class = 0x12, Pointer = 0x0f, ByReference = 0x10, Array = 0x14, GenericInstance = 0x15, SingleArray = 0x1d;

    // The compiler's name for the assembly of the type that stands for any reference type.
    private const string CanonAssembly = "System.Private.Canon";
    private const string CanonType = "__Canon";

    /// <summary>The assemblies of what was referred to, that of the method first.</summary>
    public List<string> Needed { get; } = [];

    /// <summary>Null where it is of no assembly that is at hand.</summary>
    public EntityHandle? Method(TracedMethod method)
    {
        var handle = MetadataTokens.EntityHandle(method.Token);
        if (!recording.Types.TryGetValue(method.Type, out var owner) || Module(owner) is not { } module || handle.Kind != HandleKind.MethodDefinition || handle.IsNil)
        {
            return null;
        }

        var type = new BlobBuilder();
        var arguments = new BlobBuilder();
        if (!Write(type, owner) || !method.Arguments.All(argument => Write(arguments, argument)))
        {
            return null;
        }

        var definition = module.GetMethodDefinition((MethodDefinitionHandle)handle);
        var parent = owner.Arguments.Length == 0 ? Definition(module, owner) : rows.Instance(type);
        var member = rows.Member(parent, module.GetString(definition.Name), new SignatureCopy(this).Of(module, definition));
        return method.Arguments.Length == 0 ? member : rows.Specification(member, method.Arguments.Length, arguments);
    }

    /// <summary>A type of a module, by the row of its definition or reference.</summary>
    public EntityHandle Type(MetadataReader module, EntityHandle handle) => handle.Kind == HandleKind.TypeReference
        ? Reference(module, module.GetTypeReference((TypeReferenceHandle)handle))
        : Definition(module, (TypeDefinitionHandle)handle);

    private MetadataReader? Module(TracedType type) =>
        recording.Modules.TryGetValue(type.Module, out var name) ? modules.Find(name) : null;

    private EntityHandle Definition(MetadataReader module, TracedType type) =>
        Definition(module, (TypeDefinitionHandle)MetadataTokens.EntityHandle(type.Token));

    private TypeReferenceHandle Definition(MetadataReader module, TypeDefinitionHandle handle)
    {
        var type = module.GetTypeDefinition(handle);
        var (space, name) = (module.GetString(type.Namespace), module.GetString(type.Name));
        EntityHandle scope = type.GetDeclaringType() is { IsNil: false } outer ? Definition(module, outer)
            : rows.Assembly(name == CanonType ? CanonAssembly : module.GetString(module.GetAssemblyDefinition().Name));
        return rows.Type(scope, space, name);
    }

    private TypeReferenceHandle Reference(MetadataReader module, TypeReference type)
    {
        EntityHandle scope = type.ResolutionScope.Kind == HandleKind.TypeReference
            ? Reference(module, module.GetTypeReference((TypeReferenceHandle)type.ResolutionScope))
            : rows.Assembly(module.GetString(module.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name));
        return rows.Type(scope, module.GetString(type.Namespace), module.GetString(type.Name));
    }

    private bool Write(BlobBuilder to, ulong type) => recording.Types.TryGetValue(type, out var traced) && Write(to, traced);

    /// <summary>Writes a type as signatures have it; false where a part of it is of no assembly that is at hand.</summary>
    private bool Write(BlobBuilder to, TracedType type) => type.Element switch
    {
        SingleArray or Pointer or ByReference => WriteByte(to, type.Element) && Write(to, type.Arguments[0]),
        Array => false,
        _ => WriteNamed(to, type),
    };

    private bool WriteNamed(BlobBuilder to, TracedType type)
    {
        if (Module(type) is not { } module || MetadataTokens.EntityHandle(type.Token) is not { Kind: HandleKind.TypeDefinition, IsNil: false } handle)
        {
            return false;
        }

        var definition = module.GetTypeDefinition((TypeDefinitionHandle)handle);
        var name = module.GetString(definition.Name);
        if (name != CanonType)
        {
            Needed.Add(module.GetString(module.GetAssemblyDefinition().Name));
        }

        if (Primitives.CodeOf(module.GetString(definition.Namespace), name) is { } code)
        {
            return WriteByte(to, code);
        }

        if (type.Arguments.Length > 0)
        {
            to.WriteByte(GenericInstance);
        }

        to.WriteByte(IsValueType(module, definition) ? ValueType : Class);
        to.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(Definition(module, (TypeDefinitionHandle)handle)));
        if (type.Arguments.Length > 0)
        {
            to.WriteCompressedInteger(type.Arguments.Length);
        }

        return type.Arguments.All(argument => Write(to, argument));
    }

    private static bool IsValueType(MetadataReader module, TypeDefinition type)
    {
        var name = type.BaseType.Kind switch
        {
            HandleKind.TypeReference => module.GetString(module.GetTypeReference((TypeReferenceHandle)type.BaseType).Name),
            HandleKind.TypeDefinition when !type.BaseType.IsNil => module.GetString(module.GetTypeDefinition((TypeDefinitionHandle)type.BaseType).Name),
            _ => "",
        };
        return name is "ValueType" or "Enum" && module.GetString(type.Name) != "Enum";
    }

    private static bool WriteByte(BlobBuilder to, byte value)
    {
        to.WriteByte(value);
        return true;
    }
}
