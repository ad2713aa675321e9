namespace Pryvd.Guard.Native;

/// <summary>/dev/null, open for both ways.</summary>
internal static class NullDevice
{
    public static int Descriptor { get; } = Sys.Open("/dev/null", Sys.ReadWrite | Sys.CloseOnExec, 0);
}
