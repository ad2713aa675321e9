using System.Runtime.InteropServices;

namespace Pryvd.Guard.Native;

/// <summary>A null-terminated array of strings as execve takes it (char *const []).</summary>
internal sealed class NativeStrings : IDisposable
{
    private readonly nint[] _strings;

    public NativeStrings(IEnumerable<string> strings)
    {
        _strings = [.. strings.Select(Marshal.StringToCoTaskMemUTF8)];
        Pointer = Marshal.AllocHGlobal((_strings.Length + 1) * nint.Size);
        Marshal.Copy([.. _strings, 0], 0, Pointer, _strings.Length + 1);
    }

    public nint Pointer { get; }

    public void Dispose()
    {
        foreach (var text in _strings)
        {
            Marshal.FreeCoTaskMem(text);
        }

        Marshal.FreeHGlobal(Pointer);
    }
}
