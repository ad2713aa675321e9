using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace StartupProfile;

/// <summary>Copies a method's signature into another assembly: all stays as it is but the rows of the types that it names.</summary>
internal sealed class SignatureCopy(References references)
{
    private const int RequiredModifier = 0x1f, OptionalModifier = 0x20, Class = 0x12, ValueType = 0x11, Array = 0x14, GenericInstance = 0x15,
        Generic = 0x13, GenericOfMethod = 0x1e, FunctionPointer = 0x1b, Sentinel = 0x41;

    private readonly BlobBuilder _to = new();

    public BlobBuilder Of(MetadataReader module, MethodDefinition method)
    {
        var from = module.GetBlobReader(method.Signature);
        CopyMethod(module, ref from);
        return _to;
    }

    private void CopyMethod(MetadataReader module, ref BlobReader from)
    {
        var header = from.ReadSignatureHeader();
        _to.WriteByte(header.RawValue);
        if (header.IsGeneric)
        {
            _to.WriteCompressedInteger(from.ReadCompressedInteger());
        }

        var parameters = from.ReadCompressedInteger();
        _to.WriteCompressedInteger(parameters);
        for (var i = 0; i <= parameters; i++)
        {
            CopyType(module, ref from);
        }
    }

    private void CopyType(MetadataReader module, ref BlobReader from)
    {
        var code = from.ReadCompressedInteger();
        _to.WriteCompressedInteger(code);
        switch (code)
        {
            case Class or ValueType:
                CopyName(module, ref from);
                break;
            case RequiredModifier or OptionalModifier:
                CopyName(module, ref from);
                CopyType(module, ref from);
                break;
            case GenericInstance:
                CopyInstance(module, ref from);
                break;
            case Generic or GenericOfMethod:
                _to.WriteCompressedInteger(from.ReadCompressedInteger());
                break;
            case Array:
                CopyType(module, ref from);
                CopyShape(ref from);
                break;
            case FunctionPointer:
                CopyMethod(module, ref from);
                break;
            case 0x0f or 0x10 or 0x1d or 0x45 or Sentinel:
                // A pointer, a reference, an array, a pinned one: of the type that follows.
                CopyType(module, ref from);
                break;
        }
    }

    private void CopyInstance(MetadataReader module, ref BlobReader from)
    {
        CopyType(module, ref from);
        var count = from.ReadCompressedInteger();
        _to.WriteCompressedInteger(count);
        for (var i = 0; i < count; i++)
        {
            CopyType(module, ref from);
        }
    }

    private void CopyName(MetadataReader module, ref BlobReader from) =>
        _to.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(references.Type(module, from.ReadTypeHandle())));

    /// <summary>Rank, sizes and lower bounds, each list with its length before it.</summary>
    private void CopyShape(ref BlobReader from)
    {
        _to.WriteCompressedInteger(from.ReadCompressedInteger());
        for (var list = 0; list < 2; list++)
        {
            var count = from.ReadCompressedInteger();
            _to.WriteCompressedInteger(count);
            for (var i = 0; i < count; i++)
            {
                _to.WriteCompressedInteger(from.ReadCompressedInteger());
            }
        }
    }
}
