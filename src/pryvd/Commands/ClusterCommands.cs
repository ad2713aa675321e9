using System.Globalization;
using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Commands;

/// <summary>The cluster as a whole: its making, its version, its epoch.</summary>
internal static class ClusterCommands
{
    private const string Subject = "cluster";

    public static CommandReply Apply(Draft draft, BootstrapCluster command)
    {
        if (draft.State.Cluster is { } existing)
        {
            return Reply.Conflict($"the cluster '{existing.Name}' exists already; a second one needs nodes and data folders of its own");
        }

        if (Problem(command) is { } problem)
        {
            return Reply.Invalid(problem);
        }

        draft.Put(new ClusterInfo
        {
            Id = command.ClusterId,
            Name = command.Name,
            Epoch = Epoch.First,
            ClusterVersion = Math.Max(command.ClusterVersion, 1),
            AuthorityCertificate = command.AuthorityCertificate,
            WrappedKeys = command.WrappedKeys,
            RecoveryPublicKey = command.RecoveryPublicKey,
        });
        draft.Emit("cluster.created", Subject, "", Show(draft.State.Cluster!));
        draft.Put(new Commissioned(command.Node.Name, command.Node.Group, TagSet.Empty));
        var node = draft.Change(null, NodeRecords.NodeOf(command.Node, NodeState.Ready, draft.Index), "node.admitted");
        var writes = VarWrites.ForNode(command.Vars, node.Name);
        return VarWrites.Check(draft, writes) ?? VarWrites.MakeWith(draft, writes, node);
    }

    public static CommandReply Apply(Draft draft, RaiseClusterVersion command)
    {
        var cluster = draft.State.Cluster!;
        if (command.Version <= cluster.ClusterVersion)
        {
            return Reply.Conflict($"the cluster's version is {cluster.ClusterVersion} and only goes up; {command.Version} is not above it");
        }

        if (draft.State.Nodes.Living.FirstOrDefault(node => node.CommandVersion < command.Version) is { } behind)
        {
            return Reply.Conflict($"node {behind.Name} knows command set {behind.CommandVersion} only, not {command.Version}; upgrade it first");
        }

        draft.Put(cluster with { ClusterVersion = command.Version });
        draft.Emit("cluster.version", Subject, Text(cluster.ClusterVersion), Text(command.Version));
        return Reply.Ok();
    }

    public static CommandReply Apply(Draft draft, BeginEpoch command)
    {
        var cluster = draft.State.Cluster!;
        if (command.Epoch <= cluster.Epoch.Value)
        {
            return Reply.Conflict($"the cluster is in epoch {cluster.Epoch} and epochs only go up; {command.Epoch} is not above it");
        }

        draft.Put(cluster with { Epoch = new Epoch(command.Epoch) });
        draft.Emit("cluster.epoch", Subject, Text(cluster.Epoch.Value), Text(command.Epoch));
        foreach (var lost in command.LostNodes.Distinct(StringComparer.Ordinal))
        {
            // A name that is not known here was lost along with the entries that this survivor never got.
            if (draft.State.Nodes.Find(lost) is { } node && NodeLifecycle.Allows(node.State, NodeState.Unreachable))
            {
                draft.Change(node, node.To(NodeState.Unreachable), "node.state");
            }
        }

        return Reply.Ok();
    }

    public static CommandReply Apply(Draft draft, SettleDeadTimeout command)
    {
        var cluster = draft.State.Cluster!;
        if (cluster.FormerDeadTimeoutMs != command.FormerMs)
        {
            return Reply.Conflict($"the former dead timeout is {cluster.FormerDeadTimeoutMs} ms, decided was from {command.FormerMs} ms; nothing was changed");
        }

        if (command.FormerMs != 0)
        {
            draft.Put(cluster with { FormerDeadTimeoutMs = 0 });
            draft.Emit("cluster.dead_timeout", Subject, Text(command.FormerMs), Text(draft.State.Settings.DeadTimeoutMs));
        }

        return Reply.Ok();
    }

    private static string? Problem(BootstrapCluster command)
    {
        if (!Names.IsName(command.ClusterId) || !Names.IsName(command.Name))
        {
            return $"'{Clip.To(command.Name, Names.MaxName)}' is no name for a cluster; it has letters, digits and ._- (at most {Names.MaxName})";
        }

        if (command.AuthorityCertificate.Length > Limits.BlobBytes || command.WrappedKeys.Length > Limits.BlobBytes
            || command.RecoveryPublicKey.Length > Limits.BlobBytes)
        {
            return $"the authority's certificate, the wrapped keys and the recovery key have at most {Limits.BlobBytes} bytes each";
        }

        return NodeRecords.Problem(command.Node)
            ?? (command.Node.Member.Length == 0 ? $"node {command.Node.Name} cannot begin a cluster as an observer: a member id is needed" : null);
    }

    private static string Show(ClusterInfo cluster) => new CanonicalJson()
        .Text("id", cluster.Id)
        .Text("name", cluster.Name)
        .Number("cluster_version", cluster.ClusterVersion)
        .EndText();

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
