using Pryvd.Guard.Native;

namespace Pryvd.Guard.Units;

/// <summary>Arguments of a call, written one after the other.</summary>
internal readonly struct BusMessage(nint message)
{
    public BusMessage Text(string text)
    {
        SystemBus.Require(SdBus.AppendText(message, (byte)'s', text), text);
        return this;
    }

    public BusMessage Texts(IEnumerable<string> texts)
    {
        using var native = new NativeStrings(texts);
        SystemBus.Require(SdBus.AppendTexts(message, native.Pointer), "a list");
        return this;
    }

    public BusMessage Flag(bool flag) => Number('b', flag ? 1 : 0);

    public BusMessage Number(char type, int number)
    {
        SystemBus.Require(SdBus.AppendNumber(message, (byte)type, in number), "a number");
        return this;
    }

    public BusMessage Long(long number)
    {
        var unsigned = (ulong)number;
        SystemBus.Require(SdBus.AppendNumber(message, (byte)'t', in unsigned), "a number");
        return this;
    }

    public BusMessage Bytes(byte[] bytes)
    {
        SystemBus.Require(SdBus.AppendArray(message, (byte)'y', bytes, (nuint)bytes.Length), "bytes");
        return this;
    }

    public BusMessage Array(string contents, Action<BusMessage> items) => Container('a', contents, items);

    public BusMessage Struct(string contents, Action<BusMessage> fields) => Container('r', contents, fields);

    /// <summary>One named property: (sv).</summary>
    public BusMessage Property(string name, string type, Action<BusMessage> value) =>
        Struct("sv", pair => pair.Text(name).Container('v', type, value));

    private BusMessage Container(char type, string contents, Action<BusMessage> inner)
    {
        SystemBus.Require(SdBus.Begin(message, (byte)type, contents), contents);
        inner(this);
        SystemBus.Require(SdBus.End(message), contents);
        return this;
    }
}
