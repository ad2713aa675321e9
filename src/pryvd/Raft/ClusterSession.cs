using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Running;
using Pryv.Internal.V1;
using Pryvd.Observers;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>This node in its cluster, as a member or as an observer: its state and its ways to the peers.</summary>
public abstract class ClusterSession : IAsyncDisposable
{
    private protected ClusterSession(SessionParts parts, StateStore store)
    {
        (Parts, Store) = (parts, store);
        Certificates = new PeerCertificates(parts.Identity.Authority, serial => Store.Read().IsRevoked(serial), parts.Clock);
        Channels = new PeerChannels(() => Identity.Certificate, Certificates, check => parts.Logger.LogWarning("A peer was refused: {Reason}", check.Reason));
        Forwarding = new ForwardLinks(Channels);
        StateMachine = new StoreStateMachine(
            store, parts.Folder.SnapshotsPath, failure => parts.Logger.LogWarning("A snapshot for a peer could not be made, it is tried again: {Reason}", failure.Message));
        Pulls = new PullSlots();
        Copies = new PullCopies(store, parts.Folder.SnapshotsPath);
    }

    public SessionParts Parts { get; }

    /// <summary>Replaced as a whole when the certificate is renewed.</summary>
    public NodeIdentity Identity => Parts.Identity;

    public StateStore Store { get; }

    public PeerChannels Channels { get; }

    /// <summary>Calls that only the leader can answer go this way.</summary>
    internal ForwardLinks Forwarding { get; }

    public PeerCertificates Certificates { get; }

    public PeerNotices Notices { get; } = new();

    public string NodeId => Identity.Cluster.NodeId;

    public string NodeName => Identity.Cluster.NodeName;

    public string ClusterId => Identity.Cluster.ClusterId;

    public abstract Epoch Epoch { get; }

    /// <summary>The members, as known here.</summary>
    public abstract Configuration Configuration { get; }

    /// <summary>Another node that leads, as known here.</summary>
    public abstract PeerAt? Leader { get; }

    public abstract Term Term { get; }

    public abstract LogIndex Commit { get; }

    /// <summary>Whether this node leads and knows what is committed.</summary>
    public abstract bool Leads { get; }

    /// <summary>Ends when the leader of now is not the leader any more.</summary>
    public abstract Task LeaderMoved { get; }

    /// <summary>How long ago a leader's word came in here; zero for a leader that has its quorum, null when none ever did.</summary>
    public abstract TimeSpan? LeaderSilence { get; }

    /// <summary>How long ago the state here was last known to hold all that was committed; null when it never was.</summary>
    public abstract TimeSpan? Age { get; }

    /// <summary>Ends with the reason when the node failed, with null when it was stopped.</summary>
    public abstract Task<Exception?> Ended { get; }

    /// <summary>When the loop that matters last turned.</summary>
    public abstract long LastStepTimestamp { get; }

    /// <summary>How long the disk has not come back from what it was asked to write; zero where nothing waits for it.</summary>
    public virtual TimeSpan DiskSilence => TimeSpan.Zero;

    /// <summary>Steps from here to a member: 0 for a member, null for an observer without an upstream.</summary>
    public abstract int? Depth { get; }

    /// <summary>Whether observers may pull from here now.</summary>
    public abstract bool MayServe { get; }

    internal StoreStateMachine StateMachine { get; }

    internal PullSlots Pulls { get; }

    internal PullCopies Copies { get; }

    /// <summary>Ends when the state applied here is at least as new as all writes acknowledged before the call; null when that cannot be confirmed now.</summary>
    public abstract Task<LogIndex?> ReadIndexAsync();

    /// <summary>Proposes a command here; only the leader takes it. Time is stamped by the caller, who is the leader.</summary>
    public abstract Task<ProposalResult> ProposeAsync(CommandEnvelope envelope);

    /// <summary>Entries that are committed and applied here and follow an index that is applied here, at least one while there are any; null when only a snapshot helps.</summary>
    public abstract IReadOnlyList<Entry>? ReadApplied(LogIndex after, int maxBytes);

    /// <summary>Stops taking part; the state stays readable.</summary>
    public abstract void Stop();

    /// <summary>Lets go of memory that only a busy node needs; returns about how many bytes it was.</summary>
    internal virtual long Trim() => Store.Trim();

    /// <summary>The node's name behind a node id, or the id where it is not known.</summary>
    public string NameOfNode(string node) => Store.Read().State.Nodes.Find(new Model.NodeId(node))?.Name ?? node;

    /// <summary>The node's name behind a member id, or the id where it is not known.</summary>
    public string NameOf(MemberId id) => id.IsNone
        ? ""
        : Configuration.Find(id) is { } member ? NameOfNode(member.Node) : id.ToString();

    public async ValueTask DisposeAsync()
    {
        await Pulls.CloseAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        Forwarding.Dispose();
        Channels.Dispose();
        Copies.Dispose();
        StateMachine.Dispose();
        Store.Dispose();
    }

    private protected abstract ValueTask CloseAsync();
}
