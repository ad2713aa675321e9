using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace StartupProfile;

/// <summary>The rows of the profile that refer to other assemblies, each written once.</summary>
internal sealed class Rows(MetadataBuilder metadata)
{
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];
    private readonly Dictionary<(string, EntityHandle), TypeReferenceHandle> _types = [];
    private readonly Dictionary<BlobHandle, TypeSpecificationHandle> _instances = [];
    private readonly Dictionary<(EntityHandle, StringHandle, BlobHandle), EntityHandle> _members = [];

    public TypeReferenceHandle Type(EntityHandle scope, string space, string name)
    {
        if (!_types.TryGetValue((space + "." + name, scope), out var handle))
        {
            _types[(space + "." + name, scope)] = handle = metadata.AddTypeReference(scope, metadata.GetOrAddString(space), metadata.GetOrAddString(name));
        }

        return handle;
    }

    public AssemblyReferenceHandle Assembly(string name)
    {
        if (!_assemblies.TryGetValue(name, out var handle))
        {
            _assemblies[name] = handle = metadata.AddAssemblyReference(metadata.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, default);
        }

        return handle;
    }

    public TypeSpecificationHandle Instance(BlobBuilder type)
    {
        var blob = metadata.GetOrAddBlob(type);
        return _instances.TryGetValue(blob, out var handle) ? handle : _instances[blob] = metadata.AddTypeSpecification(blob);
    }

    public EntityHandle Member(EntityHandle parent, string name, BlobBuilder signature)
    {
        var key = (parent, metadata.GetOrAddString(name), metadata.GetOrAddBlob(signature));
        return _members.TryGetValue(key, out var handle) ? handle : _members[key] = metadata.AddMemberReference(parent, key.Item2, key.Item3);
    }

    public EntityHandle Specification(EntityHandle member, int count, BlobBuilder arguments)
    {
        var blob = new BlobBuilder();
        blob.WriteByte((byte)SignatureKind.MethodSpecification);
        blob.WriteCompressedInteger(count);
        blob.LinkSuffix(arguments);
        var specification = metadata.GetOrAddBlob(blob);
        return _members.TryGetValue((member, default, specification), out var handle)
            ? handle
            : _members[(member, default, specification)] = metadata.AddMethodSpecification(member, specification);
    }
}
