namespace Pryvd.Guard.Native;

/// <summary>Ends the poll of another thread (an eventfd).</summary>
internal sealed class WakeUp : IDisposable
{
    private static readonly byte[] _one = BitConverter.GetBytes(1UL);
    private readonly byte[] _count = new byte[sizeof(ulong)];

    public int Descriptor { get; } = Sys.EventCounter(0, Sys.CloseOnExec | Sys.NonBlocking) is var counter and >= 0
        ? counter
        : throw new GuardException($"An eventfd could not be made: {Sys.LastError()}.");

    public void Ring() => _ = Sys.Write(Descriptor, _one, _one.Length);

    public void Clear() => _ = Sys.Read(Descriptor, _count, _count.Length);

    public void Dispose() => _ = Sys.Close(Descriptor);
}
