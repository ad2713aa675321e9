using System.Text;

namespace Pryvd.Model.Rows;

/// <summary>
/// Writes one JSON object. It is our own because the bytes go into the digest: they must not depend on a library's version,
/// as escaping in System.Text.Json does. Only what JSON demands is escaped.
/// </summary>
public sealed class CanonicalJson
{
    private byte[] _buffer = new byte[384];
    private int _length;
    private bool _needsComma;

    public CanonicalJson() => Append('{');

    /// <summary>Begins anew, on the same buffer.</summary>
    public CanonicalJson Clear()
    {
        (_length, _needsComma) = (0, false);
        Append('{');
        return this;
    }

    public CanonicalJson Text(string name, string value)
    {
        Name(name);
        Quoted(value);
        return this;
    }

    public CanonicalJson Number(string name, long value)
    {
        Name(name);
        Digits(value);
        return this;
    }

    public CanonicalJson Flag(string name, bool value) => Json(name, value ? "true" : "false");

    /// <summary>The fields that follow are those of an object within, until <see cref="EndObject"/>.</summary>
    public CanonicalJson BeginObject(string name)
    {
        Name(name);
        Append('{');
        _needsComma = false;
        return this;
    }

    public CanonicalJson EndObject()
    {
        Append('}');
        _needsComma = true;
        return this;
    }

    /// <summary>Base64.</summary>
    public CanonicalJson Bytes(string name, Google.Protobuf.ByteString value) => Text(name, value.ToBase64());

    /// <summary>A value that is valid JSON already, as it stands; for the empty text no field is written.</summary>
    public CanonicalJson Json(string name, string json)
    {
        if (json.Length > 0)
        {
            Name(name);
            Utf8(json);
        }

        return this;
    }

    /// <summary>As the other one, for what is UTF-8 already.</summary>
    public CanonicalJson Json(string name, Utf8Text json)
    {
        if (!json.IsEmpty)
        {
            Name(name);
            Reserve(json.Bytes.Length);
            json.Bytes.CopyTo(_buffer.AsSpan(_length));
            _length += json.Bytes.Length;
        }

        return this;
    }

    public CanonicalJson Null(string name) => Json(name, "null");

    public CanonicalJson Object(string name, CanonicalJson value)
    {
        Name(name);
        Object(value);
        return this;
    }

    public CanonicalJson Objects(string name, IEnumerable<CanonicalJson> values) => List(name, values, Object);

    public CanonicalJson Texts(string name, IEnumerable<string> values) => List(name, values, Quoted);

    public CanonicalJson Tags(string name, TagSet tags)
    {
        var inner = new CanonicalJson();
        foreach (var (key, value) in tags.Items)
        {
            inner.Text(key, value);
        }

        return Object(name, inner);
    }

    public CanonicalJson Numbers(string name, IReadOnlyList<long> values)
    {
        Name(name);
        Append('[');
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
            {
                Append(',');
            }

            Digits(values[i]);
        }

        Append(']');
        return this;
    }

    /// <summary>Closes the object; nothing can be added afterwards.</summary>
    public byte[] End() => Close().ToArray();

    /// <summary>As <see cref="End"/>; the bytes hold until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Close()
    {
        Append('}');
        return _buffer.AsSpan(0, _length);
    }

    public string EndText() => Encoding.UTF8.GetString(End());

    private CanonicalJson List<T>(string name, IEnumerable<T> values, Action<T> write)
    {
        Name(name);
        Append('[');
        var isFirst = true;
        foreach (var value in values)
        {
            if (!isFirst)
            {
                Append(',');
            }

            isFirst = false;
            write(value);
        }

        Append(']');
        return this;
    }

    private void Object(CanonicalJson value)
    {
        var bytes = value.End();
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Name(string name)
    {
        if (_needsComma)
        {
            Append(',');
        }

        _needsComma = true;
        Quoted(name);
        Append(':');
    }

    private void Quoted(string value)
    {
        Append('"');
        var rest = value.AsSpan();
        for (var special = rest.IndexOfAny(Special); special >= 0; special = rest.IndexOfAny(Special))
        {
            Utf8(rest[..special]);
            Escape(rest[special]);
            rest = rest[(special + 1)..];
        }

        Utf8(rest);
        Append('"');
    }

    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(
        "\"\\" + string.Concat(Enumerable.Range(0, 0x20).Select(code => (char)code)));

    private void Escape(char character)
    {
        switch (character)
        {
            case '"':
                Utf8("\\\"");
                break;
            case '\\':
                Utf8("\\\\");
                break;
            default:
                Utf8("\\u" + ((int)character).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }

    private void Digits(long value)
    {
        Reserve(20);
        System.Buffers.Text.Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    private void Utf8(ReadOnlySpan<char> text)
    {
        Reserve(text.Length * 3);
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    private void Append(char ascii)
    {
        Reserve(1);
        _buffer[_length++] = (byte)ascii;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length < more)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + more));
        }
    }
}
