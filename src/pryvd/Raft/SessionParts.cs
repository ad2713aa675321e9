using Microsoft.Extensions.Logging;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Store;

namespace Pryvd.Raft;

/// <summary>What a session is made from.</summary>
public sealed class SessionParts(DataFolder folder, NodeIdentity identity, PeerBook peers, string address, string datacenter, TimeProvider clock, ILogger logger)
{
    private volatile NodeIdentity _identity = identity;

    public DataFolder Folder { get; } = folder;

    public NodeIdentity Identity => _identity;

    public PeerBook Peers { get; } = peers;

    /// <summary>host:port under which peers reach this node.</summary>
    public string Address { get; } = address;

    /// <summary>Where this node is, as it says itself.</summary>
    public string Datacenter { get; } = datacenter;

    public TimeProvider Clock { get; } = clock;

    public ILogger Logger { get; } = logger;

    /// <summary>The state, where it was opened already.</summary>
    internal StateAhead? Ahead { get; init; }

    /// <summary>Who gets the state closes it.</summary>
    internal Task<StateStore> OpenStateAsync() => Ahead?.Take() ?? Task.FromResult(StateStore.Open(Folder.Path));

    /// <summary>The certificate was renewed.</summary>
    public void Renewed(NodeIdentity identity) => _identity = identity;

    /// <summary>What to do when log or state cannot be relied on any more.</summary>
    public string HowToRejoin =>
        $"stop pryvd, move {(File.Exists(Folder.ObserverPath) ? Folder.ObserverPath : Folder.LogPath)}, {Folder.Path}/CURRENT and {Folder.Path}/state-*.db away, keep {Folder.IdentityPath}, and start pryvd: it comes back and gets everything from its peers.";
}
