using System.Security.Cryptography.X509Certificates;

namespace Pryvd.Peers.Identity;

/// <summary>Whether the files of an identity belong together. Dates are not looked at: an expired node renews itself.</summary>
internal static class IdentityChecks
{
    /// <exception cref="IdentityException">They do not.</exception>
    public static void Require(ClusterFile cluster, X509Certificate2 certificate, X509Certificate2 authority, string folder)
    {
        if (ClusterAuthority.ClusterIdOf(authority) != cluster.ClusterId)
        {
            throw new IdentityException(
                $"In {folder}, ca.crt is of cluster {ClusterAuthority.ClusterIdOf(authority)} and cluster.json of {cluster.ClusterId}; restore both from one backup.");
        }

        var check = new PeerCertificates(authority, _ => false, new FixedClock(certificate.NotBefore.ToUniversalTime()))
            .CheckServer(certificate, cluster.NodeId);
        if (!check.IsMember)
        {
            throw new IdentityException(
                $"In {folder}, node.crt does not fit ca.crt and cluster.json. {check.Reason} Restore all from one backup, or join again with a new token.");
        }
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
