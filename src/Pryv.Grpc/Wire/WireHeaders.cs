namespace Pryv.Grpc.Wire;

/// <summary>The names and values that gRPC over HTTP/2 fixes.</summary>
internal static class WireHeaders
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string IdentityEncoding = "identity";
    public const string GzipEncoding = "gzip";
    public const string AcceptedEncodings = "identity,gzip";

    /// <summary>True for <c>application/grpc</c> and <c>application/grpc+proto</c>, with or without parameters.</summary>
    public static bool IsGrpcContentType(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        return type.Equals(ContentType, StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/grpc+proto", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Names that belong to the transport, not to the metadata of a call.</summary>
    public static bool IsReserved(string name) =>
        name.Length == 0 || name[0] == ':' || name.ToLowerInvariant() is
            "content-type" or "te" or "host" or "connection" or "content-length" or "trailer" or "transfer-encoding" or
            Status or Message or Timeout or Encoding or AcceptEncoding or "grpc-message-type";
}
