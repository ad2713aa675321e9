using Pryvd.Model;
using Pryvd.Peers.Identity;

namespace Pryvd.Raft;

/// <summary>The identity of a node that goes on from a snapshot: a new certificate from the authority that the recovery key opens.</summary>
internal sealed class RestoredIdentity : IDisposable
{
    private readonly CustodyKeys _custody;
    private readonly ClusterInfo _cluster;
    private readonly Node _node;
    private readonly TimeProvider _clock;

    private RestoredIdentity(CustodyKeys custody, ClusterInfo cluster, Node node, TimeProvider clock) =>
        (_custody, _cluster, _node, _clock) = (custody, cluster, node, clock);

    /// <exception cref="IdentityException">The text is no recovery key.</exception>
    /// <exception cref="SealException">It is that of another cluster.</exception>
    public static RestoredIdentity Open(string recoveryText, ClusterInfo cluster, Node node, TimeProvider clock)
    {
        using var recovery = RecoveryKey.Read(recoveryText);
        return new RestoredIdentity(CustodyKeys.Unwrap(recovery, cluster.WrappedKeys.Span, cluster.Id), cluster, node, clock);
    }

    public void Write(DataFolder folder)
    {
        var authorityDer = _cluster.AuthorityCertificate.ToByteArray();
        using var authority = ClusterAuthority.Load(authorityDer, _custody.AuthorityKey);
        var identity = new IdentityFolder(folder.IdentityPath);
        using var key = identity.NextKey();
        var issued = authority.Issue(
            NodeRequest.Create(key), new CertifiedName(_cluster.Id, _node.Id.Value), ClusterAuthority.DefaultValidity, _clock.GetUtcNow());
        identity.Custody.Store(_custody, authorityDer);
        identity.Install(new ClusterFile(_cluster.Id, _cluster.Name, _node.Id.Value, _node.Name), issued.Der, authorityDer);
    }

    public void Dispose() => _custody.Dispose();
}
