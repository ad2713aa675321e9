using System.Runtime.InteropServices;

namespace Pryvd.Guard.Units;

/// <summary>
/// What is used of sd-bus, systemd's own D-Bus library, which is wherever systemd is. All calls return a negative error number on failure.
/// </summary>
internal static class SdBus
{
    private const string Library = "libsystemd.so.0";

    /// <summary>sd_bus_error.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Fault
    {
        public nint Name;
        public nint Message;
        public int MustBeFreed;
    }

    [DllImport(Library, EntryPoint = "sd_bus_open_system")]
    public static extern int Open(out nint bus);

    [DllImport(Library, EntryPoint = "sd_bus_flush_close_unref")]
    public static extern nint Close(nint bus);

    [DllImport(Library, EntryPoint = "sd_bus_set_method_call_timeout")]
    public static extern int SetPatience(nint bus, ulong microseconds);

    [DllImport(Library, EntryPoint = "sd_bus_message_new_method_call")]
    public static extern int NewCall(
        nint bus, out nint message, [MarshalAs(UnmanagedType.LPUTF8Str)] string destination, [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string type, [MarshalAs(UnmanagedType.LPUTF8Str)] string member);

    [DllImport(Library, EntryPoint = "sd_bus_message_append_basic")]
    public static extern int AppendText(nint message, byte type, [MarshalAs(UnmanagedType.LPUTF8Str)] string text);

    [DllImport(Library, EntryPoint = "sd_bus_message_append_basic")]
    public static extern int AppendNumber(nint message, byte type, in ulong number);

    [DllImport(Library, EntryPoint = "sd_bus_message_append_basic")]
    public static extern int AppendNumber(nint message, byte type, in int number);

    [DllImport(Library, EntryPoint = "sd_bus_message_append_array")]
    public static extern int AppendArray(nint message, byte type, byte[] items, nuint bytes);

    [DllImport(Library, EntryPoint = "sd_bus_message_append_strv")]
    public static extern int AppendTexts(nint message, nint texts);

    [DllImport(Library, EntryPoint = "sd_bus_message_open_container")]
    public static extern int Begin(nint message, byte type, [MarshalAs(UnmanagedType.LPUTF8Str)] string contents);

    [DllImport(Library, EntryPoint = "sd_bus_message_close_container")]
    public static extern int End(nint message);

    [DllImport(Library, EntryPoint = "sd_bus_call")]
    public static extern int Call(nint bus, nint message, ulong microseconds, ref Fault fault, out nint reply);

    [DllImport(Library, EntryPoint = "sd_bus_message_unref")]
    public static extern nint Release(nint message);

    [DllImport(Library, EntryPoint = "sd_bus_error_free")]
    public static extern void Release(ref Fault fault);

    [DllImport(Library, EntryPoint = "sd_bus_get_property_string")]
    public static extern int GetText(
        nint bus, [MarshalAs(UnmanagedType.LPUTF8Str)] string destination, [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string type, [MarshalAs(UnmanagedType.LPUTF8Str)] string member, ref Fault fault, out nint text);

    [DllImport(Library, EntryPoint = "sd_bus_get_property_trivial")]
    public static extern int GetNumber(
        nint bus, [MarshalAs(UnmanagedType.LPUTF8Str)] string destination, [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string type, [MarshalAs(UnmanagedType.LPUTF8Str)] string member, ref Fault fault, byte kind, out ulong number);

    [DllImport(Library, EntryPoint = "sd_bus_path_encode")]
    public static extern int EncodePath([MarshalAs(UnmanagedType.LPUTF8Str)] string prefix, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, out nint path);

    [DllImport("libc", EntryPoint = "free")]
    public static extern void Free(nint text);
}
