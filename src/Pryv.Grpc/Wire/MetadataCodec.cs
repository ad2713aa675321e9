using Grpc.Core;

namespace Pryv.Grpc.Wire;

/// <summary>Metadata entries as header fields, and back.</summary>
internal static class MetadataCodec
{
    /// <summary>The text of an entry on the wire: binary values are base64, without padding as the specification asks.</summary>
    public static string ToWire(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.RawBytes).TrimEnd('=') : entry.Value;

    /// <summary>Adds a received field, unless it belongs to the transport.</summary>
    public static void AddFromWire(Metadata metadata, string name, string? value)
    {
        if (value is null || WireHeaders.IsReserved(name))
        {
            return;
        }

        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(Metadata.Entry.FromWire(name, value));
            return;
        }

        // Intermediaries may join repeated binary fields with commas.
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            metadata.Add(Metadata.Entry.FromWire(name, FromBase64(name, part)));
        }
    }

    private static byte[] FromBase64(string name, string text)
    {
        var padded = text.TrimEnd('=');
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length)
            ? bytes[..length]
            : throw new RpcException(new Status(StatusCode.Internal, $"The header '{name}' is not valid base64."));
    }
}
