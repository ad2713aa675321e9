using Google.Protobuf;

namespace Pryvd.Model;

/// <summary>A node's certificate as the authority gave it.</summary>
/// <param name="Serial">Serial number in lower-case hexadecimal.</param>
/// <param name="KeyHash">SHA-256 of the public key of the request; a retry is known by it.</param>
/// <param name="NotAfterMs">End of validity, milliseconds since 1970-01-01 UTC.</param>
public sealed record Certificate(string Serial, ByteString KeyHash, ByteString Der, long NotAfterMs);
