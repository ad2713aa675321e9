using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pryvd.Hosting;

/// <summary>Where a peer is reached: a name or address, and a port.</summary>
public sealed record HostAndPort(string Host, int Port)
{
    private const int MaxHostLength = 253;

    /// <summary>Reads HOST, HOST:PORT, IPv6 or [IPv6]:PORT; null when it is none of these.</summary>
    public static HostAndPort? Parse(string text, int defaultPort)
    {
        if (IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && text[0] != '[')
        {
            return new HostAndPort(text, defaultPort);
        }

        var colon = text.LastIndexOf(':');
        var hasPort = colon >= 0 && !text.EndsWith(']');
        var host = Unbracketed(hasPort ? text[..colon] : text);
        var port = hasPort ? ParsePort(text[(colon + 1)..]) : defaultPort;
        return host is not null && port is { } known ? new HostAndPort(host, known) : null;
    }

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static string? Unbracketed(string host)
    {
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            var inner = host[1..^1];
            return IPAddress.TryParse(inner, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? inner : null;
        }

        var isName = host.Length is > 0 and <= MaxHostLength && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        return isName ? host : null;
    }

    private static int? ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}
