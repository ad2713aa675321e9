using System.Runtime.InteropServices;

namespace Pryvd.Guard.Units;

/// <summary>A connection to systemd over the machine's bus. For one thread, and for a few calls: none is kept open.</summary>
internal sealed class SystemBus : IDisposable
{
    private const string Systemd = "org.freedesktop.systemd1";
    private const string ManagerPath = "/org/freedesktop/systemd1";
    private const string ManagerType = Systemd + ".Manager";
    private const ulong PatienceMicroseconds = 3_000_000;

    private static readonly HashSet<string> _silences =
    [
        .. new[] { "NoReply", "Timeout", "TimedOut", "Disconnected", "NoServer", "NameHasNoOwner", "ServiceUnknown" }.Select(word => "org.freedesktop.DBus.Error." + word),
    ];

    private readonly nint _bus;

    private SystemBus(nint bus) => _bus = bus;

    /// <exception cref="GuardException">There is no systemd on this machine, or no bus to it.</exception>
    public static SystemBus Open()
    {
        try
        {
            var error = SdBus.Open(out var bus);
            if (error < 0)
            {
                throw new GuardException(Words(Marshal.GetPInvokeErrorMessage(-error)));
            }

            _ = SdBus.SetPatience(bus, PatienceMicroseconds);
            return new SystemBus(bus);
        }
        catch (DllNotFoundException)
        {
            throw new GuardException(Words("libsystemd.so.0 is not there"));
        }
    }

    /// <summary>Calls a method of systemd's manager.</summary>
    /// <returns>Null when it was done, else systemd's error.</returns>
    /// <exception cref="SilenceException">systemd does not answer, or what is said is no message.</exception>
    public BusRefusal? Call(string member, Action<BusMessage> arguments)
    {
        Require(SdBus.NewCall(_bus, out var message, Systemd, ManagerPath, ManagerType, member), member);
        var fault = default(SdBus.Fault);
        try
        {
            arguments(new BusMessage(message));
            var error = SdBus.Call(_bus, message, 0, ref fault, out var reply);
            if (error < 0)
            {
                return RefusalOf(fault) ?? throw Unreachable(Marshal.GetPInvokeErrorMessage(-error));
            }

            SdBus.Release(reply);
            return null;
        }
        finally
        {
            SdBus.Release(message);
            SdBus.Release(ref fault);
        }
    }

    /// <summary>The bus path of a unit, loaded or not.</summary>
    public static string PathOf(string unit)
    {
        Require(SdBus.EncodePath(ManagerPath + "/unit", unit, out var path), unit);
        return TakeText(path);
    }

    public string Text(string path, string type, string member)
    {
        var fault = default(SdBus.Fault);
        try
        {
            Require(SdBus.GetText(_bus, Systemd, path, $"{Systemd}.{type}", member, ref fault, out var text), member);
            return TakeText(text);
        }
        finally
        {
            SdBus.Release(ref fault);
        }
    }

    /// <param name="kind">'i', 'u' or 't', as the property is declared.</param>
    public long Number(string path, string type, string member, char kind)
    {
        var fault = default(SdBus.Fault);
        try
        {
            Require(SdBus.GetNumber(_bus, Systemd, path, $"{Systemd}.{type}", member, ref fault, (byte)kind, out var number), member);
            return kind == 't' ? (long)number : (int)number;
        }
        finally
        {
            SdBus.Release(ref fault);
        }
    }

    public void Dispose() => _ = SdBus.Close(_bus);

    /// <exception cref="SilenceException">The result is an error.</exception>
    internal static void Require(int result, string what)
    {
        if (result < 0)
        {
            throw Unreachable($"{what}: {Marshal.GetPInvokeErrorMessage(-result)}");
        }
    }

    private static SilenceException Unreachable(string reason) => new(Words(reason));

    private static string Words(string reason) =>
        $"systemd cannot be asked on this node: {reason}. Components with 'driver: systemd' need systemd as the machine's first process, and its bus (package dbus); or use 'driver: process'.";

    // What the bus says when systemd is not there, and the library when nobody answers, has the same form as what systemd refuses.
    private static BusRefusal? RefusalOf(SdBus.Fault fault)
    {
        var name = Marshal.PtrToStringUTF8(fault.Name) ?? "";
        var message = Marshal.PtrToStringUTF8(fault.Message) ?? "";
        return name.Length == 0 ? null
            : name.StartsWith("System.Error.", StringComparison.Ordinal) || _silences.Contains(name) ? throw Unreachable(message)
            : new BusRefusal(name, message);
    }

    private static string TakeText(nint text)
    {
        var taken = Marshal.PtrToStringUTF8(text) ?? "";
        SdBus.Free(text);
        return taken;
    }
}

/// <summary>What systemd answered instead of doing what was asked.</summary>
internal sealed record BusRefusal(string Name, string Message)
{
    public bool IsUnitThere => Name == "org.freedesktop.systemd1.UnitExists";
}
