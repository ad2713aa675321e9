using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus.Observers;
using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Raft;

namespace Pryvd.Observers;

/// <summary>The leader's side of promotion: while fewer members answer than there shall be, an observer that may vote is asked to become a candidate, one at a time.</summary>
internal sealed class Promotion(MemberSession session)
{
    /// <summary>As long as autopilot waits before it calls a voter dead.</summary>
    private const int DeadTicks = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private long _askedAt;

    public async Task RunAsync(ClusterState state)
    {
        var clock = session.Parts.Clock;
        if (_askedAt != 0 && clock.GetElapsedTime(_askedAt) < Settling)
        {
            return;
        }

        if (Choose(state) is { } node)
        {
            _askedAt = clock.GetTimestamp();
            await AskAsync(node).ConfigureAwait(false);
        }
    }

    /// <summary>Autopilot spreads voters over datacenters, so a candidate comes from where there are fewest members; by id among equals.</summary>
    private Node? Choose(ClusterState state)
    {
        var members = session.Configuration.Members.Values.ToList();
        var half = state.Nodes.Living.FirstOrDefault(n => members.Any(m => m.Id == n.Member && !Answers(m.Id)) && IsFit(n));
        if (half is not null || members.Count(m => Answers(m.Id)) >= state.Settings.Members || members.Count >= Pryv.Consensus.Membership.Configuration.MaxMembers)
        {
            // A node whose log is to be a member's but that still observes was interrupted on its way.
            return half;
        }

        var inZone = members.GroupBy(m => state.Nodes.Find(new NodeId(m.Node))?.Datacenter ?? "").ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return state.Nodes.Living
            .Where(n => n.Member.IsNone && n.State == NodeState.Ready && IsFit(n))
            .OrderBy(n => inZone.GetValueOrDefault(n.Datacenter))
            .ThenBy(n => n.Id.Value, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private bool IsFit(Node node) => node.Role != NodeRole.Observer && session.Observers.Of(node.Id.Value) == ObserverStanding.CaughtUp;

    private bool Answers(Pryv.Consensus.MemberId member) =>
        member == session.LogIdentity.Member
        || session.Runner.Status.Members.FirstOrDefault(m => m.Id == member) is { SilentTicks: < DeadTicks };

    private async Task AskAsync(Node node)
    {
        try
        {
            await session.Channels.Client(node.Id.Value, node.Address)
                .BecomeCandidateAsync(new BecomeCandidateRequest(), deadline: DateTime.UtcNow + Patience).ResponseAsync.ConfigureAwait(false);
            session.Parts.Logger.LogInformation("Observer {Node} was asked to become a candidate", node.Name);
        }
        catch (RpcException failure)
        {
            session.Parts.Logger.LogInformation("Observer {Node} does not become a candidate now: {Reason}", node.Name, failure.Status.Detail);
        }
    }
}
