using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Observers;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Commands;
using Pryvd.Hosting;
using Pryvd.Model;
using Pryvd.Observers;
using Pryvd.Peers;
using Pryvd.Peers.Identity;
using Pryvd.Raft;

namespace Pryvd.Leader;

/// <summary>
/// What a leader sees to by itself, again and again until it no longer leads: the first command, a new epoch, keys for
/// voters to be, nodes that are ready, joins that never ended, the cluster's version. Each step looks at the state as it is.
/// </summary>
internal sealed class LeaderDuties(NodeHost host, MemberSession session, Members members, Overseeing overseeing)
{
    private const int JoinPatienceTicks = 12_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>And where nothing is open and nothing was applied since: what only the clock brings is in no hurry.</summary>
    private static readonly TimeSpan CalmPace = TimeSpan.FromSeconds(1);

    private readonly Dictionary<NodeId, int> _unheard = [];
    private readonly Promotion _promotion = new(session);
    private ImmutableHashSet<MemberId> _prepared = [];
    private ImmutableHashSet<MemberId> _voters = [];
    private AutopilotPolicy? _policy;

    /// <summary>Runs until the session ends.</summary>
    public async Task RunAsync()
    {
        var ended = session.Runner.Ended;
        while (!ended.IsCompleted)
        {
            var (moved, seen) = (session.LeaderMoved, session.Store.Applied);
            var isCalm = await RoundAsync().ConfigureAwait(false);
            await Task.WhenAny(ended, session.IsElected ? Task.Delay(Pace) : moved).ConfigureAwait(false);
            if (isCalm)
            {
                await RestAsync(seen, moved, ended).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Until something is applied after what was seen, or for a while.</summary>
    private async Task RestAsync(LogIndex seen, Task moved, Task ended)
    {
        using var awake = new CancellationTokenSource();
        var applied = session.Store.WaitAppliedAsync(seen.Next(), awake.Token);
        await Task.WhenAny(ended, moved, applied, Task.Delay(CalmPace - Pace, awake.Token)).ConfigureAwait(false);
        await awake.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Whether nothing is open: the next round may wait until the state is another.</summary>
    private async Task<bool> RoundAsync()
    {
        if (!session.Leads)
        {
            _unheard.Clear();
            session.Observers.Forget();
            (_policy, _voters) = (null, []);
            return false;
        }

        await TryAsync("the first command", ProposeBootstrapAsync).ConfigureAwait(false);
        var state = session.Store.Read().State;
        if (state.Cluster is not { } cluster)
        {
            return false;
        }

        SetPolicy(state);
        await TryAsync("a new epoch", () => BeginEpochAsync(state, cluster)).ConfigureAwait(false);
        await TryAsync("keys for voters to be", () => GiveCustodyAsync(state)).ConfigureAwait(false);
        await TryAsync("observers", () => CollectStandingsAsync(state)).ConfigureAwait(false);
        await TryAsync("nodes that are ready", () => ReadyNodesAsync(state)).ConfigureAwait(false);
        await TryAsync("addresses", () => FollowAddressesAsync(state)).ConfigureAwait(false);
        await TryAsync("members that left", RemoveLeftMembersAsync).ConfigureAwait(false);
        await TryAsync("joins that never ended", () => ExpireJoinsAsync(state)).ConfigureAwait(false);
        await TryAsync("the cluster's version", () => RaiseVersionAsync(state, cluster)).ConfigureAwait(false);
        await TryAsync("promotion", () => _promotion.RunAsync(state)).ConfigureAwait(false);
        return state.Nodes.Living.All(node => node is { State: NodeState.Ready, Member.IsNone: false });
    }

    /// <summary>Members are asked only while somebody may report to them: a node that is no member, or that does not answer as one.</summary>
    private Task CollectStandingsAsync(ClusterState state)
    {
        if (state.Nodes.Living.Any(node => !HeardOf(node.Member)))
        {
            return session.Observers.CollectAsync();
        }

        session.Observers.Forget();
        return Task.CompletedTask;
    }

    /// <summary>A duty that cannot be done now is tried again in the next round, and holds up no other.</summary>
    private async Task TryAsync(string duty, Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcException or NotLeaderException or IdentityException or Store.StoreException)
        {
            host.Logger.LogDebug("A leader's duty waits ({Duty}): {Reason}", duty, failure.Message);
        }
    }

    private async Task ProposeBootstrapAsync()
    {
        var path = InitFlow.BootstrapPath(host.Folder);
        if (session.Store.Read().State.Cluster is null && File.Exists(path))
        {
            var bootstrap = BootstrapCluster.Parser.ParseFrom(await File.ReadAllBytesAsync(path).ConfigureAwait(false));
            await ProposeAsync("init", e => e.BootstrapCluster = bootstrap).ConfigureAwait(false);
        }

        if (session.Store.Read().State.Cluster is not null && File.Exists(path))
        {
            DurableFile.Delete(path);
        }
    }

    /// <summary>The log's epoch is ahead of the state's after a recovery or a restore: the state follows, and this node's record gets its new member.</summary>
    private async Task BeginEpochAsync(ClusterState state, ClusterInfo cluster)
    {
        if (cluster.Epoch >= session.LogIdentity.Epoch)
        {
            return;
        }

        var own = state.Nodes.Find(new NodeId(session.NodeId));
        var begin = new BeginEpoch { Epoch = session.LogIdentity.Epoch.Value, Reason = "recovery" };
        begin.LostNodes.AddRange(state.Nodes.Living.Where(n => n.Id.Value != session.NodeId).Select(n => n.Id.Value));
        if (own is not null && own.Member != session.LogIdentity.Member)
        {
            await ProposeAsync("recovery", e => e.RejoinNode = new RejoinNode
            {
                NodeId = session.NodeId,
                OldMember = own.Member.ToString(),
                NewMember = session.LogIdentity.Member.ToString(),
                Address = host.Address,
            }).ConfigureAwait(false);
        }

        await ProposeAsync("recovery", e => e.BeginEpoch = begin).ConfigureAwait(false);
    }

    /// <summary>
    /// Who may soon vote gets the keys first: voters, and learners while a voter is missing, silent or about to be replaced.
    /// A member that does not answer now is tried again in the next round; one that ceased to vote has dropped its keys.
    /// </summary>
    private async Task GiveCustodyAsync(ClusterState state)
    {
        var configuration = session.Configuration;
        var voters = configuration.Voters.Select(m => m.Id).ToImmutableHashSet();
        _prepared = _prepared.Except(_voters.Except(voters)).Intersect(configuration.Members.Keys).Add(session.LogIdentity.Member);
        _voters = voters;
        var custody = host.IdentityFolder.Custody;
        if (!custody.Exists)
        {
            return;
        }

        var isVoterWanted = voters.Count < state.Settings.Voters || voters.Any(v => !HeardOf(v)) || configuration.Members.Values.Any(m => m is { Wanted: WantedRole.Voter, Votes: false });
        var waiting = configuration.Members.Values
            .Where(m => (m.Votes || (isVoterWanted && m.Wanted != WantedRole.Observer)) && !_prepared.Contains(m.Id) && HeardOf(m.Id))
            .ToList();
        var given = await Task.WhenAll(waiting.Select(m => GiveCustodyAsync(m, custody))).ConfigureAwait(false);
        _prepared = _prepared.Union(given.OfType<MemberId>());
    }

    private async Task<MemberId?> GiveCustodyAsync(Member member, CustodyFolder custody)
    {
        try
        {
            using var keys = custody.Load();
            await session.Channels.Client(member.Node, member.Address)
                .TakeCustodyAsync(keys.ToMessage(), deadline: DateTime.UtcNow + TimeSpan.FromSeconds(3)).ResponseAsync.ConfigureAwait(false);
            return member.Id;
        }
        catch (RpcException failure)
        {
            host.Logger.LogDebug("Member {Member} did not take the keys: {Reason}", member.Id, failure.Status.Detail);
            return null;
        }
    }

    private void SetPolicy(ClusterState state)
    {
        var zones = session.Runner.Status.Configuration.Members.Values
            .ToImmutableDictionary(m => m.Id, m => state.Nodes.Find(new NodeId(m.Node))?.Datacenter ?? "");
        var policy = new AutopilotPolicy { TargetVoters = state.Settings.Voters, Prepared = _prepared, Zones = zones };
        if (_policy is null || _policy.TargetVoters != policy.TargetVoters || !_policy.Prepared!.SetEquals(_prepared) || !_policy.Zones.SequenceEqual(zones))
        {
            _policy = policy;
            session.Runner.SetPolicy(policy);
        }
    }

    /// <summary>A node whose member has everything is ready. Whether one that fell silent is back is the overseer's to say, once it hears reports.</summary>
    private async Task ReadyNodesAsync(ClusterState state)
    {
        var status = session.Runner.Status;
        foreach (var node in state.Nodes.Living.Where(n => n.State == NodeState.Commissioning || (n.State == NodeState.Unreachable && !overseeing.Hears)))
        {
            var progress = status.Members.FirstOrDefault(m => m.Id == node.Member);
            var hasAll = node.Member == status.Self
                || (node.Member.IsNone && session.Observers.Of(node.Id.Value) == ObserverStanding.CaughtUp)
                || progress is { EverHeard: true, State: ReplicationState.Replicate, SilentTicks: < 50 } && status.Commit - progress.Match < 256;
            if (hasAll)
            {
                await ProposeAsync("caught up", e => e.ChangeNodeState = new ChangeNodeState
                {
                    Node = node.Id.Value,
                    From = node.State.Word(),
                    To = node.Returning.Word(),
                }).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A node that moved to another address is sent to there.</summary>
    private async Task FollowAddressesAsync(ClusterState state)
    {
        foreach (var member in session.Runner.Status.Configuration.Members.Values)
        {
            if (state.Nodes.FindMember(member.Id) is { } node && node.Address != member.Address)
            {
                await members.ChangeAsync(session, () => session.Runner.Status.Configuration.Members.TryGetValue(member.Id, out var now)
                    ? [new MemberChange.Put(now with { Address = node.Address })]
                    : []).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Nodes that are leaving, and members whose node has gone: the leader before us did not come to the end.</summary>
    private async Task RemoveLeftMembersAsync()
    {
        // Members first, the state after: a node that is being admitted meanwhile is in the state before it is a member.
        var configuration = session.Runner.Status.Configuration;
        var state = session.Store.Read().State;
        foreach (var node in state.Nodes.Living.Where(n => n.State == NodeState.Decommissioning).ToList())
        {
            await members.FinishLeavingAsync(session, node, "decommissioned", "", new Model.Actor(session.NodeName, -1, 0)).ConfigureAwait(false);
        }

        foreach (var member in configuration.Members.Values)
        {
            if (state.Nodes.Find(new NodeId(member.Node)) is null or { IsGone: true })
            {
                await members.RemoveAsync(session, member.Id).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A first join that never came to an end leaves no ghost. Who was here before and comes back may take its time.</summary>
    private async Task ExpireJoinsAsync(ClusterState state)
    {
        foreach (var node in state.Nodes.Living.Where(n => n is { State: NodeState.Commissioning, Transitions: <= 1 }))
        {
            var isHeard = node.Member.IsNone ? session.Observers.Of(node.Id.Value) != ObserverStanding.Silent : HeardOf(node.Member);
            _unheard[node.Id] = isHeard ? 0 : _unheard.GetValueOrDefault(node.Id) + (int)(Pace.TotalMilliseconds / 10);
            if (_unheard[node.Id] > JoinPatienceTicks)
            {
                await ProposeAsync("the join never came to an end", e => e.DismissNode = new DismissNode { Node = node.Id.Value, Why = "expired" }).ConfigureAwait(false);
            }
        }
    }

    private async Task RaiseVersionAsync(ClusterState state, ClusterInfo cluster)
    {
        var common = Math.Min(CommandVersions.Known, state.Nodes.Living.Select(n => n.CommandVersion).DefaultIfEmpty(0u).Min());
        if (common > cluster.ClusterVersion)
        {
            await ProposeAsync("all nodes understand it", e => e.RaiseClusterVersion = new RaiseClusterVersion { Version = common }).ConfigureAwait(false);
        }
    }

    private bool HeardOf(MemberId member) =>
        member == session.LogIdentity.Member
        || session.Runner.Status.Members.FirstOrDefault(m => m.Id == member) is { EverHeard: true, SilentTicks: < 100 };

    private Task<CommandReply> ProposeAsync(string cause, Action<CommandEnvelope> fill)
    {
        var envelope = RequestIds.Envelope("", new Model.Actor(session.NodeName, -1, 0), cause);
        fill(envelope);
        return LeaderCalls.ProposeAsync(session, envelope);
    }
}
