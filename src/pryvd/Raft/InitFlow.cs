using Google.Protobuf;
using Pryv.Consensus;
using Pryv.Consensus.Log;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Hosting;
using Pryvd.Model;
using Pryvd.Peers.Identity;

namespace Pryvd.Raft;

/// <summary>
/// Makes a cluster of this node alone. The first command is kept in a file until it is applied, and cluster.json is written
/// last, so that a crash leaves either a node in no cluster or one that finishes by itself.
/// </summary>
internal static class InitFlow
{
    private const string RecoveryFile = "recovery.key";

    /// <summary>The path of the recovery key. The session has started, the first command is not applied yet.</summary>
    public static async Task<string> RunAsync(NodeHost host, string clusterName, string group, IEnumerable<VarWrite> vars)
    {
        Leftovers.MoveAside(host.Folder, "before-init", host.Clock.GetUtcNow());
        var cluster = Guid.NewGuid();
        var clusterId = cluster.ToString("N");
        var now = host.Clock.GetUtcNow();
        using var authority = ClusterAuthority.Create(clusterName, clusterId, now);
        using var recovery = RecoveryKey.Create();
        using var custody = new CustodyKeys(authority.ExportKey(), ClusterSealing.NewKey());

        var member = MemberIds.New();
        var name = new CertifiedName(clusterId, MemberIds.NewNodeId());
        var issued = Issue(host, authority, name, now);
        var node = NodeFacts.Record(host, name.NodeId, member.ToString(), group, issued);
        var bootstrap = new BootstrapCluster
        {
            ClusterId = clusterId,
            Name = clusterName,
            Node = node,
            AuthorityCertificate = ByteString.CopyFrom(authority.Certificate.RawData),
            WrappedKeys = ByteString.CopyFrom(custody.WrapFor(recovery.PublicKey, clusterId)),
            RecoveryPublicKey = ByteString.CopyFrom(recovery.PublicKey),
            ClusterVersion = CommandVersions.Known,
        };
        bootstrap.Vars.AddRange(vars);

        var recoveryPath = Path.Combine(host.Folder.Path, RecoveryFile);
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        DurableFile.Write(recoveryPath, System.Text.Encoding.ASCII.GetBytes(recovery.Write(clusterName, clusterId)), ownerOnly);
        DurableFile.Write(BootstrapPath(host.Folder), bootstrap.ToByteArray(), ownerOnly);
        host.IdentityFolder.Custody.Store(custody, authority.Certificate.RawData);
        CreateLog(host, new LogIdentity(cluster, member, Epoch.First), new Member(member, name.NodeId, host.Address, MemberRole.Voter));
        host.IdentityFolder.Install(
            new ClusterFile(clusterId, clusterName, name.NodeId, host.Options.Name), issued.Der, authority.Certificate.RawData);
        await host.StartSessionAsync().ConfigureAwait(false);
        return recoveryPath;
    }

    /// <summary>The first command while it waits to be applied.</summary>
    public static string BootstrapPath(DataFolder folder) => Path.Combine(folder.Path, "bootstrap.bin");

    private static IssuedCertificate Issue(NodeHost host, ClusterAuthority authority, CertifiedName name, DateTimeOffset now)
    {
        using var key = host.IdentityFolder.NextKey();
        return authority.Issue(NodeRequest.Create(key), name, ClusterAuthority.DefaultValidity, now);
    }

    private static void CreateLog(NodeHost host, LogIdentity identity, Member self)
    {
        var start = new LogBase(LogPosition.Zero, ConfigurationCodec.Encode(new Configuration([self], [])));
        DurableLog.Create(new LibcDisk(host.Folder.LogPath), identity, start, default, LogOptions.Default).Dispose();
    }
}
