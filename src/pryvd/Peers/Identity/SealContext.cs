using System.Buffers.Binary;
using System.Text;

namespace Pryvd.Peers.Identity;

/// <summary>
/// What a sealed value is for. It is authenticated but not stored, so that a value opens only where it was put: each part
/// is prefixed by its length, hence ("a", "bc") and ("ab", "c") are two contexts.
/// </summary>
public sealed class SealContext
{
    private readonly byte[] _bytes;

    private SealContext(params string[] parts) => _bytes = parts.SelectMany(Encode).ToArray();

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A variable's value: it cannot be moved to another key or scope.</summary>
    public static SealContext Variable(string scope, string key) => new("variable", scope, key);

    /// <summary>A secret handed to one node for one purpose.</summary>
    public static SealContext ForNode(CertifiedName node, string purpose) => new("node", node.Uri, purpose);

    /// <summary>The keys of a cluster wrapped for its operator.</summary>
    public static SealContext Custody(string clusterId) => new("custody", clusterId);

    private static byte[] Encode(string part)
    {
        var encoded = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(part)];
        BinaryPrimitives.WriteInt32BigEndian(encoded, encoded.Length - sizeof(int));
        Encoding.UTF8.GetBytes(part, encoded.AsSpan(sizeof(int)));
        return encoded;
    }
}
