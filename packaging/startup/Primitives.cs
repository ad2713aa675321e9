namespace StartupProfile;

/// <summary>The types that signatures have a code for, ECMA-335 II.23.1.16.</summary>
internal static class Primitives
{
    /// <summary>Null for all others.</summary>
    public static byte? CodeOf(string space, string name) => space != "System" ? null : name switch
    {
        "Void" => 0x01,
        "Boolean" => 0x02,
        "Char" => 0x03,
        "SByte" => 0x04,
        "Byte" => 0x05,
        "Int16" => 0x06,
        "UInt16" => 0x07,
        "Int32" => 0x08,
        "UInt32" => 0x09,
        "Int64" => 0x0a,
        "UInt64" => 0x0b,
        "Single" => 0x0c,
        "Double" => 0x0d,
        "String" => 0x0e,
        "TypedReference" => 0x16,
        "IntPtr" => 0x18,
        "UIntPtr" => 0x19,
        "Object" => 0x1c,
        _ => null,
    };
}
