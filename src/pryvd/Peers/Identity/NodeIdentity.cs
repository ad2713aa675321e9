using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>Who this node is, as read and checked from its identity folder.</summary>
/// <param name="Cluster">Names and ids.</param>
/// <param name="Certificate">With its private key, for TLS.</param>
/// <param name="Authority">The cluster's authority, without a key.</param>
/// <param name="SealingKey">Opens what the cluster seals for this node.</param>
public sealed record NodeIdentity(
    ClusterFile Cluster, X509Certificate2 Certificate, X509Certificate2 Authority, ECDiffieHellman SealingKey) : IDisposable
{
    public CertifiedName Name => Cluster.Name;

    /// <summary>SubjectPublicKeyInfo that secrets for this node are sealed to.</summary>
    public byte[] SealingPublicKey => SealingKey.ExportSubjectPublicKeyInfo();

    /// <summary>Renew from here on: a third of the validity is left, enough for many tries.</summary>
    public DateTimeOffset RenewAt
    {
        get
        {
            DateTimeOffset from = Certificate.NotBefore.ToUniversalTime();
            DateTimeOffset to = Certificate.NotAfter.ToUniversalTime();
            return to - ((to - from) / 3);
        }
    }

    public override string ToString() => $"{Cluster.NodeName} ({Name})";

    public void Dispose()
    {
        Certificate.Dispose();
        Authority.Dispose();
        SealingKey.Dispose();
    }
}
