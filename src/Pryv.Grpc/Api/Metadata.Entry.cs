using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One header: a lower-case key, and text or, where the key ends with <c>-bin</c>, bytes.</summary>
    public sealed class Entry
    {
        private static readonly SearchValues<char> _keyCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-_.");

        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        public Entry(string key, string value) : this(CheckedKey(key, isBinary: false), CheckedValue(value), null)
        {
        }

        public Entry(string key, byte[] valueBytes) : this(CheckedKey(key, isBinary: true), null, (byte[])CheckedBytes(valueBytes).Clone())
        {
        }

        private Entry(string key, string? value, byte[]? valueBytes)
        {
            Key = key;
            _value = value;
            _valueBytes = valueBytes;
        }

        public string Key { get; }

        public bool IsBinary => _valueBytes is not null;

        public string Value => _value ?? Encoding.UTF8.GetString(_valueBytes!);

        public byte[] ValueBytes => _valueBytes is not null ? (byte[])_valueBytes.Clone() : Encoding.ASCII.GetBytes(_value!);

        public override string ToString() => IsBinary ? $"[Entry: key={Key}, {_valueBytes!.Length} bytes]" : $"[Entry: key={Key}, value={_value}]";

        /// <summary>An entry as it came over the wire: the HTTP stack has checked it, and a peer's odd byte must not fail a call.</summary>
        internal static Entry FromWire(string key, string value) => new(key.ToLowerInvariant(), value, null);

        /// <summary>A binary entry as it came over the wire.</summary>
        internal static Entry FromWire(string key, byte[] valueBytes) => new(key.ToLowerInvariant(), null, valueBytes);

        internal bool HasKey(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

        internal ReadOnlySpan<byte> RawBytes => _valueBytes;

        private static string CheckedKey(string key, bool isBinary)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            var lower = key.ToLowerInvariant();
            if (lower.AsSpan().ContainsAnyExcept(_keyCharacters))
            {
                throw new ArgumentException($"The metadata key '{key}' may hold only letters, digits, '-', '_' and '.'.", nameof(key));
            }

            if (lower.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal) != isBinary)
            {
                throw new ArgumentException($"The metadata key '{key}' must end with '{BinaryHeaderSuffix}' for bytes, and only then.", nameof(key));
            }

            return lower;
        }

        private static string CheckedValue(string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ArgumentException("A metadata value may hold printable ASCII only; use a '-bin' key for anything else.", nameof(value));
            }

            return value;
        }

        private static byte[] CheckedBytes(byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            return valueBytes;
        }
    }
}
