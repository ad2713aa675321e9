using System.Security.Cryptography;
using Google.Protobuf;
using Pryv.Internal.V1;

namespace Pryvd.Peers.Identity;

/// <summary>
/// The two secrets of a cluster that voters keep: the authority's private key (PKCS#8) and the cluster's sealing key.
/// Log, state and snapshots hold them only in the wrapped form.
/// </summary>
public sealed class CustodyKeys(byte[] authorityKey, byte[] sealingKey) : IDisposable
{
    public ReadOnlySpan<byte> AuthorityKey => authorityKey;

    public ReadOnlySpan<byte> SealingKey => sealingKey;

    /// <summary>Wraps both for the operator's recovery key.</summary>
    /// <param name="recoveryKey">SubjectPublicKeyInfo, as the cluster's first command records it.</param>
    /// <param name="clusterId">The keys open as those of this cluster only.</param>
    /// <exception cref="SealException">The key is no P-256 key.</exception>
    public byte[] WrapFor(ReadOnlySpan<byte> recoveryKey, string clusterId)
    {
        var plain = ToMessage().ToByteArray();
        try
        {
            return Sealing.SealFor(recoveryKey, plain, SealContext.Custody(clusterId));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <exception cref="SealException">It was changed, or wrapped for another recovery key or cluster.</exception>
    public static CustodyKeys Unwrap(RecoveryKey recoveryKey, ReadOnlySpan<byte> wrapped, string clusterId)
    {
        var plain = recoveryKey.Open(wrapped, SealContext.Custody(clusterId));
        try
        {
            return FromMessage(TakeCustodyRequest.Parser.ParseFrom(plain));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new SealException(SealFault.Unknown, "The wrapped keys opened, but are not written as this build reads them.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The form in which a voter hands them to the next one, over peer TLS.</summary>
    public TakeCustodyRequest ToMessage() =>
        new() { AuthorityKey = ByteString.CopyFrom(authorityKey), SealingKey = ByteString.CopyFrom(sealingKey) };

    public static CustodyKeys FromMessage(TakeCustodyRequest message) =>
        new(message.AuthorityKey.ToByteArray(), message.SealingKey.ToByteArray());

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(authorityKey);
        CryptographicOperations.ZeroMemory(sealingKey);
    }
}
